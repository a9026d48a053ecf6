import type { AuditAction } from '@dumont/contracts/identity/audit-actions';
import type { Locale } from '@dumont/contracts/identity/auth';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import type { Random } from '../../kernel/random.ts';
import { deleteRecovery, findRecoveryHash, putRecoveryPassword } from './account-store.ts';
import type { Audit } from './audit.ts';
import type { LoginAttempts } from './login-attempts.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { endSessionsOf } from './session-store.ts';
import type { LanguageOf } from './settings-store.ts';
import { changeUser, findLoginUser } from './user-store.ts';

/** An hour, as long as somebody may look for the mail. */
const validMs = 60 * 60_000;

/** Passwords that are mailed to who forgot theirs: good for one sign-in, after which they must be changed. */
export interface Recovery {
  /**
   * Hands `send` a new password, in the transaction that keeps it. Nothing happens for who has no password here; it
   * takes as long, so that nobody learns who has an account.
   */
  begin(
    email: string,
    address: string,
    send: (
      transaction: Transactor,
      user: { email: string; language: Locale },
      password: string,
    ) => Promise<void>,
  ): Promise<void>;
  /** Makes a mailed password the password, if this is one. */
  takeUp(login: string, password: string, address: string): Promise<void>;
}

/** Letters, digits and a sign: it passes the rules of those who check passwords for such. */
const toPassword = (secret: string): string => `Dt1-${secret}`;

export const createRecovery = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
  hasher: PasswordHasher;
  attempts: LoginAttempts;
  languageOf: LanguageOf;
}): Recovery => {
  const { db, clock } = deps;
  const entry = (userId: string, action: AuditAction, address: string) =>
    ({ actorId: null, action, subjectType: 'user', subjectId: userId, address }) as const;

  return {
    begin: async (email, address, send) => {
      const user = await findLoginUser(db, email, 'email');
      const password = toPassword(deps.random.secret(12));
      const passwordHash = await deps.hasher.hash(password);
      if (user?.state !== 'active' || user.source !== 'local') return;
      await db.transaction().execute(async (transaction) => {
        const expiresAt = new Date(clock.now().getTime() + validMs);
        await putRecoveryPassword(transaction, { userId: user.id, passwordHash, expiresAt });
        await deps.audit(entry(user.id, 'user.recovery_begun', address), transaction);
        const language = await deps.languageOf(transaction, user.email);
        await send(transaction, { email: user.email, language }, password);
      });
    },
    takeUp: async (login, password, address) => {
      const user = await findLoginUser(db, login, 'either');
      if (user?.state !== 'active') return;
      const passwordHash = await findRecoveryHash(db, user.id, clock.now());
      if (passwordHash === undefined) return;
      await deps.attempts.assertOpen({ login: user.id, address });
      if (!(await deps.hasher.inSlot((verify) => verify(passwordHash, password)))) return;
      await db.transaction().execute(async (transaction) => {
        // Two sign-ins at once: one of them takes it up, both go on.
        if (!(await deleteRecovery(transaction, user.id))) return;
        const now = clock.now();
        await changeUser(transaction, user.id, {
          passwordHash,
          passwordChangedAt: now,
          mustChangePassword: true,
        });
        await endSessionsOf(transaction, user.id, now);
        await deps.audit(entry(user.id, 'user.recovered', address), transaction);
      });
    },
  };
};
