import { validateOfferNeeds, type OfferNeeds } from '../../features/market/offer-needs.ts';

export interface DeploySearch extends OfferNeeds {
  /** Only this offer of this account, without a race. */
  readonly offer?: string | undefined;
  readonly account?: string | undefined;
  /** Begin with the files of this snapshot. */
  readonly snapshot?: string | undefined;
}

const uuid = /^[0-9a-f-]{36}$/;

export const validateDeploySearch = (raw: Record<string, unknown>): DeploySearch => {
  const { account, snapshot } = raw;
  // The router reads digits in an address as a number.
  const offer = typeof raw['offer'] === 'number' ? String(raw['offer']) : raw['offer'];
  return {
    ...validateOfferNeeds(raw),
    offer: typeof offer === 'string' && /^[\w-]{1,100}$/.test(offer) ? offer : undefined,
    account: typeof account === 'string' && uuid.test(account) ? account : undefined,
    snapshot: typeof snapshot === 'string' && uuid.test(snapshot) ? snapshot : undefined,
  };
};
