import type { Lease } from '../../../kernel/lease/leased-worker.ts';
import { ProviderError, type Listing, type ProviderMachine } from '../../market/index.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { isOurs } from '../former.ts';
import { refresh } from '../listed.ts';
import type { RentalRow } from '../machine.ts';
import { giveBack } from './give-back.ts';
import { matchRentals } from './match.ts';
import type { ReconciliationRow, ReconciliationStore } from './reconciliation-store.ts';
import { settleRentals } from './settle-rentals.ts';
import { accountForStrangers } from './strangers.ts';

/** While something is to be given back or to be found. */
const busyMs = 5000;
const quietMs = 30_000;
const listMs = 60_000;

/** Machines that were stopped, or came back, by nobody's doing of ours. */
const wakeMoved = async (
  deps: EngineDeps,
  rentals: readonly RentalRow[],
  listing: Listing,
): Promise<void> => {
  const inCharge = await deps.machines.listByRentals(rentals.map(({ id }) => id));
  const byId = new Map(listing.machines.map((machine) => [machine.id, machine]));
  for (const machine of inCharge) {
    const rental = rentals.find(({ id }) => id === machine.rental_id);
    const state = byId.get(rental?.provider_machine_id ?? '')?.state;
    const hasMoved =
      (machine.state === 'running' && (state === 'stopped' || state === 'offline')) ||
      (machine.state === 'running' &&
        state === 'running' &&
        machine.problem === 'its host is out of reach') ||
      (machine.state === 'paused' && state === 'running');
    if (hasMoved) await deps.machines.makeDue(deps.db, machine.id, deps.clock.now());
  }
};

/** In a race: what was rented twice by a fault of the way shows in a list, and dies before a calmer look. */
const isRacing = ({ state }: RentalRow): boolean => state === 'ordered' || state === 'waiting';
const isOpen = ({ market }: EngineDeps, rental: RentalRow): boolean =>
  isOurs(market, rental) && (rental.state === 'releasing' || rental.provider_machine_id === null);

/** One that was taken in has no key of ours yet: without it nobody gets in, and nothing of it can be saved. */
const putMissingKeys = async (
  deps: EngineDeps,
  rentals: readonly RentalRow[],
  signal: AbortSignal,
): Promise<void> => {
  for (const rental of rentals) {
    const { provider_machine_id: id } = rental;
    if (rental.state !== 'usable' || rental.key_at !== null || id === null) continue;
    const [machine] = await deps.machines.listByIds([rental.machine_id]);
    if (machine === undefined) continue;
    const provider = await deps.market.open(rental.account_id);
    await provider.addSshKey(id, machine.ssh_public_key, signal);
    await deps.rentals.update(deps.db, rental.id, ['usable'], { key_at: deps.clock.now() });
  }
};

/** What was taken over from a former id goes by the present one at the provider too: a next restore would forget it. */
const relabelTakenOver = async (
  deps: EngineDeps,
  rentals: readonly RentalRow[],
  matched: ReadonlyMap<string, ProviderMachine>,
  signal: AbortSignal,
): Promise<void> => {
  if (deps.market.formerInstallationIds.length === 0) return;
  for (const rental of rentals) {
    const listed = matched.get(rental.id);
    const isTakenOver = rental.state === 'usable' && isOurs(deps.market, rental);
    if (!isTakenOver || listed === undefined || isOurs(deps.market, { label: listed.label ?? '' })) continue;
    await (await deps.market.open(rental.account_id)).labelMachine(listed.id, rental.label, signal);
  }
};

/** Compares what an account's provider lists with what we know, and acts on what differs. */
const reconcile = async (
  deps: EngineDeps,
  accountId: string,
  lease: Lease,
): Promise<{ readonly afterMs: number; readonly listedAt: Date | undefined }> => {
  const before = await deps.rentals.listLiveOf(accountId);
  const isWaiting = before.some((rental) => isOpen(deps, rental));
  // Asked for before the listing: that a machine is to go is known, whatever the provider says of it now.
  await giveBack(deps, accountId, before, lease.signal).catch((error: unknown) => {
    if (!(error instanceof ProviderError)) throw error;
    deps.log.info({ error, accountId }, 'machines could not be given back yet');
  });
  const listing = isWaiting
    ? await refresh(deps, accountId, listMs, lease.signal)
    : await deps.market.findListing(accountId);
  // Blind: nothing is decided.
  if (listing === undefined || listing.blindSince !== null)
    return { afterMs: isWaiting ? busyMs : quietMs, listedAt: undefined };
  // Read again: an order of meanwhile must not look like a stranger.
  const rentals = await deps.rentals.listLiveOf(accountId);
  const matched = matchRentals(rentals, listing.machines);
  const left = await settleRentals(deps, rentals, matched, listing, lease.signal);
  const claimed = new Set([...matched.values()].map(({ id }) => id));
  await accountForStrangers(
    deps,
    accountId,
    listing,
    listing.machines.filter(({ id }) => !claimed.has(id)),
  );
  await putMissingKeys(deps, left, lease.signal);
  await relabelTakenOver(deps, left, matched, lease.signal);
  await wakeMoved(deps, left, listing);
  await deps.onListing?.(accountId, listing);
  return {
    afterMs: left.some((rental) => isOpen(deps, rental) || isRacing(rental)) ? busyMs : quietMs,
    listedAt: listing.takenAt,
  };
};

export const createReconciliationWork =
  (deps: EngineDeps & { readonly reconciliations: ReconciliationStore; lookAgainIn(ms: number): void }) =>
  async (row: ReconciliationRow, lease: Lease): Promise<void> => {
    let afterMs = busyMs;
    let listedAt = row.listed_at;
    try {
      const result = await reconcile(deps, row.id, lease);
      afterMs = result.afterMs;
      listedAt = result.listedAt ?? listedAt;
    } catch (error) {
      if (lease.signal.aborted) return;
      if (!(error instanceof ProviderError))
        deps.log.error({ error, accountId: row.id }, 'comparing with the provider failed; it is tried again');
    }
    await deps.reconciliations.release(
      row,
      lease.token,
      new Date(deps.clock.now().getTime() + afterMs),
      listedAt,
    );
    deps.lookAgainIn(afterMs);
  };
