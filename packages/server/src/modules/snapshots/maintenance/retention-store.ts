import type { Database } from '../../../kernel/db/database.ts';
import { defaultRetention, type RetentionPolicy } from './retention.ts';

export interface RetentionInForce extends RetentionPolicy {
  readonly of: 'machine' | 'project' | 'default';
}

export const createRetentionStore = (db: Database) => {
  const find = async (projectId: string, machineId: string | null): Promise<RetentionPolicy | undefined> => {
    const row = await db
      .selectFrom('snapshot_retention')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('machine_id', machineId === null ? 'is' : '=', machineId)
      .executeTakeFirst();
    return row === undefined
      ? undefined
      : { keepLast: row.keep_last, keepDaily: row.keep_daily, keepWeekly: row.keep_weekly };
  };
  return {
    /** What holds: the machine's own policy, else its project's, else the default. */
    get: async (projectId: string, machineId: string | null): Promise<RetentionInForce> => {
      const own = machineId === null ? undefined : await find(projectId, machineId);
      if (own !== undefined) return { ...own, of: 'machine' };
      const ofProject = await find(projectId, null);
      return ofProject === undefined
        ? { ...defaultRetention, of: 'default' }
        : { ...ofProject, of: 'project' };
    },
    /** From then on the policy above it holds again. */
    remove: async (projectId: string, machineId: string | null): Promise<void> => {
      await db
        .deleteFrom('snapshot_retention')
        .where('project_id', '=', projectId)
        .where('machine_id', machineId === null ? 'is' : '=', machineId)
        .execute();
    },
    put: async (projectId: string, machineId: string | null, policy: RetentionPolicy): Promise<void> => {
      const values = {
        keep_last: policy.keepLast,
        keep_daily: policy.keepDaily,
        keep_weekly: policy.keepWeekly,
      };
      await db
        .insertInto('snapshot_retention')
        .values({ project_id: projectId, machine_id: machineId, ...values })
        .onConflict((conflict) => conflict.constraint('snapshot_retention_key').doUpdateSet(values))
        .execute();
    },
  };
};
export type RetentionStore = ReturnType<typeof createRetentionStore>;
