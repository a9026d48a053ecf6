import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Database, Executor } from '../../kernel/db/database.ts';
import type { MachineOperations } from '../../kernel/db/schema.gen.ts';
import type { OperationRow } from './machine.ts';

export type StoredOperation = Selectable<MachineOperations>;
/** What is written of an operation. */
export type OperationChanges = Updateable<MachineOperations>;

export const createOperationStore = (db: Database) => ({
  findCurrent: (machineId: string, executor: Executor = db): Promise<OperationRow | undefined> =>
    executor
      .selectFrom('machine_operations')
      .selectAll()
      .$castTo<OperationRow>()
      .where('machine_id', '=', machineId)
      .where('finished_at', 'is', null)
      .executeTakeFirst(),
  /** What is being done with each of these, else what was done last. */
  listLatest: (machineIds: readonly string[]): Promise<OperationRow[]> =>
    db
      .selectFrom('machine_operations')
      .selectAll()
      .$castTo<OperationRow>()
      .distinctOn('machine_id')
      .where('machine_id', 'in', machineIds.length === 0 ? [noMachine] : [...machineIds])
      .orderBy('machine_id')
      .orderBy('id', 'desc')
      .execute(),
  find: (machineId: string, id: string): Promise<OperationRow | undefined> =>
    db
      .selectFrom('machine_operations')
      .selectAll()
      .$castTo<OperationRow>()
      .where('id', '=', id)
      .where('machine_id', '=', machineId)
      .executeTakeFirst(),
  list: (machineId: string, before: string | undefined, limit: number): Promise<OperationRow[]> => {
    let query = db
      .selectFrom('machine_operations')
      .selectAll()
      .$castTo<OperationRow>()
      .where('machine_id', '=', machineId)
      .orderBy('id', 'desc')
      .limit(limit);
    if (before !== undefined) query = query.where('id', '<', before);
    return query.execute();
  },
  /** Undefined where another operation is not finished. */
  begin: (executor: Executor, row: Insertable<MachineOperations>): Promise<OperationRow | undefined> =>
    executor
      .insertInto('machine_operations')
      .values(row)
      .onConflict((conflict) => conflict.column('machine_id').where('finished_at', 'is', null).doNothing())
      .returningAll()
      .$castTo<OperationRow>()
      .executeTakeFirst(),
  /** Changes what is not finished, as the holder of the machine's lease; undefined when it is not ours any more. */
  updateLeased: (
    executor: Executor,
    operation: Pick<OperationRow, 'id' | 'machine_id'>,
    token: string,
    changes: Updateable<MachineOperations>,
  ): Promise<OperationRow | undefined> =>
    executor
      .updateTable('machine_operations')
      .set(changes)
      .where('id', '=', operation.id)
      .where('finished_at', 'is', null)
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('machines')
            .select('id')
            .where('id', '=', operation.machine_id)
            .where('lease_token', '=', token),
        ),
      )
      .returningAll()
      .$castTo<OperationRow>()
      .executeTakeFirst(),
  /** Asks for its end, from outside of its work. */
  requestCancel: (executor: Executor, machineId: string, at: Date): Promise<OperationRow | undefined> =>
    executor
      .updateTable('machine_operations')
      .set((eb) => ({ cancel_requested_at: eb.fn.coalesce('cancel_requested_at', eb.val(at)) }))
      .where('machine_id', '=', machineId)
      .where('finished_at', 'is', null)
      .returningAll()
      .$castTo<OperationRow>()
      .executeTakeFirst(),
  /** How long the phases of the last operations took: what estimates are made of. */
  listSeconds: async (projectId: string, limit: number): Promise<Record<string, number>[]> => {
    const rows = await db
      .selectFrom('machine_operations as o')
      .innerJoin('machines as m', 'm.id', 'o.machine_id')
      .select('o.seconds')
      .where('m.project_id', '=', projectId)
      .where('o.outcome', '=', 'done')
      .orderBy('o.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ seconds }) => seconds as Record<string, number>);
  },
});
export type OperationStore = ReturnType<typeof createOperationStore>;

/** An empty list of ids is no SQL. */
const noMachine = '00000000-0000-0000-0000-000000000000';
