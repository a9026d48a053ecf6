import { sql, type RawBuilder } from 'kysely';
import type { Database, Transactor } from '../../../kernel/db/database.ts';
import { notify } from '../../../kernel/db/notify.ts';

/** Asks the servers that live on this database to count at once. */
export const countChannel = 'installation';

export interface InstallationRow {
  readonly id: string;
  readonly epoch: number;
  readonly seenAt: Date;
}

/** Part of a statement: the database goes by this id, and has counted at least so far. Undefined: it has not. */
export const hasCounted = (id: string, epoch: number | undefined): RawBuilder<boolean> =>
  epoch === undefined
    ? sql<boolean>`false`
    : sql<boolean>`exists (select from installation where id = ${id} and epoch >= ${epoch})`;

export const createInstallationStore = (db: Database) => ({
  transaction: <T>(work: (tx: Transactor) => Promise<T>): Promise<T> => db.transaction().execute(work),
  /** Waits for another server that is starting on this database. */
  lock: async (tx: Transactor): Promise<InstallationRow | undefined> => {
    await sql`lock table installation in exclusive mode`.execute(tx);
    return tx.selectFrom('installation').select(['id', 'epoch', 'seen_at as seenAt']).executeTakeFirst();
  },
  find: (): Promise<InstallationRow | undefined> =>
    db.selectFrom('installation').select(['id', 'epoch', 'seen_at as seenAt']).executeTakeFirst(),
  askToCount: (): Promise<void> => notify(db, countChannel, ''),
  save: async (tx: Transactor, row: InstallationRow): Promise<void> => {
    const values = { id: row.id, epoch: row.epoch, seen_at: row.seenAt };
    await tx
      .insertInto('installation')
      .values(values)
      .onConflict((conflict) => conflict.column('only_row').doUpdateSet(values))
      .execute();
  },
  addFormer: async (tx: Transactor, id: string, until: Date): Promise<void> => {
    await tx
      .insertInto('former_installations')
      .values({ id, until })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  },
  listFormer: (): Promise<{ id: string; until: Date }[]> =>
    db.selectFrom('former_installations').select(['id', 'until']).orderBy('until').execute(),
  /** Counts on; answers the count, or undefined when the database goes by another id now. */
  count: async (id: string, at: Date): Promise<number | undefined> => {
    const row = await db
      .updateTable('installation')
      .set((eb) => ({ epoch: eb('epoch', '+', 1), seen_at: at }))
      .where('id', '=', id)
      .returning('epoch')
      .executeTakeFirst();
    return row?.epoch;
  },
});

export type InstallationStore = ReturnType<typeof createInstallationStore>;
