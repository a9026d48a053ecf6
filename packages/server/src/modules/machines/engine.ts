import type { AppError } from '../../kernel/errors.ts';
import { LeaseLost, type Lease } from '../../kernel/lease/leased-worker.ts';
import { ProviderError } from '../market/index.ts';
import { failureOf } from '../../kernel/failure.ts';
import type { EngineDeps } from './engine-deps.ts';
import { finish } from './finish.ts';
import { holdStill } from './former.ts';
import type { MachineRow, Phase } from './machine.ts';
import { cleanup } from './phases/cleanup.ts';
import { creating } from './phases/creating.ts';
import { again, phaseChange, type PhaseResult, type PhaseStep, type WorkingUnit } from './phases/phase.ts';
import { entering, rebooting, starting, stopping } from './phases/power.ts';
import { quiescing } from './phases/quiescing.ts';
import { rejectWinner } from './phases/reject-winner.ts';
import { releasing } from './phases/releasing.ts';
import { restoring } from './phases/restoring.ts';
import { searching } from './phases/searching.ts';
import { settingUp } from './phases/setting-up.ts';
import { snapshotting } from './phases/snapshotting.ts';
import { waiting } from './phases/waiting.ts';
import { canCancel, phaseAfter, plans } from './plans.ts';
import { saidTrouble } from './trouble.ts';
import { createUnit } from './unit.ts';
import { watch } from './watch.ts';

const steps: Readonly<Record<Phase, PhaseStep>> = {
  searching,
  creating,
  waiting,
  cleanup,
  setting_up: settingUp,
  restoring,
  quiescing,
  snapshotting,
  stopping,
  starting,
  rebooting,
  entering,
  releasing,
};

/** Tried again after something that has nothing to do with the machine. */
const providerRetryMs = 5000;
const surpriseRetryMs = 30_000;

const racing: readonly Phase[] = ['searching', 'creating', 'waiting', 'setting_up', 'restoring'];

/** An operation that is given up: what was rented for it goes back first. */
const giveUp = async (
  deps: EngineDeps,
  unit: WorkingUnit,
  error: AppError | undefined,
): Promise<PhaseResult> => {
  const { operation } = unit;
  const changes = error === undefined ? {} : failureOf(error);
  const hasRace = plans[operation.kind].phases.includes('searching');
  if (hasRace && racing.includes(operation.phase)) {
    await rejectWinner(deps, unit, error?.code ?? 'cancelled', changes);
    return { kind: 'moved' };
  }
  // It would be made to its end, over the link of a machine that somebody is at work in again.
  if (operation.phase === 'snapshotting' && operation.snapshot_id !== null)
    await deps.snapshots.cancel(operation.snapshot_id);
  await finish(deps, unit, error === undefined ? 'cancelled' : 'failed', changes);
  return { kind: 'moved' };
};

const takeStep = async (deps: EngineDeps, unit: WorkingUnit): Promise<PhaseResult> => {
  const { operation } = unit;
  const isCancelled = operation.cancel_requested_at !== null;
  if (isCancelled && operation.phase !== 'cleanup' && canCancel(operation.kind, operation.phase))
    return giveUp(deps, unit, undefined);
  let result: PhaseResult;
  try {
    result = await steps[operation.phase](deps, unit);
  } catch (error) {
    if (!(error instanceof ProviderError) || unit.lease.signal.aborted) throw error;
    result = again(providerRetryMs, saidTrouble(error.message));
  }
  if (result.kind === 'failed') {
    if (operation.phase === 'cleanup') {
      await finish(deps, unit, 'failed', failureOf(result.error));
      return { kind: 'moved' };
    }
    return giveUp(deps, unit, result.error);
  }
  if (result.kind !== 'done') return result;
  const next = operation.phase === 'cleanup' ? undefined : phaseAfter(operation.kind, operation.phase);
  if (next !== undefined) await unit.save({ operation: phaseChange(unit.operation, next, deps.clock.now()) });
  else if (operation.phase !== 'cleanup') await finish(deps, unit, 'done', {});
  else await finish(deps, unit, operation.error_code === null ? 'cancelled' : 'failed', {});
  return { kind: 'moved' };
};

/** Goes on with a machine as far as it goes now. Answers when to look at it again. */
const advance = async (deps: EngineDeps, row: MachineRow, lease: Lease): Promise<number> => {
  const unit = createUnit(deps, row, await deps.operations.findCurrent(row.id), lease);
  const heldMs = await holdStill(deps, unit);
  if (heldMs !== undefined) return heldMs;
  for (;;) {
    lease.signal.throwIfAborted();
    if (unit.operation === undefined || unit.operation.finished_at !== null) {
      const operation = await deps.operations.findCurrent(row.id);
      if (operation === undefined) {
        unit.operation = undefined;
        return watch(deps, unit);
      }
      unit.operation = operation;
    }
    const result = await takeStep(deps, unit as WorkingUnit);
    if (result.kind !== 'again') continue;
    const { afterMs, inTheWay } = result;
    if (unit.operation !== undefined && inTheWay.problem !== unit.operation.problem)
      await unit.save({ operation: inTheWay });
    return afterMs;
  }
};

/** The leased work on machines: one process at a time for each. */
export const createMachineWork =
  (deps: EngineDeps & { lookIn(ms: number): void }) =>
  async (row: MachineRow, lease: Lease): Promise<void> => {
    let afterMs = surpriseRetryMs;
    try {
      afterMs = await advance(deps, row, lease);
    } catch (error) {
      // Whoever has it now goes on from what was written.
      if (error instanceof LeaseLost || lease.signal.aborted) return;
      deps.log.error({ error, machineId: row.id }, 'work on a machine failed; it is tried again');
    }
    const dueAt = new Date(deps.clock.now().getTime() + afterMs);
    await deps.machines.release(row.id, lease.token, row.due_at, dueAt);
    deps.lookIn(afterMs);
  };
