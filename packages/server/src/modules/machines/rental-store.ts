import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import type { Database, Executor } from '../../kernel/db/database.ts';
import type { Rentals } from '../../kernel/db/schema.gen.ts';
import type { RentalRow } from './machine.ts';

export type StoredRental = Selectable<Rentals>;

/** States in which a rental may cost money. */
const live = ['ordered', 'waiting', 'usable', 'releasing'] as const;

export const createRentalStore = (db: Database) => ({
  find: (id: string): Promise<RentalRow | undefined> =>
    db.selectFrom('rentals').selectAll().$castTo<RentalRow>().where('id', '=', id).executeTakeFirst(),
  listByIds: (ids: readonly string[], executor: Executor = db): Promise<RentalRow[]> =>
    executor
      .selectFrom('rentals')
      .selectAll()
      .$castTo<RentalRow>()
      .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
      .orderBy('id')
      .execute(),
  listOfOperation: (operationId: string): Promise<RentalRow[]> =>
    db
      .selectFrom('rentals')
      .selectAll()
      .$castTo<RentalRow>()
      .where('operation_id', '=', operationId)
      .orderBy('batch')
      .orderBy('slot')
      .execute(),
  listOfOperations: (operationIds: readonly string[]): Promise<RentalRow[]> =>
    db
      .selectFrom('rentals')
      .selectAll()
      .$castTo<RentalRow>()
      .where(sql<boolean>`operation_id = any(${[...operationIds]}::uuid[])`)
      .orderBy('operation_id')
      .orderBy('batch')
      .orderBy('slot')
      .execute(),
  findByProviderMachine: (accountId: string, providerMachineId: string): Promise<RentalRow | undefined> =>
    db
      .selectFrom('rentals')
      .selectAll()
      .$castTo<RentalRow>()
      .where('account_id', '=', accountId)
      .where('provider_machine_id', '=', providerMachineId)
      .executeTakeFirst(),
  /** Of a machine, those that may cost money. */
  listLive: (machineId: string): Promise<RentalRow[]> =>
    db
      .selectFrom('rentals')
      .selectAll()
      .$castTo<RentalRow>()
      .where('machine_id', '=', machineId)
      .where('state', 'in', live)
      .orderBy('id')
      .execute(),
  /** All that the reconciler must account for. */
  listLiveOf: (accountId: string): Promise<RentalRow[]> =>
    db
      .selectFrom('rentals')
      .selectAll()
      .$castTo<RentalRow>()
      .where('account_id', '=', accountId)
      .where('state', 'in', live)
      .orderBy('id')
      .execute(),
  /** Which offers were ordered lately. */
  listOrderedSince: (
    executor: Executor,
    since: Date,
  ): Promise<Pick<RentalRow, 'account_id' | 'offer_id'>[]> =>
    executor
      .selectFrom('rentals')
      .select(['account_id', 'offer_id'])
      .where('state', 'in', live)
      .where('ordered_at', '>=', since)
      .orderBy('id')
      .execute(),
  /** Ended ones whose machines, or whose labels, the provider still lists. */
  listEnded: (
    accountId: string,
    machineIds: readonly string[],
    labels: readonly string[],
  ): Promise<RentalRow[]> =>
    db
      .selectFrom('rentals')
      .selectAll()
      .$castTo<RentalRow>()
      .where('account_id', '=', accountId)
      .where('state', 'in', ['gone', 'never'])
      .where(
        sql<boolean>`(provider_machine_id = any(${[...machineIds]}::text[]) or label = any(${[...labels]}::text[]))`,
      )
      .orderBy('id')
      .execute(),
  insertAll: (executor: Executor, rows: readonly Insertable<Rentals>[]): Promise<RentalRow[]> =>
    executor
      .insertInto('rentals')
      .values([...rows])
      .returningAll()
      .$castTo<RentalRow>()
      .execute(),
  /** Changes it if it is in one of these states; undefined when it is not. */
  update: (
    executor: Executor,
    id: string,
    from: readonly RentalRow['state'][],
    changes: Updateable<Rentals>,
  ): Promise<RentalRow | undefined> =>
    executor
      .updateTable('rentals')
      .set(changes)
      .where('id', '=', id)
      .where('state', 'in', [...from])
      .returningAll()
      .$castTo<RentalRow>()
      .executeTakeFirst(),
  /** Asks for the end of those of an operation that are not the one to keep. Answers whether there are any. */
  releaseOthers: async (
    executor: Executor,
    operationId: string,
    keep: string | null,
    reason: string,
  ): Promise<boolean> => {
    const { rows } = await sql<{ id: string }>`
      update rentals set state = 'releasing', release_reason = ${reason}
      where operation_id = ${operationId} and state in ('ordered', 'waiting', 'usable')
        and id is distinct from ${keep}::uuid
      returning id`.execute(executor);
    return rows.length > 0;
  },
  /** Those that are known at their provider, as if they had been ordered under another id. Answers whether there are any. */
  relabel: async (executor: Executor, machineId: string, from: string, to: string): Promise<boolean> => {
    const rows = await executor
      .updateTable('rentals')
      .set({ label: sql`replace(label, ${from}, ${to})` })
      .where('machine_id', '=', machineId)
      .where('state', 'in', live)
      .where('provider_machine_id', 'is not', null)
      .where(sql<boolean>`strpos(label, ${from}) > 0`)
      .returning('id')
      .execute();
    return rows.length > 0;
  },
  /** What was counted of one that stands for nothing any more: who takes its contract over counts it from its beginning. */
  forgetCosts: async (executor: Executor, id: string): Promise<void> => {
    await executor.deleteFrom('ledger_lines').where('rental_id', '=', id).execute();
  },
  saveReleaseAsked: async (ids: readonly string[], at: Date): Promise<void> => {
    await db
      .updateTable('rentals')
      .set({ release_asked_at: at })
      .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
      .execute();
  },
  /** What live rentals of other machines cost in an hour, those aside that are being given back; and of how many. */
  sumLive: async (
    executor: Executor,
    exceptMachineId: string,
  ): Promise<{ machines: number; microUsdPerHour: number }> => {
    const { rows } = await sql<{ machines: number; micro: string }>`
      select count(distinct machine_id)::int as machines,
        coalesce(sum(price), 0)::text as micro
      from (select machine_id, max((offer->>'pricePerHourMicroUsd')::bigint) as price
        from rentals where state in ('ordered', 'waiting', 'usable')
          and machine_id is distinct from ${exceptMachineId}::uuid group by machine_id) per_machine`.execute(
      executor,
    );
    return { machines: rows[0]?.machines ?? 0, microUsdPerHour: Number(rows[0]?.micro ?? 0) };
  },
  /** How many other machines have a rental, or are about to get one. */
  countTaken: async (executor: Executor, exceptMachineId: string): Promise<number> => {
    const { rows } = await sql<{ machines: number }>`
      select count(*)::int as machines from (
        select machine_id from rentals where state in ('ordered', 'waiting', 'usable')
        union select machine_id from machine_operations where finished_at is null and kind in ('deploy', 'wake')) taken
      where machine_id is distinct from ${exceptMachineId}::uuid`.execute(executor);
    return rows[0]?.machines ?? 0;
  },
  /** One at a time may count what is rented and order more. */
  lockBudget: async (executor: Executor): Promise<void> => {
    await sql`select pg_advisory_xact_lock(hashtext('dumont machines budget'))`.execute(executor);
  },
});
export type RentalStore = ReturnType<typeof createRentalStore>;
