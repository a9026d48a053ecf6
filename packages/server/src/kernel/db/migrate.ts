import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

/** Any number that is ours alone in this database. */
const migrationLock = 7_031_868;

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Applies `NNNN_name.sql` files in order, each in a transaction, under a lock that concurrent servers wait
 * for. A file that was applied must not change afterwards. Returns the names that were applied now.
 */
export const migrate = async (url: string, folder: string): Promise<readonly string[]> => {
  const files = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).toSorted();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await client.query('CREATE SCHEMA IF NOT EXISTS app');
    await client.query(
      'CREATE TABLE IF NOT EXISTS app.migrations (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ name: string; sha256: string }>(
      'SELECT name, sha256 FROM app.migrations',
    );
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    const unknown = rows.find((row) => !files.includes(row.name));
    if (unknown !== undefined) {
      throw new MigrationError(
        `The database has the migration ${unknown.name} of a newer version. Start that version.`,
      );
    }
    const done: string[] = [];
    for (const name of files) {
      const sql = await readFile(join(folder, name), 'utf8');
      const sha256 = createHash('sha256').update(sql).digest('hex');
      const before = applied.get(name);
      if (before === sha256) continue;
      if (before !== undefined)
        throw new MigrationError(`The migration ${name} was changed after it had been applied.`);
      await applyOne(client, name, sql, sha256);
      done.push(name);
    }
    return done;
  } finally {
    await client.end();
  }
};

const applyOne = async (client: pg.Client, name: string, sql: string, sha256: string): Promise<void> => {
  await client.query('BEGIN');
  try {
    await client.query('SET LOCAL search_path = app');
    await client.query(sql);
    await client.query('INSERT INTO app.migrations (name, sha256) VALUES ($1, $2)', [name, sha256]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new MigrationError(`The migration ${name} failed: ${(cause as Error).message}`, { cause });
  }
};
