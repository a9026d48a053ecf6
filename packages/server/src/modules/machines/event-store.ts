import type { Insertable, Selectable } from 'kysely';
import type { Database, Executor } from '../../kernel/db/database.ts';
import type { MachineEvents, MachineSleeps } from '../../kernel/db/schema.gen.ts';

export type MachineEventRow = Selectable<MachineEvents>;

/** The story of machines, and their sleeps. */
export const createEventStore = (db: Database) => ({
  add: async (executor: Executor, row: Insertable<MachineEvents>): Promise<void> => {
    await executor.insertInto('machine_events').values(row).execute();
  },
  list: (machineId: string, before: string | undefined, limit: number): Promise<MachineEventRow[]> => {
    let query = db
      .selectFrom('machine_events')
      .selectAll()
      .where('machine_id', '=', machineId)
      .orderBy('id', 'desc')
      .limit(limit);
    if (before !== undefined) query = query.where('id', '<', before);
    return query.execute();
  },
  fallAsleep: async (executor: Executor, row: Insertable<MachineSleeps>): Promise<void> => {
    await executor
      .insertInto('machine_sleeps')
      .values(row)
      .onConflict((conflict) => conflict.column('operation_id').doNothing())
      .execute();
  },
  wakeUp: async (executor: Executor, machineId: string, at: Date, seconds: number): Promise<void> => {
    await executor
      .updateTable('machine_sleeps')
      .set({ woke_at: at, wake_seconds: seconds })
      .where('machine_id', '=', machineId)
      .where('woke_at', 'is', null)
      .execute();
  },
});
export type EventStore = ReturnType<typeof createEventStore>;
