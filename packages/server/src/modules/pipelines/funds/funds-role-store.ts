import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Vault } from '../../../kernel/vault/vault.ts';

/** Runs at the same time, and a few connections that are just ending. */
const connectionLimit = 40;

const sealContext = 'funds-role';

/** The password of the role: made once, sealed, the same for every replica. */
export const loadFundsPassword = async (deps: {
  db: Database;
  vault: Vault;
  random: Pick<Random, 'secret'>;
}): Promise<string> => {
  const made = await deps.vault.seal(sealContext, deps.random.secret(32));
  await deps.db
    .insertInto('funds_role')
    .values({ password: made })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { password } = await deps.db.selectFrom('funds_role').select('password').executeTakeFirstOrThrow();
  return deps.vault.open(sealContext, password);
};

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

const grants = (role: RawBuilder<unknown>, database: RawBuilder<unknown>): RawBuilder<unknown>[] => [
  sql`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${role}`,
  // What everybody may do, this role may too: nothing of ours is in that schema.
  sql`REVOKE ALL ON SCHEMA public FROM PUBLIC`,
  sql`GRANT USAGE ON SCHEMA funds TO ${role}`,
  sql`GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA funds TO ${role}`,
  sql`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA funds TO ${role}`,
  sql`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA funds TO ${role}`,
];

const apply = async (db: Executor, name: string, password: string): Promise<void> => {
  const role = sql.id(name);
  const { rows } = await sql<{ database: string; exists: boolean }>`
    SELECT current_database() AS database, EXISTS (SELECT FROM pg_roles WHERE rolname = ${name}) AS exists`.execute(
    db,
  );
  const [found] = rows;
  const attributes = sql`LOGIN CONNECTION LIMIT ${sql.lit(connectionLimit)} PASSWORD ${sql.lit(verifierOf(password))}`;
  await (
    found?.exists === true
      ? sql`ALTER ROLE ${role} ${attributes}`
      : sql`CREATE ROLE ${role} NOINHERIT ${attributes}`
  ).execute(db);
  for (const grant of grants(role, sql.id(found?.database ?? ''))) await grant.execute(db);
};

/** Another server of the same cluster changes the same role: one of both is told to try again. */
const isConcurrentChange = (error: unknown): boolean =>
  error instanceof Error && /tuple concurrently|already exists|duplicate key/.test(error.message);

const attempts = 5;

/**
 * Makes the role, or brings it up to date: it reads and writes the tables of schema `funds`, and reaches nothing else.
 * `db` is connected as the owner of the schema, who may make roles. To be called after each migration.
 */
export const prepareFundsRole = async (db: Database, password: string, role: string): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.transaction().execute((transaction) => apply(transaction, role, password));
      return;
    } catch (error) {
      if (attempt === attempts || !isConcurrentChange(error)) throw error;
    }
  }
};
