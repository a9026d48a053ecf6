import { sql } from 'kysely';
import { within } from '../../../kernel/access/scope-sql.ts';
import type { Scope } from '../../../kernel/access/caller.ts';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import { throwConstraintError } from '../constraint-errors.ts';
import type { ProviderKind } from '../providers/provider.ts';

export interface AccountRow {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly url: string;
  /** Sealed. */
  readonly apiKey: Buffer;
  /** What the provider calls the account; null until it was asked. */
  readonly externalId: string | null;
  readonly isInstallation: boolean;
  readonly isOpen: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What other modules put into statements of their own, in parentheses. */
export const providerAccountIds = sql`select id from provider_accounts`;

const columns = [
  'id',
  'project_id as projectId',
  'name',
  'kind',
  'url',
  'api_key as apiKey',
  'external_id as externalId',
  'is_installation as isInstallation',
  'is_open as isOpen',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const;

const select = (db: Executor) =>
  db
    .selectFrom('provider_accounts')
    .select(columns)
    // Only kinds that this version speaks are ever written.
    .$narrowType<{ kind: ProviderKind }>();

export const createAccountStore = (db: Database) => ({
  transaction: <T>(work: (tx: Executor) => Promise<T>): Promise<T> => db.transaction().execute(work),
  find: (id: string): Promise<AccountRow | undefined> => select(db).where('id', '=', id).executeTakeFirst(),
  /** Where a project may rent. */
  listUsable: (projectId: string): Promise<AccountRow[]> =>
    select(db)
      .where((eb) => eb.or([eb('project_id', '=', projectId), eb('is_installation', '=', true)]))
      .where('is_open', '=', true)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
  listAll: (): Promise<AccountRow[]> => select(db).orderBy('created_at').orderBy('id').execute(),
  /** Accounts of the installation are seen by everyone who sees any. */
  listVisible: (scope: Scope, projectId: string | undefined): Promise<AccountRow[]> =>
    select(db)
      .where((eb) =>
        eb.or([within(scope, { project: eb.ref('project_id') }), eb('is_installation', '=', true)]),
      )
      .$if(projectId !== undefined, (query) =>
        query.where((eb) =>
          eb.or([eb('project_id', '=', projectId ?? ''), eb('is_installation', '=', true)]),
        ),
      )
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
  insert: async (tx: Executor, row: AccountRow): Promise<void> => {
    await tx
      .insertInto('provider_accounts')
      .values({
        id: row.id,
        project_id: row.projectId,
        name: row.name,
        kind: row.kind,
        url: row.url,
        api_key: row.apiKey,
        external_id: row.externalId,
        is_installation: row.isInstallation,
        is_open: row.isOpen,
        created_at: row.createdAt,
        updated_at: row.updatedAt,
      })
      .execute();
    await tx.insertInto('provider_listings').values({ account_id: row.id }).execute();
  },
  update: async (
    tx: Executor,
    id: string,
    change: {
      name?: string | undefined;
      apiKey?: Buffer | undefined;
      externalId?: string | undefined;
      isOpen?: boolean;
      at: Date;
    },
  ): Promise<void> => {
    await tx
      .updateTable('provider_accounts')
      .set({
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.apiKey === undefined ? {} : { api_key: change.apiKey }),
        ...(change.externalId === undefined ? {} : { external_id: change.externalId }),
        ...(change.isOpen === undefined ? {} : { is_open: change.isOpen }),
        // Never the same twice: what was opened with the row before must not be taken for this one.
        updated_at: sql<Date>`greatest(${change.at}::timestamptz, updated_at + interval '1 millisecond')`,
      })
      .where('id', '=', id)
      .execute();
  },
  /** The first answer counts. Throws `provider.duplicate`. */
  saveExternalId: async (id: string, externalId: string): Promise<void> => {
    await db
      .updateTable('provider_accounts')
      .set({ external_id: externalId })
      .where('id', '=', id)
      .where('external_id', 'is', null)
      .execute()
      .catch(throwConstraintError);
  },
  isNameTaken: async (tx: Executor, projectId: string, name: string): Promise<boolean> =>
    (await select(tx).where('project_id', '=', projectId).where('name', '=', name).executeTakeFirst()) !==
    undefined,
  remove: async (tx: Executor, id: string): Promise<void> => {
    await tx.deleteFrom('provider_accounts').where('id', '=', id).execute();
  },
  /** Waits for another server that is starting on this database; answers the accounts of the configuration. */
  lockInstallation: async (tx: Executor): Promise<AccountRow[]> => {
    await sql`lock table provider_accounts in share row exclusive mode`.execute(tx);
    return select(tx).where('is_installation', '=', true).execute();
  },
});

export type AccountStore = ReturnType<typeof createAccountStore>;
