import { sql, type Selectable } from 'kysely';
import type { Database, Executor, Transactor } from '../../../kernel/db/database.ts';
import type { MachineHolds } from '../../../kernel/db/schema.gen.ts';

export type HoldRow = Selectable<MachineHolds>;

/** An attempt of a run. */
export interface HoldRef {
  readonly runId: string;
  readonly attempt: number;
}

export const createHoldStore = (db: Database) => ({
  find: ({ runId, attempt }: HoldRef, executor: Executor = db): Promise<HoldRow | undefined> =>
    executor
      .selectFrom('machine_holds')
      .selectAll()
      .where('run_id', '=', runId)
      .where('attempt', '=', attempt)
      .where('released_at', 'is', null)
      .executeTakeFirst(),
  /** Attempts that hold a machine. */
  listActive: (): Promise<HoldRow[]> =>
    db.selectFrom('machine_holds').selectAll().where('released_at', 'is', null).orderBy('run_id').execute(),
  listOfMachine: (executor: Executor, machineId: string): Promise<HoldRow[]> =>
    executor
      .selectFrom('machine_holds')
      .selectAll()
      .where('machine_id', '=', machineId)
      .orderBy('run_id')
      .execute(),
  /** In a transaction that has locked the machine's row the answer stays true until its end. */
  isHeld: async (executor: Executor, machineId: string): Promise<boolean> => {
    const row = await executor
      .selectFrom('machine_holds')
      .select('run_id')
      .where('machine_id', '=', machineId)
      .where('released_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  },
  /** False where another attempt has the machine. */
  insert: async (tx: Transactor, row: Omit<HoldRow, 'released_at'>): Promise<boolean> => {
    const inserted = await tx
      .insertInto('machine_holds')
      .values(row)
      .onConflict((conflict) => conflict.column('machine_id').where('released_at', 'is', null).doNothing())
      .returning('run_id')
      .executeTakeFirst();
    return inserted !== undefined;
  },
  release: (tx: Transactor, { runId, attempt }: HoldRef, now: Date): Promise<HoldRow | undefined> =>
    tx
      .updateTable('machine_holds')
      .set({ released_at: now })
      .where('run_id', '=', runId)
      .where('attempt', '=', attempt)
      .where('released_at', 'is', null)
      .returningAll()
      .executeTakeFirst(),
  forgetReleased: async (tx: Transactor, machineId: string): Promise<void> => {
    await tx
      .deleteFrom('machine_holds')
      .where('machine_id', '=', machineId)
      .where('released_at', 'is not', null)
      .execute();
  },
  /** One taker at a time in a project, so that two do not choose the same. */
  lockProject: async (tx: Transactor, projectId: string): Promise<void> => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`machine-holds:${projectId}`}, 0))`.execute(tx);
  },
  /** What begins with a machine and what holds it happen one after the other. */
  lockMachine: async (tx: Transactor, machineId: string): Promise<void> => {
    await sql`select from machines where id = ${machineId} for update`.execute(tx);
  },
});
export type HoldStore = ReturnType<typeof createHoldStore>;
