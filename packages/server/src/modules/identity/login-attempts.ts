import { createHash } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { networkOf } from '../../kernel/http/network-of.ts';
import { countFailure, findLock, forgetFailures, lockAttempts } from './login-attempt-store.ts';

/** So many failures of one account from one address are forgiven. */
const accountFailures = 5;
/** One address may be a whole office: it is slowed later than one account from it. */
const addressFailures = 20;
const firstLockMs = 30_000;
const longestLockMs = 15 * 60_000;
const forgetAfterMs = 60 * 60_000;

/** What somebody tries to sign in as, and from where. */
export interface Attempt {
  readonly login: string;
  readonly address: string;
}

/**
 * Slows guessing down: by account and address, so that a stranger cannot lock the real user out, and by address,
 * against trying one password on many accounts. Kept in the database: a restart or another replica forgets nothing.
 */
export interface LoginAttempts {
  /** Throws `auth.locked` while the lock holds, also for the right password. */
  assertOpen(attempt: Attempt): Promise<void>;
  /** Answers true when this failure locked the account for the address. */
  fail(attempt: Attempt): Promise<boolean>;
  succeed(attempt: Attempt): Promise<void>;
}

const hashed = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** Milliseconds after the n-th failure: 30 s, doubling, up to 15 min. */
const lockMs = (failures: number, allowed: number): number =>
  failures < allowed ? 0 : Math.min(firstLockMs * 2 ** Math.min(failures - allowed, 10), longestLockMs);

export const createLoginAttempts = (deps: { db: Database; clock: Clock }): LoginAttempts => {
  const { db, clock } = deps;
  const accountKey = ({ login, address }: Attempt): string =>
    hashed('account', login.toLowerCase(), networkOf(address));
  const addressKey = ({ address }: Attempt): string => hashed('address', networkOf(address));

  const count = async (key: string, allowed: number): Promise<boolean> => {
    const now = clock.now();
    const failures = await countFailure(db, key, now, new Date(now.getTime() - forgetAfterMs));
    const pauseMs = lockMs(failures, allowed);
    if (pauseMs > 0) await lockAttempts(db, key, new Date(now.getTime() + pauseMs));
    return pauseMs > 0;
  };

  return {
    assertOpen: async (attempt) => {
      const now = clock.now();
      const until = await findLock(db, [accountKey(attempt), addressKey(attempt)], now);
      if (until === undefined) return;
      throw new AppError('auth.locked', {
        retryAfterSeconds: Math.ceil((until.getTime() - now.getTime()) / 1000),
      });
    },
    fail: async (attempt) => {
      await count(addressKey(attempt), addressFailures);
      return count(accountKey(attempt), accountFailures);
    },
    succeed: (attempt) => forgetFailures(db, accountKey(attempt)),
  };
};
