import type { DeploymentDefaults } from '@dumont/contracts/identity/settings';
import { demand, projectFor, scopeOf, systemScope, type Caller } from '../../kernel/access/caller.ts';
import { takeIdempotencyKey } from '../../kernel/db/idempotency.ts';
import { AppError } from '../../kernel/errors.ts';
import { fingerprint } from '../../kernel/http/fingerprint.ts';
import { beginOperation } from './begin.ts';
import { checkRequest } from './budget.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { MachineRow, OperationKind, OperationRequest, OperationRow } from './machine.ts';
import { takeOver } from './former.ts';
import { fillIn, newMachine, type NewMachine } from './new-machine.ts';
import { canCancel, disturbing, plans } from './plans.ts';
import { machineEvent } from './unit.ts';

export const createRequests = (
  deps: Pick<
    EngineDeps,
    | 'db'
    | 'machines'
    | 'operations'
    | 'rentals'
    | 'settings'
    | 'holds'
    | 'market'
    | 'snapshots'
    | 'events'
    | 'clock'
    | 'random'
    | 'makeKeys'
  > & {
    wake(): void;
    /** Throws unless the caller may see it, and it can be restored. */
    checkSnapshot(caller: Caller, id: string): Promise<void>;
    /** What a user's deployments take that leave it out. */
    defaultsOf(userId: string): Promise<DeploymentDefaults>;
  },
) => {
  const { db, machines, operations, clock, random } = deps;

  const getVisible = async (caller: Caller, id: string): Promise<MachineRow> => {
    const machine = await machines.find(scopeOf(caller, 'machines:read'), id);
    if (machine === undefined) throw new AppError('machine.not_found');
    return machine;
  };
  const getToChange = async (caller: Caller, id: string): Promise<MachineRow> => {
    const machine = await getVisible(caller, id);
    demand(caller, 'machines:write', { projectId: machine.project_id, ownerId: machine.owner_id });
    return machine;
  };

  const begin = async (
    machine: MachineRow,
    operation: {
      kind: OperationKind;
      reason: string;
      requestedBy: string | null;
      request?: OperationRequest;
    },
  ): Promise<OperationRow> => {
    if (machine.state === 'destroyed') throw new AppError('machine.destroyed');
    const current = await operations.findCurrent(machine.id);
    if (current !== undefined) throw new AppError('machine.busy', { operation: plans[current.kind].status });
    if (!plans[operation.kind].from.includes(machine.state))
      throw new AppError('machine.state', { state: machine.state, action: operation.kind });
    const begun = await db.transaction().execute(async (tx) => {
      // No run takes hold of it from here on.
      await deps.holds.lockMachine(tx, machine.id);
      if (disturbing.includes(operation.kind) && (await deps.holds.isHeld(tx, machine.id)))
        throw new AppError('machine.held');
      if (operation.kind === 'wake' || operation.kind === 'migrate') await checkRequest(deps, tx, machine.id);
      await takeOver(deps, tx, machine);
      const row = await beginOperation(deps, tx, machine, operation);
      if (row === undefined) throw new AppError('machine.busy', { operation: operation.kind });
      await deps.events.publish(tx, machineEvent('machine.changed', machine));
      return row;
    });
    deps.wake();
    return begun;
  };

  const create = async (caller: Caller, body: NewMachine, key: string | undefined): Promise<MachineRow> => {
    const projectId = projectFor(caller, 'machines:write', body.project_id);
    if ((await deps.market.listAccounts(projectId)).length === 0) throw new AppError('provider.none');
    if (body.snapshot_id !== undefined) await deps.checkSnapshot(caller, body.snapshot_id);
    const filled = fillIn(body, await deps.defaultsOf(caller.userId));
    const id = random.id();
    const keys = await deps.makeKeys(id);
    const now = clock.now();
    const made = await db.transaction().execute(async (tx) => {
      if (key !== undefined) {
        const requestSha256 = fingerprint(['instance', body]);
        const before = await takeIdempotencyKey(tx, { userId: caller.userId, key, requestSha256 }, id, now);
        if (before?.sameRequest === false) throw new AppError('request.idempotency_mismatch');
        if (before !== undefined) return before.entityId;
      }
      await checkRequest(deps, tx, id);
      const owner = { id, projectId, ownerId: caller.userId };
      const row = await machines.insert(tx, newMachine(owner, filled, keys, now));
      await beginOperation(deps, tx, row, {
        kind: 'deploy',
        reason: 'user',
        requestedBy: caller.userId,
        request: body.snapshot_id === undefined ? {} : { restoreSnapshotId: body.snapshot_id },
      });
      await deps.events.publish(tx, machineEvent('machine.created', row));
      return row;
    });
    deps.wake();
    if (typeof made !== 'string') return made;
    const before = await machines.find(systemScope, made);
    if (before === undefined) throw new AppError('machine.not_found');
    return before;
  };

  const cancel = async (machine: MachineRow): Promise<OperationRow> => {
    const current = await operations.findCurrent(machine.id);
    if (current === undefined) throw new AppError('machine.nothing_to_cancel');
    if (!canCancel(current.kind, current.phase))
      throw new AppError('machine.not_cancellable', { phase: current.phase });
    const row = await db.transaction().execute(async (tx) => {
      const asked = await operations.requestCancel(tx, machine.id, clock.now());
      await machines.makeDue(tx, machine.id, clock.now());
      await deps.events.publish(tx, machineEvent('machine.changed', machine));
      return asked;
    });
    deps.wake();
    if (row === undefined) throw new AppError('machine.nothing_to_cancel');
    return row;
  };

  return { getVisible, getToChange, begin, create, cancel };
};
export type MachineRequests = ReturnType<typeof createRequests>;
