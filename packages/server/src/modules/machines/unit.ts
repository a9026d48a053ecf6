import type { Finding } from '@dumont/contracts/finding';
import type { Transactor } from '../../kernel/db/database.ts';
import type { DomainEvent } from '../../kernel/events/events.ts';
import { LeaseLost, type Lease } from '../../kernel/lease/leased-worker.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { MachineRow, OperationRow } from './machine.ts';
import type { MachineChanges } from './machine-store.ts';
import type { OperationChanges } from './operation-store.ts';

/** What is written at once: all of it, or nothing. */
export interface Step {
  readonly machine?: MachineChanges;
  readonly operation?: OperationChanges;
  /** More of the same transaction; nothing slow. */
  readonly also?: (transaction: Transactor) => Promise<void>;
  /** Told beside `machine.changed`, which always is. */
  readonly event?: string;
  /** For whoever is alarmed by that event. */
  readonly findings?: readonly Finding[];
}

/** A line for people in the machine's story. */
export interface Told {
  readonly kind: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export const machineEvent = (
  name: string,
  machine: Pick<MachineRow, 'id' | 'project_id' | 'owner_id' | 'label'>,
): DomainEvent => ({
  name,
  topic: 'machines',
  projectId: machine.project_id,
  ownerId: machine.owner_id,
  entityId: machine.id,
  subject: machine.label,
});

/** A machine that is worked on under its lease, and what is being done with it, as they were last written. */
export interface Unit {
  readonly lease: Lease;
  machine: MachineRow;
  /** Undefined at rest. */
  operation: OperationRow | undefined;
  /** Writes as the holder of the lease. Throws `LeaseLost` when another process has it. */
  save(step: Step): Promise<void>;
  tell(transaction: Transactor, told: Told): Promise<void>;
}

export const createUnit = (
  deps: EngineDeps,
  machine: MachineRow,
  operation: OperationRow | undefined,
  lease: Lease,
): Unit => {
  const lost = (): never => {
    throw new LeaseLost('the machine is worked on by another process');
  };
  const unit: Unit = {
    lease,
    machine,
    operation,
    tell: (transaction, { kind, details = {} }) =>
      deps.story.add(transaction, {
        id: deps.random.id(),
        machine_id: unit.machine.id,
        at: deps.clock.now(),
        kind,
        operation_id: unit.operation?.id ?? null,
        details: JSON.stringify(details),
      }),
    save: async (step) => {
      const saved = await deps.db.transaction().execute(async (tx) => {
        // Also where it does not change: the row is locked, and the lease is known to be ours until we commit.
        const row =
          (await deps.machines.updateLeased(tx, unit.machine.id, lease.token, {
            lease_token: lease.token,
            ...step.machine,
          })) ?? lost();
        const before = unit.operation;
        const after =
          step.operation === undefined || before === undefined
            ? before
            : ((await deps.operations.updateLeased(tx, before, lease.token, step.operation)) ?? lost());
        await step.also?.(tx);
        await deps.events.publish(tx, {
          ...machineEvent(step.event ?? 'machine.changed', row),
          ...(step.findings === undefined ? {} : { findings: step.findings }),
        });
        return { row, after };
      });
      unit.machine = saved.row;
      unit.operation = saved.after;
    },
  };
  return unit;
};
