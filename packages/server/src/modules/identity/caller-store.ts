import type { Database } from '../../kernel/db/database.ts';

export interface PrincipalRow {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly state: string;
  readonly kind: 'session' | 'token' | 'key' | 'read-only key';
  readonly expiresAt: Date | null;
  readonly installationGrants: readonly string[];
  /** A session of a user whose password somebody else chose. API tokens were made by their user: never. */
  readonly mustChangePassword: boolean;
}

/** Who stands behind a live session or API token. */
export const findPrincipal = async (
  db: Database,
  id: string,
  now: Date,
): Promise<PrincipalRow | undefined> => {
  const sessions = db
    .selectFrom('sessions')
    .select((eb) => ['user_id', eb.ref('expires_at').$castTo<Date | null>().as('expires_at')])
    .select((eb) => eb.val<PrincipalRow['kind']>('session').as('kind'))
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now);
  const tokens = db
    .selectFrom('api_tokens')
    .select((eb) => [
      'user_id',
      'expires_at',
      eb
        .case()
        .when('audience', 'is', null)
        .then('token')
        .when('read_only', '=', true)
        .then('read-only key')
        .else('key')
        .end()
        .$castTo<PrincipalRow['kind']>()
        .as('kind'),
    ])
    .where('id', '=', id)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]));
  const row = await db
    .selectFrom(sessions.unionAll(tokens).as('p'))
    .innerJoin('users as u', 'u.id', 'p.user_id')
    .leftJoin('roles as r', 'r.id', 'u.installation_role_id')
    .select([
      'u.id as userId',
      'u.name',
      'u.email',
      'u.state',
      'p.kind',
      'p.expires_at as expiresAt',
      'u.must_change_password',
      'r.grants',
    ])
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { grants, must_change_password, ...rest } = row;
  return {
    ...rest,
    installationGrants: grants ?? [],
    mustChangePassword: must_change_password && rest.kind === 'session',
  };
};

/** A user and what they may do over the installation. */
export const findUserRights = async (
  db: Database,
  userId: string,
): Promise<Omit<PrincipalRow, 'kind' | 'expiresAt' | 'mustChangePassword'> | undefined> => {
  const row = await db
    .selectFrom('users as u')
    .leftJoin('roles as r', 'r.id', 'u.installation_role_id')
    .select(['u.id as userId', 'u.name', 'u.email', 'u.state', 'r.grants'])
    .where('u.id', '=', userId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { grants, ...rest } = row;
  return { ...rest, installationGrants: grants ?? [] };
};

/** Grants by project, in the order of joining. */
export const listProjectGrants = async (
  db: Database,
  userId: string,
): Promise<readonly { projectId: string; grants: readonly string[] }[]> =>
  db
    .selectFrom('project_members as m')
    .innerJoin('roles as r', 'r.id', 'm.role_id')
    .select(['m.project_id as projectId', 'r.grants'])
    .where('m.user_id', '=', userId)
    .orderBy('m.since')
    .orderBy('m.project_id')
    .execute();
