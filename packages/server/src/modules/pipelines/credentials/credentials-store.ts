import type { Executor } from '../../../kernel/db/database.ts';

export interface CredentialRow {
  readonly key: string;
  readonly url: string;
  readonly username: string;
  /** Sealed. */
  readonly password: Buffer | null;
  readonly mayLeaveHost: boolean;
  readonly updatedAt: Date;
}

export const listCredentialRows = async (
  db: Executor,
  projectId: string,
): Promise<ReadonlyMap<string, CredentialRow>> => {
  const rows = await db
    .selectFrom('credentials')
    .select([
      'key',
      'url',
      'username',
      'password',
      'may_leave_host as mayLeaveHost',
      'updated_at as updatedAt',
    ])
    .where('project_id', '=', projectId)
    .execute();
  return new Map(rows.map((row) => [row.key, row]));
};

export interface CredentialWrite {
  readonly projectId: string;
  readonly key: string;
  readonly url: string | undefined;
  readonly username: string | undefined;
  /** Sealed; undefined keeps the one there is, null takes it away. */
  readonly password: Buffer | null | undefined;
  readonly mayLeaveHost: boolean | undefined;
  readonly at: Date;
}

/**
 * One statement, so that two people who save different fields at the same moment both count. False, and nothing
 * is saved, where a stored password would go to another address than it was entered for.
 */
export const saveCredentialRow = async (db: Executor, write: CredentialWrite): Promise<boolean> => {
  const given = {
    ...(write.url === undefined ? {} : { url: write.url }),
    ...(write.username === undefined ? {} : { username: write.username }),
    ...(write.password === undefined ? {} : { password: write.password }),
    ...(write.mayLeaveHost === undefined ? {} : { may_leave_host: write.mayLeaveHost }),
    updated_at: write.at,
  };
  const saved = await db
    .insertInto('credentials')
    .values({
      project_id: write.projectId,
      key: write.key,
      url: '',
      username: '',
      password: null,
      may_leave_host: false,
      ...given,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'key'])
        .doUpdateSet(given)
        .where((eb) =>
          write.url === undefined || write.password !== undefined
            ? eb.val(true)
            : eb.or([eb('credentials.password', 'is', null), eb('credentials.url', '=', write.url)]),
        ),
    )
    .returning('key')
    .executeTakeFirst();
  return saved !== undefined;
};

/** Answers whether there was one. */
export const removeCredentialRow = async (db: Executor, projectId: string, key: string): Promise<boolean> => {
  const result = await db
    .deleteFrom('credentials')
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
};
