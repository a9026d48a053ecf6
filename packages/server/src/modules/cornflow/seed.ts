import type { SeedUser } from '../../kernel/config/cornflow.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Accounts } from '../identity/index.ts';

const isTaken = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'user.username_taken' || error.code === 'user.email_taken');

/** Users of a test installation. Those that are there are left as they are. */
export const seedUsers = async (
  accounts: Accounts,
  users: readonly SeedUser[],
  log: Logger,
): Promise<void> => {
  if (users.length === 0) return;
  log.warn(
    { users: users.map(({ username }) => username) },
    'DUMONT_CORNFLOW_SEED makes users: only for tests',
  );
  for (const { username, email, password, role } of users) {
    if ((await accounts.find({ username })) !== undefined) continue;
    try {
      await accounts.add(
        {
          username,
          email,
          name: username,
          password,
          installationRole: role === 'admin' ? 'admin' : null,
          projectRole: role === 'admin' || role === 'dummy' ? null : role,
        },
        null,
        null,
        async () => undefined,
      );
    } catch (error) {
      // Another replica that starts at the same time was first.
      if (!isTaken(error)) throw error;
      log.warn({ username, error }, 'a user of DUMONT_CORNFLOW_SEED could not be made');
    }
  }
};
