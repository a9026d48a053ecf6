import { found } from '@dumont/contracts/findings';
import type { EngineDeps } from './engine-deps.ts';
import { beginOperation } from './begin.ts';
import { livesOnElsewhere } from './former.ts';
import type { HoldRow } from './holds/hold-store.ts';
import { findListed } from './listed.ts';
import { savedPaths, type OperationKind, type OperationRequest, type RentalRow } from './machine.ts';
import { disturbing } from './plans.ts';
import { nextSleepTimes } from './sleep-schedule.ts';
import { noTrouble, saidTrouble, trouble } from './trouble.ts';
import type { Told, Unit } from './unit.ts';

/** Without any other reason. What happens to rentals makes a machine due at once. */
const lookMs = 10 * 60_000;
/** A machine whose snapshot failed is not put to sleep again and again at once: it alarms, and is tried later. */
const retryMs = 10 * 60_000;
/** A run is at work on it: what has to wait for it looks again. */
const heldMs = 15_000;

const begin = async (
  deps: EngineDeps,
  unit: Unit,
  operation: { readonly kind: OperationKind; readonly reason: string; readonly request?: OperationRequest },
  told?: Told,
): Promise<number> => {
  let isBegun = false;
  await unit.save({
    also: async (tx) => {
      // The row is locked: a run that took hold of it before is seen, and none does from here on.
      isBegun = !disturbing.includes(operation.kind) || !(await deps.holds.isHeld(tx, unit.machine.id));
      if (!isBegun) return;
      await deps.holds.forgetReleased(tx, unit.machine.id);
      await beginOperation(deps, tx, unit.machine, { ...operation, requestedBy: null });
      if (told !== undefined) await unit.tell(tx, told);
    },
  });
  return isBegun ? 0 : heldMs;
};

/** The provider no longer has it, and we did not give it back. */
const lose = async (deps: EngineDeps, unit: Unit): Promise<number> => {
  const last = await deps.snapshots.findLastVerified(unit.machine.id, savedPaths);
  await unit.save({
    machine: {
      state: 'lost',
      state_at: deps.clock.now(),
      snapshot_id: last?.id ?? unit.machine.snapshot_id,
      ...trouble(found('machine.gone')),
      problem_at: deps.clock.now(),
      idle_since: null,
    },
    event: 'machine.lost',
    findings: [found(last === undefined ? 'machine.no_verified_snapshot' : 'machine.wakes_from_snapshot')],
    also: async (tx) => {
      await unit.tell(tx, { kind: 'lost', details: { snapshotId: last?.id ?? null } });
      await deps.tellOwner(tx, unit.machine, 'machine_lost');
    },
  });
  return lookMs;
};

const followProvider = async (deps: EngineDeps, unit: Unit, rental: RentalRow): Promise<void> => {
  const { machine } = unit;
  const listing = await deps.market.findListing(rental.account_id);
  if (listing === undefined || listing.blindSince !== null) return;
  const listed = findListed(listing, rental);
  if (listed === undefined || listing.takenAt < machine.state_at) return;
  const now = deps.clock.now();
  if (machine.state === 'running' && listed.state === 'stopped') {
    const reason = listed.rental === 'bid' ? 'outbid' : 'stopped';
    await unit.save({
      machine: {
        state: 'paused',
        state_at: now,
        // It was not asked for: no snapshot was taken before, and none of an earlier time stands for its files.
        snapshot_id: null,
        ...(listed.statusMessage === null
          ? trouble(found(`machine.${reason}`))
          : saidTrouble(listed.statusMessage)),
        problem_at: now,
        idle_since: null,
      },
      event: `machine.${reason}`,
      also: (tx) => unit.tell(tx, { kind: reason, details: { message: listed.statusMessage } }),
    });
  } else if (machine.state === 'paused' && listed.state === 'running' && listed.intended === 'running') {
    await unit.save({
      machine: { state: 'running', state_at: now, ...noTrouble, problem_at: null },
      event: 'machine.resumed',
      also: (tx) => unit.tell(tx, { kind: 'resumed', details: { reason: 'provider' } }),
    });
  } else {
    const isAway = listed.state === 'offline';
    if (machine.state === 'running' && isAway !== (machine.problem_finding?.code === hostAway))
      await unit.save({
        machine: isAway
          ? { ...trouble(found(hostAway)), problem_at: now }
          : { ...noTrouble, problem_at: null },
      });
  }
};
const hostAway = 'machine.host_away';

const sleepIfIdle = async (deps: EngineDeps, unit: Unit): Promise<number> => {
  const { machine } = unit;
  const failedAt = machine.problem_at?.getTime() ?? 0;
  const nowMs = deps.clock.now().getTime();
  if (machine.problem !== null && nowMs - failedAt < retryMs) return retryMs - (nowMs - failedAt);
  const verdict = await deps.judgeIdle(machine);
  if (verdict.idle)
    return begin(
      deps,
      unit,
      { kind: 'hibernate', reason: 'idle' },
      { kind: 'idle', details: { since: verdict.since.toISOString(), evidence: verdict.evidence } },
    );
  return verdict.sleepsAt === undefined ? lookMs : Math.max(0, verdict.sleepsAt.getTime() - nowMs);
};

/**
 * A run is over: what was rented or woken for it goes to sleep at once, unless somebody keeps it, and what never came
 * is forgotten. Undefined where nothing is to be done.
 */
const afterRuns = async (
  deps: EngineDeps,
  unit: Unit,
  holds: readonly HoldRow[],
): Promise<number | undefined> => {
  const { id, state, keep_until: keepUntil, made_for_runs: isMadeForRuns } = unit.machine;
  const isKept = keepUntil !== null && keepUntil > deps.clock.now();
  const isWoken = !isKept && holds.some(({ is_waker: isWaker }) => isWaker);
  if (isWoken && state === 'running') return begin(deps, unit, { kind: 'hibernate', reason: 'run' });
  if (isWoken && state === 'new' && isMadeForRuns)
    return begin(deps, unit, { kind: 'destroy', reason: 'run' });
  await unit.save({ also: (tx) => deps.holds.forgetReleased(tx, id) });
  return undefined;
};

/** Looks after a machine with which nothing is being done. Answers when to look again. */
export const watch = async (deps: EngineDeps, unit: Unit): Promise<number> => {
  const { machine } = unit;
  const now = deps.clock.now();
  const rental = machine.rental_id === null ? undefined : await deps.rentals.find(machine.rental_id);
  if (machine.state === 'running' || machine.state === 'paused') {
    if (rental === undefined || rental.state === 'gone' || rental.state === 'never') return lose(deps, unit);
    await followProvider(deps, unit, rental);
  }
  const holds = await deps.holds.listOfMachine(deps.db, machine.id);
  const isHeld = holds.some(({ released_at: releasedAt }) => releasedAt === null);
  if (holds.length > 0 && !isHeld) {
    const nextMs = await afterRuns(deps, unit, holds);
    if (nextMs !== undefined) return nextMs;
  }
  const { state, wake_at: wakeAt } = unit.machine;
  // Put off until the run is over, which makes it due.
  const sleepAt = isHeld ? null : unit.machine.sleep_at;
  const isSleepDue = sleepAt !== null && sleepAt <= now;
  const isWakeDue = wakeAt !== null && wakeAt <= now;
  if (isSleepDue || isWakeDue) {
    const livesOn = isWakeDue && state === 'hibernated' && (await livesOnElsewhere(deps, machine.id));
    if (livesOn === undefined) return heldMs;
    // Moved on with the decision: a fire is taken once, also where it has nothing to do.
    await unit.save({
      machine: {
        ...nextSleepTimes(unit.machine, now),
        ...(livesOn ? { ...trouble(found('machine.lives_on')), problem_at: now } : {}),
      },
    });
    if (isSleepDue && state === 'running')
      return begin(deps, unit, { kind: 'hibernate', reason: 'schedule' });
    if (isWakeDue && state === 'paused') return begin(deps, unit, { kind: 'resume', reason: 'schedule' });
    if (isWakeDue && state === 'hibernated' && !livesOn)
      return begin(deps, unit, { kind: 'wake', reason: 'schedule', request: wakeRequest(unit) });
  }
  const timers = [isHeld ? null : unit.machine.sleep_at, unit.machine.wake_at].flatMap((at) =>
    at === null ? [] : at.getTime() - now.getTime(),
  );
  if (state === 'running') timers.push(await sleepIfIdle(deps, unit));
  if (state === 'paused' && unit.machine.snapshot_id !== null && !isHeld) {
    const leftMs = unit.machine.state_at.getTime() + deps.settings.pauseHoldSeconds * 1000 - now.getTime();
    if (leftMs <= 0) return begin(deps, unit, { kind: 'hibernate', reason: 'pause_hold' });
    timers.push(leftMs);
  }
  return Math.min(lookMs, ...timers);
};

export const wakeRequest = ({ machine }: Pick<Unit, 'machine'>): OperationRequest =>
  machine.snapshot_id === null ? {} : { restoreSnapshotId: machine.snapshot_id };
