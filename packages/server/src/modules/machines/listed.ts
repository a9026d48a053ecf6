import { ProviderError, type Listing, type ProviderMachine } from '../market/index.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { RentalRow } from './machine.ts';

/** A listing begun after this call, or undefined while nobody can say what there is. */
export const refresh = async (
  deps: Pick<EngineDeps, 'market' | 'clock'>,
  accountId: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<Listing | undefined> => {
  const late = new AbortController();
  const over = new AbortController();
  void deps.clock.sleep(withinMs, over.signal).then(() => late.abort());
  try {
    return await deps.market.refreshListing(accountId, AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (signal.aborted) throw error;
    if (late.signal.aborted || error instanceof ProviderError) return undefined;
    throw error;
  } finally {
    over.abort();
  }
};

/** What the provider says of a rental; undefined when it does not list it. */
export const findListed = (listing: Listing | undefined, rental: RentalRow): ProviderMachine | undefined =>
  rental.provider_machine_id === null
    ? undefined
    : listing?.machines.find(({ id }) => id === rental.provider_machine_id);
