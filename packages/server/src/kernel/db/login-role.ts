import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { sql } from 'kysely';
import type { Database, Executor } from './database.ts';

/**
 * What PostgreSQL stores of a password (RFC 5803), so that the password itself is in no statement and no log. The salt
 * follows from the password, which is random enough: every replica writes the same.
 */
const verifierOf = (password: string): string => {
  const iterations = 4096;
  const salt = createHash('sha256').update(`salt of ${password}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const key = (name: string): Buffer => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`;
};

/** Another server of the same cluster changes the same role: one of both is told to try again. */
const isConcurrentChange = (error: unknown): boolean =>
  error instanceof Error && /tuple concurrently|already exists|duplicate key/.test(error.message);

const attempts = 5;

/**
 * Makes a role that may log in and nothing else, or brings it up to date, and gives it what `grant` says, in one
 * transaction. `db` is connected as a role that may make roles.
 */
export const prepareLoginRole = async (
  db: Database,
  role: { readonly name: string; readonly password: string; readonly connections: number },
  grant: (transaction: Executor, database: string) => Promise<void>,
): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.transaction().execute(async (transaction) => {
        const { rows } = await sql<{ database: string; exists: boolean }>`
          SELECT current_database() AS database, EXISTS (SELECT FROM pg_roles WHERE rolname = ${role.name}) AS exists`.execute(
          transaction,
        );
        const attributes = sql`LOGIN CONNECTION LIMIT ${sql.lit(role.connections)} PASSWORD ${sql.lit(verifierOf(role.password))}`;
        await (
          rows[0]?.exists === true
            ? sql`ALTER ROLE ${sql.id(role.name)} ${attributes}`
            : sql`CREATE ROLE ${sql.id(role.name)} NOINHERIT ${attributes}`
        ).execute(transaction);
        await grant(transaction, rows[0]?.database ?? '');
      });
      return;
    } catch (error) {
      if (attempt === attempts || !isConcurrentChange(error)) throw error;
    }
  }
};
