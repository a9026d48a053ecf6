import type { Listing, MarketApi } from '../../market/index.ts';
import { matchRentals } from '../reconcile/match.ts';
import type { RentalStore } from '../rental-store.ts';

/**
 * Machines that a provider lists with our label and that no rental of ours stands for: paid for, and nobody's. The
 * reconciler takes them in or gives them back, so that it is zero but for moments.
 */
export const countUnowned = async (
  deps: { readonly market: Pick<MarketApi, 'installationId' | 'findListing'>; readonly rentals: RentalStore },
  accountId: string,
): Promise<number> => {
  const listing = await deps.market.findListing(accountId);
  const ours = listing?.machines.filter(({ label }) => label?.includes(deps.market.installationId) === true);
  if (listing === undefined || ours === undefined || ours.length === 0) return 0;
  const matched = matchRentals(await deps.rentals.listLiveOf(accountId), ours);
  const claimed = new Set([...matched.values()].map(({ id }) => id));
  const unclaimed = ours.filter(({ id }) => !claimed.has(id));
  if (unclaimed.length === 0) return 0;
  const ended = await endedSince(deps.rentals, accountId, listing, unclaimed);
  return unclaimed.filter(({ id }) => !ended.has(id)).length;
};

/** The listing may be older than the end of what it lists. */
const endedSince = async (
  rentals: RentalStore,
  accountId: string,
  listing: Listing,
  unclaimed: Listing['machines'],
): Promise<ReadonlySet<string>> => {
  const ids = unclaimed.map(({ id }) => id);
  const ended = await rentals.listEnded(accountId, ids, []);
  return new Set(
    ended.flatMap(({ provider_machine_id: id, gone_at: goneAt }) =>
      id !== null && goneAt !== null && goneAt >= listing.takenAt ? [id] : [],
    ),
  );
};
