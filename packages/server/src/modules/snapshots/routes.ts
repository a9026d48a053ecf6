import { z } from 'zod';
import type { ProjectPermission } from '@dumont/contracts/access';
import type { RetentionInForce as WirePolicy } from '@dumont/contracts/snapshots/snapshots';
import { demand, projectFor, reaches, scopeOf, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { decodeCursor, encodeCursor } from '../../kernel/db/cursor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import { createMachineFor } from './machine-for.ts';
import type { Machines } from './machines-port.ts';
import { candidateOf } from './maintenance/maintenance-job.ts';
import type { MaintenanceStore } from './maintenance/maintenance-store.ts';
import { chooseExpired } from './maintenance/retention.ts';
import { covers } from './maintenance/retention.ts';
import type { RetentionInForce, RetentionStore } from './maintenance/retention-store.ts';
import type { RestoreStore } from './restore/restore-store.ts';
import type { SnapshotRow, SnapshotStore } from './snapshot-store.ts';
import type { SnapshotsApi } from './snapshots-api.ts';
import { showRestore, showSnapshot } from './wire.ts';

export type SnapshotOperation =
  | 'listSnapshots'
  | 'listInstanceSnapshots'
  | 'getSnapshot'
  | 'createSnapshot'
  | 'restoreSnapshot'
  | 'getSnapshotRestore'
  | 'deleteSnapshot'
  | 'keepSnapshotForever'
  | 'getRetentionPolicy'
  | 'putRetentionPolicy'
  | 'deleteRetentionPolicy'
  | 'cleanUpSnapshots'
  | 'pruneSnapshots';

const Position = z.strictObject({ id: z.uuid() });
const isUuid = (text: string): boolean => z.uuid().safeParse(text).success;
/** Of a machine that there never was: its list is empty. */
const nobody = '00000000-0000-0000-0000-000000000000';

const showPolicy = (policy: RetentionInForce): WirePolicy => ({
  of: policy.of,
  keep_last: policy.keepLast,
  keep_daily: policy.keepDaily,
  keep_weekly: policy.keepWeekly,
});

export const createSnapshotHandlers = (deps: {
  api: SnapshotsApi;
  store: SnapshotStore;
  restores: RestoreStore;
  retention: RetentionStore;
  maintenance: MaintenanceStore;
  /** Undefined until module machines gives it: then no machine can be reached. */
  machines: Machines | undefined;
  clock: Clock;
  wakeMaintenance(): void;
}): Handlers<SnapshotOperation> => {
  const { api, store, restores, retention, maintenance, clock } = deps;

  const machineFor = createMachineFor(deps.machines);
  /** Snapshots outlive their machine: its id is enough to find them. */
  const machineIdOf = async (instanceId: string | undefined): Promise<string | undefined> => {
    if (instanceId === undefined) return undefined;
    const machine = await deps.machines?.find(instanceId);
    return machine?.id ?? (isUuid(instanceId) ? instanceId.toLowerCase() : nobody);
  };

  const list = async (
    caller: Caller,
    query: { cursor?: string | undefined; limit: number; state?: SnapshotRow['state'] | undefined },
    machineId: string | undefined,
  ) => {
    const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor, Position).id;
    const scope = scopeOf(caller, 'snapshots:read');
    const rows = await store.list(scope, { machineId, state: query.state }, before, query.limit + 1);
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return {
      snapshots: page.map(showSnapshot),
      count: page.length,
      nextCursor: last === undefined ? null : encodeCursor({ id: last.id }),
    };
  };

  const get = async (caller: Caller, id: string): Promise<SnapshotRow> => {
    const row = await store.find(scopeOf(caller, 'snapshots:read'), id);
    if (row === undefined) throw new AppError('snapshot.not_found');
    return row;
  };
  const getToChange = async (caller: Caller, id: string): Promise<SnapshotRow> => {
    const row = await get(caller, id);
    demand(caller, 'snapshots:write', { projectId: row.project_id, ownerId: row.owner_id });
    return row;
  };

  /** Whose policy is meant: a machine's, or that of a project for all machines without one of their own. */
  const subjectOf = async (
    caller: Caller,
    permission: ProjectPermission,
    query: { project_id?: string | undefined; instance_id?: string | undefined },
  ): Promise<{ projectId: string; machineId: string | null }> => {
    if (query.instance_id === undefined)
      return { projectId: projectFor(caller, permission, query.project_id), machineId: null };
    const machineId = await machineIdOf(query.instance_id);
    const [repository] = await maintenance.listRepositories(scopeOf(caller, 'snapshots:read'), machineId);
    if (repository === undefined) {
      // Of a machine that has none yet: what is said of it counts from its first snapshot on.
      const machine = await machineFor(caller, permission, query.instance_id);
      return { projectId: machine.projectId, machineId: machine.id };
    }
    demand(caller, permission, { projectId: repository.project_id, ownerId: repository.owner_id });
    return { projectId: repository.project_id, machineId: repository.machine_id };
  };

  return {
    listSnapshots: async ({ caller, query }) => list(caller, query, await machineIdOf(query.instance_id)),
    listInstanceSnapshots: async ({ caller, params: { id }, query }) =>
      list(caller, query, await machineIdOf(id)),
    getSnapshot: async ({ caller, params: { id } }) => showSnapshot(await get(caller, id)),
    createSnapshot: async ({ caller, body, context }) => {
      const machine = await machineFor(caller, 'snapshots:write', body.instance_id);
      const asked = await api.create(machine, {
        kind: 'manual',
        paths: [body.source_path],
        excludes: body.excludes,
        tags: body.tags,
        ownerId: caller.userId,
      });
      const row = showSnapshot(body.wait ? await api.waitFor(asked.id, context.signal) : asked);
      return {
        success: row.state !== 'failed',
        snapshot_id: row.id,
        state: row.state,
        files_new: row.files_new,
        files_changed: row.files_changed,
        files_unmodified: row.files_unmodified,
        total_files_processed: row.total_files_processed,
        data_added: row.data_added,
        total_bytes_processed: row.total_bytes_processed,
        error_code: row.error_code,
        error_params: row.error_params,
        error: row.error,
      };
    },
    restoreSnapshot: async ({ caller, query, body, context }) => {
      const machine = await machineFor(caller, 'snapshots:write', query.instance_id);
      await get(caller, body.snapshot_id);
      const asked = await api.restore(machine, {
        snapshotId: body.snapshot_id,
        targetPath: body.target_path,
        paths: body.paths,
        verify: body.verify,
        ownerId: caller.userId,
      });
      return showRestore(body.wait ? await api.waitForRestore(asked.id, context.signal) : asked);
    },
    getSnapshotRestore: async ({ caller, params: { id } }) => {
      const row = await restores.find(scopeOf(caller, 'snapshots:read'), id);
      if (row === undefined) throw new AppError('snapshot.not_found');
      return showRestore(row);
    },
    deleteSnapshot: async ({ caller, params: { id }, query: { force } }) => {
      const row = await getToChange(caller, id);
      if (row.keep_forever) throw new AppError('snapshot.kept');
      if (row.state === 'creating' || row.state === 'verifying') throw new AppError('snapshot.unfinished');
      if (row.state === 'verified' && force !== true) {
        const verified = await store.listVerified(row.machine_id);
        if (!verified.some((other) => other.id !== row.id && covers(other, row)))
          throw new AppError('snapshot.needed');
      }
      await store.requestDelete([id], clock.now());
      deps.wakeMaintenance();
      return { success: true };
    },
    keepSnapshotForever: async ({ caller, params: { id }, body }) => {
      await getToChange(caller, id);
      const row = await store.setKeepForever(id, body?.keep_forever ?? true);
      if (row === undefined) throw new AppError('snapshot.not_found');
      return showSnapshot(row);
    },
    getRetentionPolicy: async ({ caller, query }) => {
      const { projectId, machineId } = await subjectOf(caller, 'snapshots:read', query);
      return showPolicy(await retention.get(projectId, machineId));
    },
    putRetentionPolicy: async ({ caller, query, body }) => {
      const { projectId, machineId } = await subjectOf(caller, 'snapshots:write', query);
      await retention.put(projectId, machineId, {
        keepLast: body.keep_last,
        keepDaily: body.keep_daily,
        keepWeekly: body.keep_weekly,
      });
      return { ...body, of: machineId === null ? 'project' : 'machine' };
    },
    deleteRetentionPolicy: async ({ caller, query }) => {
      const { projectId, machineId } = await subjectOf(caller, 'snapshots:write', query);
      await retention.remove(projectId, machineId);
      return showPolicy(await retention.get(projectId, machineId));
    },
    cleanUpSnapshots: async ({ caller, body }) => {
      const scope = scopeOf(caller, 'snapshots:write');
      const machineId = await machineIdOf(body?.instance_id);
      const expired: string[] = [];
      let kept = 0;
      for (const repository of await maintenance.listRepositories(scope, machineId)) {
        const finished = (await store.listFinished(repository.machine_id)).filter(
          (row) =>
            row.delete_requested_at === null &&
            reaches(scope, { projectId: row.project_id, ownerId: row.owner_id }),
        );
        const policy = await retention.get(repository.project_id, repository.machine_id);
        const going = chooseExpired(finished.map(candidateOf), policy, clock.now());
        expired.push(...going.map(({ id }) => id));
        kept += finished.length - going.length;
      }
      const isDry = body?.dry_run ?? false;
      const deleted = isDry ? expired : await store.requestDelete(expired, clock.now());
      if (!isDry) deps.wakeMaintenance();
      return { success: true, dry_run: isDry, deleted: [...deleted], kept };
    },
    pruneSnapshots: async ({ caller, body }) => {
      const found = await maintenance.listRepositories(
        scopeOf(caller, 'snapshots:write'),
        await machineIdOf(body?.instance_id),
      );
      await maintenance.wake(
        found.map(({ machine_id }) => machine_id),
        clock.now(),
        true,
      );
      deps.wakeMaintenance();
      return { success: true, repositories: found.length };
    },
  };
};
