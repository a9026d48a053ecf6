import type { Clock } from '../../kernel/clock.ts';
import type { Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import { putMemberRow } from './project-store.ts';
import { findRoleToGive, type RoleRow } from './role-store.ts';
import { insertUser, type NewUser } from './user-store.ts';

export interface NewUserInput extends Pick<
  NewUser,
  'email' | 'emailConfirmed' | 'name' | 'passwordHash' | 'mustChangePassword'
> {
  readonly username: string | undefined;
  readonly installationRole: string | null;
  readonly defaultProjectRole: string | null;
  readonly source?: NewUser['source'];
}

/** A user name with an @ would pass for somebody's e-mail at the sign-in: only one's own may be taken. */
export const assertUsername = (user: { email: string; username?: string | undefined }): void => {
  if (user.username?.includes('@') !== true || user.username.toLowerCase() === user.email) return;
  const issues = [{ path: 'body.username', message: 'a user name with @ must be the e-mail' }];
  throw new AppError('request.invalid', { count: issues.length }, { issues });
};

export const getRoleToGive = async (transaction: Transactor, name: string): Promise<RoleRow> => {
  const role = await findRoleToGive(transaction, name);
  if (role === undefined) throw new AppError('role.not_found');
  return role;
};

/** Makes a user with their roles; answers the id. `mayGive` throws where the maker may not give a role. */
export const addUser = async (
  transaction: Transactor,
  deps: { clock: Clock; random: Random; defaultProjectId: string },
  user: NewUserInput,
  mayGive?: (role: RoleRow, projectId: string | null) => void,
): Promise<string> => {
  const id = deps.random.id();
  const createdAt = deps.clock.now();
  const give = async (name: string | null, projectId: string | null): Promise<RoleRow | undefined> => {
    if (name === null) return undefined;
    const role = await getRoleToGive(transaction, name);
    mayGive?.(role, projectId);
    return role;
  };
  const installationRole = await give(user.installationRole, null);
  const projectRole = await give(user.defaultProjectRole, deps.defaultProjectId);
  await insertUser(transaction, {
    id,
    createdAt,
    email: user.email,
    emailConfirmed: user.emailConfirmed,
    username: user.username ?? user.email,
    name: user.name,
    passwordHash: user.passwordHash,
    mustChangePassword: user.mustChangePassword,
    source: user.source ?? 'local',
    installationRoleId: installationRole?.id ?? null,
  });
  if (projectRole !== undefined) {
    await putMemberRow(transaction, {
      projectId: deps.defaultProjectId,
      userId: id,
      roleId: projectRole.id,
      since: createdAt,
    });
  }
  return id;
};
