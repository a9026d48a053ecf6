import type { Finding } from '@dumont/contracts/finding';
import { found } from '@dumont/contracts/findings';
import { findingOf, type Failure } from '../../kernel/failure.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { OperationRow, RentalRow } from './machine.ts';
import type { MachineChanges } from './machine-store.ts';
import type { WorkingUnit } from './phases/phase.ts';
import { plans } from './plans.ts';
import { nextSleepTimes } from './sleep-schedule.ts';
import { noTrouble } from './trouble.ts';

/** What is told of an operation that is done. */
const doneKind = {
  deploy: 'deployed',
  wake: 'woke',
  migrate: 'migrated',
  pause: 'paused',
  resume: 'resumed',
  reboot: 'rebooted',
  hibernate: 'fell_asleep',
  destroy: 'destroyed',
  adopt: 'taken_over',
} as const;

/** What the machine is once its operation is over. */
const machineAfter = (
  { machine, operation }: WorkingUnit,
  outcome: OperationRow['outcome'],
  now: Date,
): MachineChanges => {
  if (outcome !== 'done')
    return operation.error_message === null
      ? {}
      : { problem: operation.error_message, problem_finding: findingOf(operation), problem_at: now };
  const { ends } = plans[operation.kind];
  return {
    ...noTrouble,
    problem_at: null,
    idle_since: null,
    keep_until: null,
    ...(ends === machine.state ? {} : { state: ends, state_at: now }),
    ...(ends === 'hibernated' || ends === 'destroyed' ? { rental_id: null, last_beat_at: null } : {}),
    ...nextSleepTimes(machine, now),
  };
};

/** What failed, and what the machine costs meanwhile: whoever reads it knows whether it can wait. */
const findingsOf = (
  operation: Pick<OperationRow, 'error_code' | 'error_params'>,
  rental: RentalRow | undefined,
  { state }: WorkingUnit['machine'],
): Finding[] => {
  const failure = findingOf(operation);
  const isBilled = state === 'running' && rental?.state === 'usable';
  const dollars = Number(((rental?.offer.pricePerHourMicroUsd ?? 0) / 1e6).toFixed(3));
  return [
    ...(failure === null ? [] : [failure]),
    ...(isBilled ? [found('machine.goes_on_costing', { dollars })] : []),
  ];
};

/** Ends an operation: what it was, what the machine is now, and the story of it, at once. */
export const finish = async (
  deps: EngineDeps,
  unit: WorkingUnit,
  outcome: NonNullable<OperationRow['outcome']>,
  changes: Failure | Record<string, never>,
): Promise<void> => {
  const { machine } = unit;
  const operation = { ...unit.operation, ...changes };
  const now = deps.clock.now();
  const seconds =
    (operation.seconds[operation.phase] ?? 0) + (now.getTime() - operation.phase_at.getTime()) / 1000;
  const rental = machine.rental_id === null ? undefined : await deps.rentals.find(machine.rental_id);
  const isDone = outcome === 'done';
  const { kind } = operation;
  const isRunning = isDone && plans[kind].ends === 'running';
  await unit.save({
    machine: machineAfter({ ...unit, operation }, outcome, now),
    operation: {
      ...changes,
      finished_at: now,
      outcome,
      ...noTrouble,
      seconds: JSON.stringify({ ...operation.seconds, [operation.phase]: seconds }),
    },
    event: `machine.${isDone ? doneKind[kind] : `${kind}_${outcome}`}`,
    ...(outcome === 'failed' ? { findings: findingsOf(operation, rental, machine) } : {}),
    also: async (tx) => {
      await unit.tell(tx, {
        kind: isDone ? doneKind[kind] : `${kind}_${outcome}`,
        details: {
          reason: operation.reason,
          message: operation.error_message,
          finding: findingOf(operation),
          snapshotId: operation.snapshot_id,
          pricePerHourMicroUsd: rental?.offer.pricePerHourMicroUsd ?? null,
        },
      });
      if (isRunning && rental !== undefined && rental.handed_over_at === null)
        await deps.rentals.update(tx, rental.id, ['usable'], { handed_over_at: now });
      if (isDone && kind === 'hibernate' && rental !== undefined)
        await deps.story.fallAsleep(tx, {
          id: deps.random.id(),
          machine_id: machine.id,
          project_id: machine.project_id,
          operation_id: operation.id,
          gpu_name: rental.offer.gpuName,
          reason: operation.reason,
          slept_at: rental.gone_at ?? now,
          price_per_hour_micro_usd: rental.offer.pricePerHourMicroUsd,
        });
      // Whoever asked for it knows.
      if (isDone && kind === 'hibernate' && operation.reason !== 'user')
        await deps.tellOwner(tx, machine, 'machine_asleep');
      if (operation.error_code === 'machine.budget') await deps.tellOwner(tx, machine, 'budget');
      if (isRunning && kind === 'wake')
        await deps.story.wakeUp(
          tx,
          machine.id,
          rental?.ordered_at ?? now,
          (now.getTime() - operation.created_at.getTime()) / 1000,
        );
    },
  });
};
