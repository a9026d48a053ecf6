import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { connectDatabase, type DatabaseConnection } from '../src/kernel/db/database.ts';
import { migrate } from '../src/kernel/db/migrate.ts';
import { startTestPostgres, type TestPostgres } from './postgres.ts';

export interface TestDatabase extends DatabaseConnection {
  readonly url: string;
  readonly superuserUrl: string;
  /** Where runs reach PostgreSQL. */
  readonly runSocketDir: string;
}

const migrations = join(import.meta.dirname, '../db/migrations');

/** The server of the test run, or one of this process's own when a file is run alone. */
let own: Promise<TestPostgres> | undefined;
const server = async (): Promise<Omit<TestPostgres, 'pid' | typeof Symbol.asyncDispose>> => {
  const shared = process.env['DUMONT_TEST_POSTGRES'];
  if (shared !== undefined) return JSON.parse(shared) as TestPostgres;
  if (own === undefined) {
    own = startTestPostgres();
    const started = await own;
    // Ends with the process by its own watch on us; the hook only tidies the folder on a normal end.
    process.once('beforeExit', () => void started[Symbol.asyncDispose]());
  }
  return own;
};

const withDatabase = (url: string, name: string): string => url.replace(/\/[^/?]+(\?|$)/, `/${name}$1`);

const createTemplate = async (admin: pg.Client, appUrl: string): Promise<string> => {
  const hash = createHash('sha256');
  for (const file of (await readdir(migrations)).toSorted())
    hash.update(await readFile(join(migrations, file)));
  const name = `template_${hash.digest('hex').slice(0, 16)}`;
  await admin.query('SELECT pg_advisory_lock(4711)');
  try {
    const { rows } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rows.length === 0) {
      await admin.query(`DROP DATABASE IF EXISTS ${name}_new`);
      await admin.query(`CREATE DATABASE ${name}_new OWNER dumont_app`);
      await migrate(withDatabase(appUrl, `${name}_new`), migrations);
      await admin.query(`ALTER DATABASE ${name}_new RENAME TO ${name}`);
    }
  } finally {
    await admin.query('SELECT pg_advisory_unlock(4711)');
  }
  return name;
};

/** A migrated database of its own, cloned from a template. Left behind: it goes with the test server. */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const { superuserUrl, appUrl, runSocketDir } = await server();
  const admin = new pg.Client({ connectionString: superuserUrl });
  await admin.connect();
  const name = `test_${randomBytes(6).toString('hex')}`;
  try {
    const template = await createTemplate(admin, appUrl);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER dumont_app STRATEGY file_copy`);
    // Hidden assumptions about the time zone show in tests, not on a customer's server.
    await admin.query(`ALTER DATABASE ${name} SET timezone TO 'Asia/Kathmandu'`);
  } finally {
    await admin.end();
  }
  const url = withDatabase(appUrl, name);
  const connection = connectDatabase(url, {
    poolSize: 8,
    onError: () => undefined,
    // What gives way to all others, as histories do, may not get a turn for long.
    patienceMs: 120_000,
  });
  return { ...connection, url, superuserUrl: withDatabase(superuserUrl, name), runSocketDir };
};
