import type { AuditAction } from '@dumont/contracts/identity/audit-actions';
import { demand, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from './audit.ts';
import { announce } from './changes.ts';
import { withConstraintErrors } from './constraint-errors.ts';
import { assertHoldsAll } from './escalation.ts';
import { getRoleToGive } from './new-users.ts';
import { deleteMemberRow, putMemberRow } from './project-store.ts';
import { changeRole, insertRole, lockRole, type RoleRow } from './role-store.ts';
import { changeUser, countOtherAdmins } from './user-store.ts';

/** Roles of users and the roles themselves, changed by a door in transactions of its own. */
export interface AccountRoles {
  /** Throws what a broken constraint says to whoever caused it. */
  inTransaction<T>(work: (transaction: Transactor) => Promise<T>): Promise<T>;
  /** Tells every replica that the user's rights are others now. */
  announce(transaction: Transactor, userId: string): Promise<void>;
  setAdministrator(transaction: Transactor, caller: Caller, userId: string, isAdmin: boolean): Promise<void>;
  /** In the project `default`; null takes them out of it. */
  setProjectRole(
    transaction: Transactor,
    caller: Caller,
    userId: string,
    roleId: string | null,
  ): Promise<void>;
  /** Answers the id; the role grants nothing yet. */
  add(transaction: Transactor, caller: Caller, role: { name: string; description: string }): Promise<string>;
  rename(transaction: Transactor, caller: Caller, roleId: string, name: string): Promise<void>;
  setGrants(
    transaction: Transactor,
    caller: Caller,
    roleId: string,
    grants: readonly string[],
  ): Promise<void>;
}

export const createAccountRoles = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
  defaultProjectId: string;
}): AccountRoles => {
  const { clock, defaultProjectId } = deps;

  const getRole = async (transaction: Transactor, roleId: string): Promise<RoleRow> => {
    const role = await lockRole(transaction, roleId);
    if (role === undefined) throw new AppError('role.not_found');
    return role;
  };
  const getCustomRole = async (transaction: Transactor, roleId: string): Promise<RoleRow> => {
    const role = await getRole(transaction, roleId);
    if (role.builtIn) throw new AppError('role.built_in');
    if (role.ofFolder) throw new AppError('role.of_folder');
    return role;
  };
  const write = (
    transaction: Transactor,
    caller: Caller,
    action: AuditAction,
    subject: { type: 'user' | 'role'; id: string },
    details: Readonly<Record<string, string | boolean | null | string[]>>,
  ): Promise<void> =>
    deps.audit(
      { actorId: caller.userId, action, subjectType: subject.type, subjectId: subject.id, details },
      transaction,
    );

  return {
    inTransaction: (work) => withConstraintErrors(() => deps.db.transaction().execute(work)),

    announce: (transaction, userId) => announce(transaction, `user:${userId}`),

    setAdministrator: async (transaction, caller, userId, isAdmin) => {
      demand(caller, 'users:write');
      const otherAdmins = await countOtherAdmins(transaction, userId);
      if (!isAdmin && otherAdmins === 0) throw new AppError('user.last_admin');
      const role = await getRoleToGive(transaction, 'admin');
      assertHoldsAll(caller, role.grants, null);
      await changeUser(transaction, userId, { installationRoleId: isAdmin ? role.id : null });
      await write(
        transaction,
        caller,
        'user.changed',
        { type: 'user', id: userId },
        {
          installationRole: isAdmin ? role.name : null,
        },
      );
    },

    setProjectRole: async (transaction, caller, userId, roleId) => {
      const object = { projectId: defaultProjectId };
      demand(caller, 'members:write', object);
      if (roleId === null) {
        await deleteMemberRow(transaction, { ...object, userId });
        await write(transaction, caller, 'member.removed', { type: 'user', id: userId }, {});
        return;
      }
      const role = await getRole(transaction, roleId);
      assertHoldsAll(caller, role.grants, defaultProjectId);
      await putMemberRow(transaction, { ...object, userId, roleId, since: clock.now() });
      await write(transaction, caller, 'member.changed', { type: 'user', id: userId }, { role: role.name });
    },

    add: async (transaction, caller, role) => {
      demand(caller, 'roles:write');
      const id = deps.random.id();
      await insertRole(transaction, { ...role, id, grants: [], createdAt: clock.now() });
      await write(transaction, caller, 'role.created', { type: 'role', id }, { name: role.name });
      return id;
    },

    rename: async (transaction, caller, roleId, name) => {
      demand(caller, 'roles:write');
      const role = await getCustomRole(transaction, roleId);
      await changeRole(transaction, role.id, { name });
      await write(
        transaction,
        caller,
        'role.changed',
        { type: 'role', id: role.id },
        {
          name: role.name,
          newName: name,
        },
      );
    },

    setGrants: async (transaction, caller, roleId, grants) => {
      demand(caller, 'roles:write');
      const role = await getCustomRole(transaction, roleId);
      assertHoldsAll(caller, grants, null);
      await changeRole(transaction, role.id, { grants });
      await write(
        transaction,
        caller,
        'role.changed',
        { type: 'role', id: role.id },
        {
          name: role.name,
          grants: [...grants],
        },
      );
    },
  };
};
