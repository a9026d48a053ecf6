import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { AccountRow, AccountStore } from '../accounts/account-store.ts';
import { marketplaceOf } from '../accounts/marketplace.ts';
import type { BlacklistStore } from '../hosts/blacklist-store.ts';
import type { HostStore } from '../hosts/host-store.ts';
import type { HostRecord, MarketApi, RankedOffer } from '../market-api.ts';
import type { Offer, OfferQuery } from '../providers/provider.ts';
import { rank, unknownHost } from './rank.ts';
import type { Search } from './search.ts';

interface Found {
  readonly account: AccountRow;
  readonly offers: readonly Offer[];
}

export interface Offers {
  readonly rankOffers: MarketApi['rankOffers'];
  /** As `rankOffers`, blacklisted ones last instead of left out: for people to look at. */
  listOffers: MarketApi['rankOffers'];
}

export const createOffers = (deps: {
  accounts: Pick<AccountStore, 'listUsable'>;
  search: Search;
  hosts: HostStore;
  blacklist: BlacklistStore;
  clock: Clock;
  log: Logger;
}): Offers => {
  const findAll = async (
    projectId: string,
    query: OfferQuery,
    signal: AbortSignal,
  ): Promise<readonly Found[]> => {
    const accounts = await deps.accounts.listUsable(projectId);
    if (accounts.length === 0) throw new AppError('provider.none');
    const results = await Promise.allSettled(
      accounts.map(async (account) => ({ account, offers: await deps.search(account, query, signal) })),
    );
    signal.throwIfAborted();
    const found = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    const failures = results.filter((result) => result.status === 'rejected');
    if (found.length === 0) throw failures[0]?.reason;
    for (const { reason } of failures)
      deps.log.warn({ error: reason as unknown }, 'a provider account could not be searched');
    return found;
  };

  /** Host records of all offers; blacklisted ones are marked. */
  const recordsOf = async (
    projectId: string,
    found: readonly Found[],
  ): Promise<(offer: Offer & { readonly accountId: string }) => HostRecord> => {
    const blacklist = await deps.blacklist.listOf(projectId);
    const byAccount = new Map(
      await Promise.all(
        found.map(async ({ account, offers }) => {
          const ids = offers.map(({ hostMachineId }) => hostMachineId);
          const records = await deps.hosts.listRecords(marketplaceOf(account), ids, deps.clock.now());
          return [account.id, { kind: account.kind, records }] as const;
        }),
      ),
    );
    return ({ accountId, hostMachineId }) => {
      const of = byAccount.get(accountId);
      const record = of?.records.get(hostMachineId);
      const reason = of === undefined ? undefined : blacklist.get(`${of.kind} ${hostMachineId}`);
      if (record === undefined && reason === undefined) return unknownHost;
      return {
        ...unknownHost,
        ...record,
        blacklisted: reason !== undefined,
        blacklistReason: reason ?? null,
      };
    };
  };

  const look = async (projectId: string, query: OfferQuery, signal: AbortSignal) => {
    const found = await findAll(projectId, query, signal);
    const offers = found.flatMap(({ account, offers: some }) =>
      some.map((offer) => ({ ...offer, accountId: account.id })),
    );
    return { offers, hostOf: await recordsOf(projectId, found) };
  };

  return {
    rankOffers: async (projectId, query, signal) => {
      const { offers, hostOf } = await look(projectId, query, signal);
      return rank(offers, hostOf);
    },
    listOffers: async (projectId, query, signal) => {
      const { offers, hostOf } = await look(projectId, query, signal);
      const blacklisted = offers.flatMap((offer): RankedOffer[] => {
        const host = hostOf(offer);
        return host.blacklisted ? [{ ...offer, score: 0, host }] : [];
      });
      return [...rank(offers, hostOf), ...blacklisted];
    },
  };
};
