import {
  installationPermissions,
  ownablePermissions,
  permissions,
  permissionsOf,
  type Permission,
} from '@dumont/contracts/access';
import type { Route } from '@dumont/contracts/route';
import { routes } from '@dumont/contracts/routes';
import { demand } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from './audit.ts';
import { withConstraintErrors } from './constraint-errors.ts';
import { assertHoldsAll } from './escalation.ts';
import {
  changeRole,
  deleteRoleRow,
  getRole,
  insertRole,
  listRoleRows,
  lockRole,
  type RoleRow,
} from './role-store.ts';

type RoleOperation = 'listRoles' | 'listPermissions' | 'createRole' | 'updateRole' | 'deleteRole';

const isOwnable = (permission: Permission): boolean =>
  (ownablePermissions as readonly Permission[]).includes(permission);
const isInstallation = (permission: Permission): boolean =>
  (installationPermissions as readonly Permission[]).includes(permission);

/** Every permission with the routes that ask for it, read from the contract. */
const permissionMatrix = permissions.map((permission) => ({
  permission,
  ownable: isOwnable(permission),
  scope: isInstallation(permission) ? ('installation' as const) : ('project' as const),
  routes: Object.entries<Route>(routes)
    .filter(([, { access }]) => permissionsOf(access).includes(permission))
    .map(([operation, { method, path, summary }]) => ({ operation, method, path, summary })),
}));

export const createRoleHandlers = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
}): Handlers<RoleOperation> => {
  const { db } = deps;

  const lockCustomRole = async (transaction: Transactor, id: string): Promise<RoleRow> => {
    const role = await lockRole(transaction, id);
    if (role === undefined) throw new AppError('role.not_found');
    if (role.builtIn) throw new AppError('role.built_in');
    if (role.ofFolder) throw new AppError('role.of_folder');
    return role;
  };

  return {
    listRoles: async ({ caller }) => {
      demand(caller, 'roles:read');
      return { items: await listRoleRows(db) };
    },

    listPermissions: async ({ caller }) => {
      demand(caller, 'roles:read');
      return { items: permissionMatrix };
    },

    createRole: async ({ caller, body, context }) => {
      demand(caller, 'roles:write');
      assertHoldsAll(caller, body.grants, null);
      const id = deps.random.id();
      return withConstraintErrors(() =>
        db.transaction().execute(async (transaction) => {
          await insertRole(transaction, {
            ...body,
            id,
            grants: [...new Set(body.grants)],
            createdAt: deps.clock.now(),
          });
          await deps.audit(
            {
              actorId: caller.userId,
              action: 'role.created',
              subjectType: 'role',
              subjectId: id,
              address: context.address,
              details: { name: body.name, grants: body.grants },
            },
            transaction,
          );
          return getRole(transaction, id);
        }),
      );
    },

    updateRole: async ({ caller, params, body, context }) => {
      demand(caller, 'roles:write');
      return withConstraintErrors(() =>
        db.transaction().execute(async (transaction) => {
          const role = await lockCustomRole(transaction, params.id);
          const added = body.grants?.filter((grant) => !role.grants.includes(grant)) ?? [];
          assertHoldsAll(caller, added, null);
          await changeRole(transaction, role.id, {
            ...body,
            grants: body.grants && [...new Set(body.grants)],
          });
          await deps.audit(
            {
              actorId: caller.userId,
              action: 'role.changed',
              subjectType: 'role',
              subjectId: role.id,
              address: context.address,
              details: {
                name: role.name,
                ...(body.name === undefined ? {} : { newName: body.name }),
                ...(body.grants === undefined ? {} : { before: [...role.grants], grants: body.grants }),
              },
            },
            transaction,
          );
          return getRole(transaction, role.id);
        }),
      );
    },

    deleteRole: async ({ caller, params, context }) => {
      demand(caller, 'roles:write');
      await db.transaction().execute(async (transaction) => {
        const role = await lockCustomRole(transaction, params.id);
        // Nobody is given it in between: giving takes a share of the lock that is held now.
        const { members } = await getRole(transaction, role.id);
        if (members > 0) throw new AppError('role.in_use', { count: members });
        await deleteRoleRow(transaction, role.id);
        await deps.audit(
          {
            actorId: caller.userId,
            action: 'role.deleted',
            subjectType: 'role',
            subjectId: role.id,
            address: context.address,
            details: { name: role.name },
          },
          transaction,
        );
      });
    },
  };
};
