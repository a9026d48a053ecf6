import { z } from 'zod';
import { scopeOf, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { checkTimeZone } from '../../kernel/cron.ts';
import { decodeCursor, encodeCursor } from '../../kernel/db/cursor.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { MarketApi } from '../market/index.ts';
import type { Adoption } from './adoption.ts';
import type { EventStore } from './event-store.ts';
import { estimateMigration } from './estimate.ts';
import type { MachineRow, OperationKind, OperationRequest } from './machine.ts';
import type { MachineStore } from './machine-store.ts';
import { mergePolicy } from './new-machine.ts';
import type { OperationStore } from './operation-store.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { RentalStore } from './rental-store.ts';
import type { MachineRequests } from './requests.ts';
import { nextSleepTimes } from './sleep-schedule.ts';
import { machineEvent } from './unit.ts';
import type { Views } from './views.ts';
import { showCandidate, showEvent, showOperation } from './wire-operation.ts';

export type InstanceOperation =
  | 'listInstances'
  | 'createInstance'
  | 'getInstance'
  | 'updateInstance'
  | 'deleteInstance'
  | 'pauseInstance'
  | 'resumeInstance'
  | 'rebootInstance'
  | 'adoptInstance'
  | 'listStrangers'
  | 'adoptStranger'
  | 'hibernateInstance'
  | 'wakeInstance'
  | 'migrateInstance'
  | 'estimateMigration'
  | 'cancelOperation'
  | 'listOperations'
  | 'getOperation'
  | 'listMachineEvents';

const Position = z.strictObject({ id: z.uuid() });
const positionOf = (cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : decodeCursor(cursor, Position).id;

/** What one page shows of rows that were read one too many. */
const pageOf = <T extends { readonly id: string }>(rows: readonly T[], limit: number) => {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { page, nextCursor: last === undefined ? null : encodeCursor({ id: last.id }) };
};

/** A wake that is waited for: longer than three batches and a restore take. */
const waitMs = 30 * 60_000;
const lookMs = 1000;

export const createInstanceHandlers = (deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly events: Events;
  readonly market: MarketApi;
  readonly machines: MachineStore;
  readonly operations: OperationStore;
  readonly rentals: RentalStore;
  readonly story: EventStore;
  readonly requests: MachineRequests;
  readonly adoption: Adoption;
  readonly views: Views;
  wake(): void;
}): Handlers<InstanceOperation> => {
  const { requests, views, operations, rentals } = deps;

  const show = async (machine: MachineRow) => {
    const [instance] = await views([machine]);
    if (instance === undefined) throw new AppError('machine.not_found');
    return instance;
  };

  const act = async (
    caller: Caller,
    id: string,
    kind: OperationKind,
    message: string,
    request: OperationRequest = {},
  ) => {
    const machine = await requests.getToChange(caller, id);
    const operation = await requests.begin(machine, {
      kind,
      reason: 'user',
      requestedBy: caller.userId,
      request,
    });
    return { success: true, message, operation: showOperation(operation, []) };
  };

  /** Until the operation is over, or the client goes away. */
  const untilOver = async (machineId: string, operationId: string, signal: AbortSignal) => {
    const untilMs = deps.clock.elapsedMs() + waitMs;
    for (;;) {
      const row = await operations.find(machineId, operationId);
      if (row === undefined) throw new AppError('operation.not_found');
      if (row.finished_at !== null || signal.aborted || deps.clock.elapsedMs() > untilMs) return row;
      await deps.clock.sleep(lookMs, signal);
    }
  };

  return {
    listInstances: async ({ caller, query }) => {
      const scope = scopeOf(caller, 'machines:read');
      const filter = { destroyed: query.status === 'destroyed' };
      const rows = await deps.machines.list(scope, filter, positionOf(query.cursor), query.limit + 1);
      const { page, nextCursor } = pageOf(rows, query.limit);
      const shown = await views(page);
      const instances = shown.filter(({ status }) => query.status === undefined || status === query.status);
      return { instances: [...instances], count: instances.length, nextCursor };
    },
    createInstance: async ({ caller, body, context }) =>
      show(await requests.create(caller, body, context.idempotencyKey)),
    getInstance: async ({ caller, params }) => show(await requests.getVisible(caller, params.id)),
    updateInstance: async ({ caller, params, body }) => {
      const machine = await requests.getToChange(caller, params.id);
      if (machine.state === 'destroyed') throw new AppError('machine.destroyed');
      // Also without a schedule: the next one would be refused for it.
      if (body.time_zone !== undefined) checkTimeZone(body.time_zone);
      const now = deps.clock.now();
      const schedule = {
        sleep_cron: body.sleep_cron === undefined ? machine.sleep_cron : body.sleep_cron,
        wake_cron: body.wake_cron === undefined ? machine.wake_cron : body.wake_cron,
        time_zone: body.time_zone ?? machine.time_zone,
      };
      const row = await deps.db.transaction().execute(async (tx) => {
        const saved = await deps.machines.update(tx, machine.id, {
          label: body.label ?? machine.label,
          idle_policy: JSON.stringify(mergePolicy(machine.idle_policy, body.idle_policy)),
          needs: JSON.stringify(body.needs ?? machine.needs),
          ...schedule,
          ...nextSleepTimes(schedule, now),
          due_at: now,
        });
        if (saved === undefined) throw new AppError('machine.not_found');
        await deps.events.publish(tx, machineEvent('machine.changed', saved));
        return saved;
      });
      deps.wake();
      return show(row);
    },
    deleteInstance: ({ caller, params, query }) =>
      act(caller, params.id, 'destroy', 'The machine is being destroyed.', {
        skipSnapshot: query.skip_snapshot === true,
      }),
    pauseInstance: ({ caller, params }) => act(caller, params.id, 'pause', 'The machine is being paused.'),
    resumeInstance: ({ caller, params }) => act(caller, params.id, 'resume', 'The machine is being started.'),
    rebootInstance: ({ caller, params }) =>
      act(caller, params.id, 'reboot', 'The machine is being restarted.'),
    adoptInstance: async ({ caller, params }) => {
      await deps.adoption.adopt(caller, await requests.getToChange(caller, params.id));
      return show(await requests.getVisible(caller, params.id));
    },
    listStrangers: async ({ caller, query }) => ({
      items: await deps.adoption.list(caller, query.project_id),
    }),
    adoptStranger: async ({ caller, body }) => {
      const id = await deps.adoption.adoptStranger(caller, body.account_id, body.provider_instance_id);
      return show(await requests.getVisible(caller, id));
    },
    hibernateInstance: ({ caller, params }) =>
      act(caller, params.id, 'hibernate', 'The machine is being put to sleep.'),
    wakeInstance: async ({ caller, params, body, context }) => {
      const machine = await requests.getToChange(caller, params.id);
      const isRestored = body?.restore_snapshot ?? true;
      const isAsleep = machine.state === 'hibernated' || machine.state === 'lost';
      if (isRestored && isAsleep && machine.snapshot_id === null) throw new AppError('machine.no_snapshot');
      const begun = await requests.begin(machine, {
        kind: 'wake',
        reason: 'user',
        requestedBy: caller.userId,
        request: {
          needs: {
            ...(body?.gpu_type === undefined ? {} : { gpu_name: body.gpu_type }),
            ...(body?.region === undefined ? {} : { region: body.region }),
            ...(body?.max_price === undefined ? {} : { max_price: body.max_price }),
          },
          ...(isRestored && machine.snapshot_id !== null ? { restoreSnapshotId: machine.snapshot_id } : {}),
        },
      });
      const over = body?.wait === true ? await untilOver(machine.id, begun.id, context.signal) : begun;
      const instance = await show(await requests.getVisible(caller, machine.id));
      const isAwake = over.outcome === 'done';
      return {
        success: over.finished_at === null || isAwake,
        new_instance_id: machine.id,
        old_instance_id: machine.id,
        snapshot_id: machine.snapshot_id,
        ssh_host: instance.ssh_host,
        ssh_port: instance.ssh_port,
        time_taken:
          over.finished_at === null ? null : (over.finished_at.getTime() - over.created_at.getTime()) / 1000,
        message: isAwake ? 'The machine is awake.' : (over.error_message ?? 'The machine is being woken.'),
        operation: showOperation(over, await rentals.listOfOperation(over.id)),
      };
    },
    migrateInstance: ({ caller, params, body }) =>
      act(caller, params.id, 'migrate', 'The machine is being moved.', {
        needs: {
          max_price: body.max_price,
          ...(body.gpu_name === undefined ? {} : { gpu_name: body.gpu_name }),
          ...(body.region === undefined ? {} : { region: body.region }),
        },
        ...(body.disk_size === undefined ? {} : { diskGb: body.disk_size }),
      }),
    estimateMigration: async ({ caller, params, body, context }) =>
      estimateMigration(deps, await requests.getVisible(caller, params.id), body, context.signal),
    cancelOperation: async ({ caller, params }) => {
      const operation = await requests.cancel(await requests.getToChange(caller, params.id));
      const raced = await rentals.listOfOperation(operation.id);
      return { success: true, message: 'It is being given up.', operation: showOperation(operation, raced) };
    },
    listOperations: async ({ caller, params, query }) => {
      const machine = await requests.getVisible(caller, params.id);
      const rows = await operations.list(machine.id, positionOf(query.cursor), query.limit + 1);
      const { page, nextCursor } = pageOf(rows, query.limit);
      const raced = await rentals.listOfOperations(page.map(({ id }) => id));
      return {
        items: page.map((row) =>
          showOperation(
            row,
            raced.filter(({ operation_id: id }) => id === row.id),
          ),
        ),
        nextCursor,
      };
    },
    getOperation: async ({ caller, params }) => {
      const machine = await requests.getVisible(caller, params.id);
      const row = await operations.find(machine.id, params.operationId);
      if (row === undefined) throw new AppError('operation.not_found');
      const raced = await rentals.listOfOperation(row.id);
      return {
        ...showOperation(row, raced),
        candidates: raced.map((rental) => showCandidate(row, rental)),
      };
    },
    listMachineEvents: async ({ caller, params, query }) => {
      const machine = await requests.getVisible(caller, params.id);
      const rows = await deps.story.list(machine.id, positionOf(query.cursor), query.limit + 1);
      const { page, nextCursor } = pageOf(rows, query.limit);
      return { items: page.map((row) => showEvent(row, null)), nextCursor };
    },
  };
};
