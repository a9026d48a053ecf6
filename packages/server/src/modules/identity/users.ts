import type { User } from '@dumont/contracts/identity/users';
import { z } from 'zod';
import { demand } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { decodeCursor, encodeCursor } from '../../kernel/db/cursor.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import { deleteApiTokensOf } from './api-token-store.ts';
import type { Audit } from './audit.ts';
import { announce } from './changes.ts';
import { withConstraintErrors } from './constraint-errors.ts';
import { assertHoldsAll, assertMayTakeOver } from './escalation.ts';
import { addUser, assertUsername, getRoleToGive } from './new-users.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { endSessionsOf } from './session-store.ts';
import { changeUser, countOtherAdmins, findUser, listUserRows } from './user-store.ts';

const Cursor = z.strictObject({ number: z.int32().positive() });

export const createUserHandlers = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
  hasher: PasswordHasher;
  defaultProjectId: string;
}): Handlers<'listUsers' | 'getUser' | 'createUser' | 'updateUser'> => {
  const { db } = deps;

  const getUser = async (executor: Database | Transactor, id: string): Promise<User> => {
    const user = await findUser(executor, id);
    if (user === undefined) throw new AppError('user.not_found');
    return user;
  };

  return {
    listUsers: async ({ caller, query }) => {
      demand(caller, 'users:read');
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, Cursor);
      const users = await listUserRows(db, {
        limit: query.limit + 1,
        belowNumber: after?.number,
        search: query.search,
        disabled: query.disabled,
      });
      const items = users.slice(0, query.limit);
      const last = items.at(-1);
      return {
        items,
        nextCursor:
          last !== undefined && users.length > query.limit ? encodeCursor({ number: last.number }) : null,
      };
    },

    getUser: async ({ caller, params }) => {
      demand(caller, 'users:read');
      return getUser(db, params.id);
    },

    createUser: async ({ caller, body, context }) => {
      demand(caller, 'users:write');
      assertUsername(body);
      const passwordHash = await deps.hasher.hash(body.password);
      return withConstraintErrors(() =>
        db.transaction().execute(async (transaction) => {
          const id = await addUser(
            transaction,
            deps,
            {
              email: body.email,
              emailConfirmed: true,
              username: body.username,
              name: body.name,
              passwordHash,
              mustChangePassword: body.mustChangePassword,
              installationRole: body.installationRole,
              defaultProjectRole: body.defaultProjectRole,
            },
            (role, projectId) => assertHoldsAll(caller, role.grants, projectId),
          );
          await deps.audit(
            {
              actorId: caller.userId,
              action: 'user.created',
              subjectType: 'user',
              subjectId: id,
              address: context.address,
              details: {
                email: body.email,
                installationRole: body.installationRole,
                defaultProjectRole: body.defaultProjectRole,
              },
            },
            transaction,
          );
          return getUser(transaction, id);
        }),
      );
    },

    updateUser: async ({ caller, params, body, context }) => {
      demand(caller, 'users:write');
      const { password, installationRole, revokeTokens, ...rest } = body;
      const passwordHash = password === undefined ? undefined : await deps.hasher.hash(password);
      return withConstraintErrors(() =>
        db.transaction().execute(async (transaction) => {
          // Before anything else is read: two administrators who remove each other take turns here.
          const otherAdmins =
            body.state === 'disabled' || installationRole !== undefined
              ? await countOtherAdmins(transaction, params.id)
              : undefined;
          const user = await getUser(transaction, params.id);
          if (password !== undefined && user.source !== 'local') {
            throw new AppError('auth.password_external', { source: user.source });
          }
          if (Object.keys(body).some((field) => field !== 'name')) {
            await assertMayTakeOver(transaction, caller, user.id);
          }
          const role =
            typeof installationRole === 'string'
              ? await getRoleToGive(transaction, installationRole)
              : undefined;
          assertHoldsAll(caller, role?.grants ?? [], null);
          const isAdmin = user.installationRole === 'admin' && user.state === 'active';
          const staysAdmin =
            (body.state ?? 'active') === 'active' &&
            (installationRole === undefined || installationRole === 'admin');
          if (isAdmin && !staysAdmin && otherAdmins === 0) throw new AppError('user.last_admin');

          await changeUser(transaction, user.id, {
            ...rest,
            emailConfirmed: true,
            passwordHash,
            passwordChangedAt: password === undefined ? undefined : deps.clock.now(),
            mustChangePassword: password === undefined ? undefined : user.id !== caller.userId,
            installationRoleId: installationRole === undefined ? undefined : (role?.id ?? null),
          });
          if (body.state === 'disabled' || password !== undefined) {
            const kept =
              user.id === caller.userId && body.state !== 'disabled' ? caller.sessionId : undefined;
            await endSessionsOf(transaction, user.id, deps.clock.now(), kept);
          }
          const revokes =
            revokeTokens ??
            (body.state === 'disabled' || (password !== undefined && user.id !== caller.userId));
          const revokedTokens = revokes ? await deleteApiTokensOf(transaction, user.id) : [];
          if (revokes) await announce(transaction, `user:${user.id}`);
          await deps.audit(
            {
              actorId: caller.userId,
              action: 'user.changed',
              subjectType: 'user',
              subjectId: user.id,
              address: context.address,
              details: {
                ...rest,
                ...(installationRole === undefined ? {} : { installationRole }),
                ...(password === undefined ? {} : { password: 'changed' }),
                ...(revokes ? { revokedTokens } : {}),
              },
            },
            transaction,
          );
          return getUser(transaction, user.id);
        }),
      );
    },
  };
};
