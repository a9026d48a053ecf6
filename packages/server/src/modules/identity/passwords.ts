import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import { deleteApiTokensOf } from './api-token-store.ts';
import { forgetAdminPassword } from './admin-password.ts';
import { recordFailure, type PasswordLoginDeps } from './password-login.ts';
import { endSessionsOf } from './session-store.ts';
import { changeUser, findLoginUserById } from './user-store.ts';

/** Changing one's own password, and what it ends. */
export const createPasswordHandlers = (
  deps: PasswordLoginDeps & { readonly adminPasswordFile: string | undefined },
): Handlers<'changePassword'> => ({
  changePassword: async ({ caller, body, context }) => {
    const user = await findLoginUserById(deps.db, caller.userId);
    if (user === undefined) throw new AppError('user.not_found');
    if (user.source !== 'local') throw new AppError('auth.password_external', { source: user.source });
    const attempt = { login: user.id, address: context.address };
    await deps.attempts.assertOpen(attempt);
    await deps.hasher.inSlot(async (verify) => {
      await deps.attempts.assertOpen(attempt);
      if (await verify(user.passwordHash, body.current)) return;
      await recordFailure(deps, user.id, user, context.address);
      throw new AppError('auth.password_wrong');
    });
    const passwordHash = await deps.hasher.hash(body.next);
    await deps.db.transaction().execute(async (transaction) => {
      await changeUser(transaction, user.id, {
        passwordHash,
        passwordChangedAt: deps.clock.now(),
        mustChangePassword: false,
      });
      await endSessionsOf(transaction, user.id, deps.clock.now(), caller.sessionId);
      const revokedTokens = body.revokeTokens ? await deleteApiTokensOf(transaction, user.id) : [];
      await deps.audit(
        {
          actorId: user.id,
          action: 'user.password_changed',
          subjectType: 'user',
          subjectId: user.id,
          address: context.address,
          details: body.revokeTokens ? { revokedTokens } : {},
        },
        transaction,
      );
    });
    await deps.attempts.succeed(attempt);
    await forgetAdminPassword(deps.adminPasswordFile, body.current);
  },
});
