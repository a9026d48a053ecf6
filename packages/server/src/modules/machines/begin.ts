import type { Executor } from '../../kernel/db/database.ts';
import { notify } from '../../kernel/db/notify.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { MachineRow, OperationKind, OperationRequest, OperationRow } from './machine.ts';
import { machinesChannel, type MachineStore } from './machine-store.ts';
import type { OperationStore } from './operation-store.ts';
import { firstPhase } from './plans.ts';

/**
 * Writes down what is to be done with a machine, and wakes who does it. Undefined where something else is being done.
 */
export const beginOperation = async (
  deps: { machines: MachineStore; operations: OperationStore; clock: Clock; random: Random },
  executor: Executor,
  machine: Pick<MachineRow, 'id'>,
  operation: {
    readonly kind: OperationKind;
    readonly reason: string;
    readonly requestedBy: string | null;
    readonly request?: OperationRequest;
  },
): Promise<OperationRow | undefined> => {
  const now = deps.clock.now();
  const row = await deps.operations.begin(executor, {
    id: deps.random.id(),
    machine_id: machine.id,
    kind: operation.kind,
    phase: firstPhase(operation.kind),
    phase_at: now,
    request: JSON.stringify(operation.request ?? {}),
    requested_by: operation.requestedBy,
    reason: operation.reason,
    created_at: now,
  });
  if (row === undefined) return undefined;
  await deps.machines.makeDue(executor, machine.id, now);
  await notify(executor, machinesChannel, machine.id);
  return row;
};
