import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

/** Any number that is ours alone in this database. */
const migrationLock = 8_070_041;

/** Starting again without a change cannot help: the main exits 78. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Applies `NNNN_name.sql` in order, each in a transaction, under a lock that replicas which start together wait for.
 * The schema is made where it is missing, which a role that owns it already needs no right for.
 */
export const migrate = async (url: string, folder: string): Promise<void> => {
  const files = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).toSorted();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const { rows: schemas } = await client.query("SELECT FROM pg_namespace WHERE nspname = 'storefront'");
    if (schemas.length === 0) await client.query('CREATE SCHEMA storefront');
    await client.query('SET search_path = storefront');
    await client.query(
      'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ name: string; sha256: string }>(
      'SELECT name, sha256 FROM migrations',
    );
    const unknown = rows.find((row) => !files.includes(row.name));
    if (unknown !== undefined) {
      throw new MigrationError(
        `The database has the migration ${unknown.name} of a newer version. Start that version.`,
      );
    }
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    for (const name of files)
      await applyOnce(client, name, await readFile(join(folder, name), 'utf8'), applied);
  } finally {
    await client.end();
  }
};

const applyOnce = async (
  client: pg.Client,
  name: string,
  sql: string,
  applied: ReadonlyMap<string, string>,
): Promise<void> => {
  const sha256 = createHash('sha256').update(sql).digest('hex');
  const before = applied.get(name);
  if (before === sha256) return;
  if (before !== undefined)
    throw new MigrationError(`The migration ${name} was changed after it had been applied.`);
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query('INSERT INTO migrations (name, sha256) VALUES ($1, $2)', [name, sha256]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new MigrationError(`The migration ${name} failed: ${(cause as Error).message}`, { cause });
  }
};
