import type { Clock } from '../../kernel/clock.ts';
import type { Config } from '../../kernel/config/config.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Random } from '../../kernel/random.ts';
import { writeAdminPassword } from './admin-password.ts';
import type { Audit } from './audit.ts';
import { ensureDefaultProject, inFirstStart, writeBuiltInRoles } from './first-start-store.ts';
import { addUser } from './new-users.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { countUsers } from './user-store.ts';

/** 144 random bits: 24 characters that can be typed. */
const generatedPasswordBytes = 18;

export interface FirstStart {
  readonly defaultProjectId: string;
  readonly generatedAdminPassword: string | undefined;
}

/** Makes what an installation starts with, once, however many servers start at the same time. */
export const prepareFirstStart = async (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  audit: Audit;
  hasher: PasswordHasher;
  admin: Config['admin'];
  adminPasswordFile: string | undefined;
}): Promise<FirstStart> => {
  const isEmpty = (await countUsers(deps.db)) === 0;
  const password = deps.admin.password ?? deps.random.secret(generatedPasswordBytes);
  // Hashing is slow: done before the lock, and only where it may be needed.
  const passwordHash = isEmpty ? await deps.hasher.hash(password) : undefined;

  return inFirstStart(deps.db, async (transaction) => {
    await writeBuiltInRoles(transaction, deps);
    const defaultProjectId = await ensureDefaultProject(transaction, deps);
    if (passwordHash === undefined || (await countUsers(transaction)) > 0) {
      return { defaultProjectId, generatedAdminPassword: undefined };
    }
    const id = await addUser(
      transaction,
      { ...deps, defaultProjectId },
      {
        email: deps.admin.email,
        emailConfirmed: true,
        username: undefined,
        name: 'Administrator',
        passwordHash,
        mustChangePassword: false,
        installationRole: 'admin',
        defaultProjectRole: null,
      },
    );
    const isGenerated = deps.admin.password === undefined;
    await deps.audit(
      {
        actorId: null,
        action: 'user.created',
        subjectType: 'user',
        subjectId: id,
        details: { email: deps.admin.email, installationRole: 'admin', firstStart: true },
      },
      transaction,
    );
    // Before the commit: a password that is in force but written nowhere could not be found again.
    if (isGenerated && deps.adminPasswordFile !== undefined) {
      await writeAdminPassword(deps.adminPasswordFile, password);
    }
    return { defaultProjectId, generatedAdminPassword: isGenerated ? password : undefined };
  });
};
