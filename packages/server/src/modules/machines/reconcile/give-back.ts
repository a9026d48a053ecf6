import type { EngineDeps } from '../engine-deps.ts';
import { isOurs } from '../former.ts';
import type { RentalRow } from '../machine.ts';

/** A request without effect is sent again. */
const askAgainMs = 30_000;
/** One request for so many. */
const maxAtOnce = 100;

/** Asks for the end of what is to be given back, in one request; that they are gone, only a listing shows. */
export const giveBack = async (
  deps: EngineDeps,
  accountId: string,
  rentals: readonly RentalRow[],
  signal: AbortSignal,
): Promise<void> => {
  const nowMs = deps.clock.now().getTime();
  const due = rentals
    .filter((rental) => isOurs(deps.market, rental))
    .filter(
      ({ state, provider_machine_id: id, release_asked_at: askedAt }) =>
        state === 'releasing' && id !== null && (askedAt === null || nowMs - askedAt.getTime() >= askAgainMs),
    )
    .slice(0, maxAtOnce);
  const [first, ...others] = due.flatMap(({ provider_machine_id: id }) => id ?? []);
  if (first === undefined) return;
  const provider = await deps.market.open(accountId);
  await provider.destroyMachines([first, ...others], signal);
  await deps.rentals.saveReleaseAsked(
    due.map(({ id }) => id),
    deps.clock.now(),
  );
};
