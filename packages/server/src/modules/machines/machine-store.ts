import { sql, type Insertable, type RawBuilder, type Selectable, type Updateable } from 'kysely';
import type { Scope } from '../../kernel/access/caller.ts';
import { within } from '../../kernel/access/scope-sql.ts';
import type { Database, Executor } from '../../kernel/db/database.ts';
import type { Machines } from '../../kernel/db/schema.gen.ts';
import { renewLeases } from '../../kernel/lease/renew-leases.ts';
import type { MachineRow } from './machine.ts';
import { noTrouble } from './trouble.ts';

export type StoredMachine = Selectable<Machines>;
/** What is written of a machine. */
export type MachineChanges = Updateable<Machines>;

/** Wakes whoever works on machines, on every replica. */
export const machinesChannel = 'machines';

export const createMachineStore = (db: Database) => ({
  find: (scope: Scope, id: string): Promise<MachineRow | undefined> =>
    db
      .selectFrom('machines')
      .selectAll()
      .$castTo<MachineRow>()
      .where('id', '=', id)
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('owner_id') }))
      .executeTakeFirst(),
  list: (
    scope: Scope,
    filter: { readonly destroyed: boolean },
    before: string | undefined,
    limit: number,
  ): Promise<MachineRow[]> => {
    let query = db
      .selectFrom('machines')
      .selectAll()
      .$castTo<MachineRow>()
      .where('state', filter.destroyed ? '=' : '<>', 'destroyed')
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('owner_id') }))
      .orderBy('id', 'desc')
      .limit(limit);
    if (before !== undefined) query = query.where('id', '<', before);
    return query.execute();
  },
  listByIds: (ids: readonly string[], executor: Executor = db): Promise<MachineRow[]> =>
    executor
      .selectFrom('machines')
      .selectAll()
      .$castTo<MachineRow>()
      .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
      .orderBy('id')
      .execute(),
  /** By id or label; the newest where several have the label. */
  findNamed: (
    scope: Scope,
    projectId: string,
    name: string,
    executor: Executor,
  ): Promise<MachineRow | undefined> =>
    executor
      .selectFrom('machines')
      .selectAll()
      .$castTo<MachineRow>()
      .where('project_id', '=', projectId)
      .where('state', '<>', 'destroyed')
      .where((eb) => eb.or([eb(sql<string>`id::text`, '=', name), eb('label', '=', name)]))
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('owner_id') }))
      .orderBy('id', 'desc')
      .executeTakeFirst(),
  /**
   * Those that a run of this user may have without naming them: made for runs, or the user's own that run and are
   * quiet. No run has them, and nothing is being done with them.
   */
  listFree: (scope: Scope, projectId: string, userId: string, executor: Executor): Promise<MachineRow[]> =>
    executor
      .selectFrom('machines')
      .selectAll()
      .$castTo<MachineRow>()
      .where('project_id', '=', projectId)
      .where('state', 'in', ['running', 'paused', 'hibernated', 'new'])
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('owner_id') }))
      .where((eb) =>
        eb.or([
          eb('made_for_runs', '=', true),
          eb.and([
            eb('owner_id', '=', userId),
            eb('state', '=', 'running'),
            eb('idle_since', 'is not', null),
          ]),
        ]),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('machine_operations')
              .select('id')
              .whereRef('machine_id', '=', 'machines.id')
              .where('finished_at', 'is', null),
          ),
        ),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('machine_holds')
              .select('run_id')
              .whereRef('machine_id', '=', 'machines.id')
              .where('released_at', 'is', null),
          ),
        ),
      )
      .orderBy('id')
      .limit(200)
      .execute(),
  /** Those that one of these rentals is in charge of. */
  listByRentals: (rentalIds: readonly string[]): Promise<MachineRow[]> =>
    db
      .selectFrom('machines')
      .selectAll()
      .$castTo<MachineRow>()
      .where(sql<boolean>`rental_id = any(${[...rentalIds]}::uuid[])`)
      .orderBy('id')
      .execute(),
  /** A rental that was lost is there again: it is in charge if nothing else happened to its machine meanwhile. */
  bringBack: async (executor: Executor, id: string, rentalId: string, now: Date): Promise<boolean> => {
    const row = await executor
      .updateTable('machines')
      .set({ state: 'running', state_at: now, due_at: now, ...noTrouble, problem_at: null })
      .where('id', '=', id)
      .where('rental_id', '=', rentalId)
      .where('state', '=', 'lost')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('machine_operations')
              .select('id')
              .where('machine_id', '=', id)
              .where('finished_at', 'is', null),
          ),
        ),
      )
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  },
  insert: (executor: Executor, row: Insertable<Machines>): Promise<MachineRow> =>
    executor
      .insertInto('machines')
      .values(row)
      .returningAll()
      .$castTo<MachineRow>()
      .executeTakeFirstOrThrow(),
  /** Changes it from outside of its work: what a user sets. */
  update: (
    executor: Executor,
    id: string,
    changes: Omit<Updateable<Machines>, 'state' | 'rental_id' | 'epoch'>,
  ): Promise<MachineRow | undefined> =>
    executor
      .updateTable('machines')
      .set(changes)
      .where('id', '=', id)
      .returningAll()
      .$castTo<MachineRow>()
      .executeTakeFirst(),
  /** Changes it as the holder of its lease; undefined when it is not ours any more. */
  updateLeased: (
    executor: Executor,
    id: string,
    token: string,
    changes: Updateable<Machines>,
  ): Promise<MachineRow | undefined> =>
    executor
      .updateTable('machines')
      .set(changes)
      .where('id', '=', id)
      .where('lease_token', '=', token)
      .returningAll()
      .$castTo<MachineRow>()
      .executeTakeFirst(),
  /** Looked at no later than this. */
  makeDue: async (executor: Executor, id: string, at: Date): Promise<void> => {
    await executor
      .updateTable('machines')
      .set((eb) => ({ due_at: eb.fn('least', ['due_at', eb.val(at)]) }))
      .where('id', '=', id)
      .execute();
  },
  /**
   * Gives the lease back, and says when it is to be looked at next: sooner if somebody asked for it meanwhile, which
   * shows in a due time that is not the one that was claimed.
   */
  release: async (id: string, token: string, claimedDueAt: Date, dueAt: Date): Promise<void> => {
    await sql`
      update machines set lease_token = null, lease_expires_at = null,
        due_at = case when due_at = ${claimedDueAt} then ${dueAt}::timestamptz else least(due_at, ${dueAt}) end
      where id = ${id} and lease_token = ${token}`.execute(db);
  },
  claim: async (
    lease: { token: string; expiresAt: Date; now: Date; held: readonly string[] },
    limit: number,
    isLicensed: RawBuilder<boolean>,
  ): Promise<MachineRow[]> => {
    const { rows } = await sql<MachineRow>`
      update machines m set lease_token = ${lease.token}, lease_expires_at = ${lease.expiresAt}
      where m.id in (
        select id from machines where state <> 'destroyed' and due_at <= ${lease.now}
          and (lease_expires_at is null or lease_expires_at < ${lease.now})
          and id <> all(${[...lease.held]}::uuid[]) and ${isLicensed}
        order by due_at, id limit ${limit} for update skip locked)
      returning m.*`.execute(db);
    return rows;
  },
  renew: renewLeases(db, 'machines'),
});
export type MachineStore = ReturnType<typeof createMachineStore>;
