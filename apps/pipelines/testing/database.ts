import { readFile } from 'node:fs/promises';
import pg from 'pg';
// oxlint-disable-next-line dumont/module-boundaries -- tests and benchmarks only: the product's own PostgreSQL
import { startEmbeddedPostgres } from '../../../packages/server/src/kernel/db/embedded/embedded-postgres.ts';

/** A PostgreSQL with the schema `funds` and a role that reaches only it, as the server gives one to a run. */
export interface FundsDatabase extends AsyncDisposable {
  /** As the role of a run. */
  readonly url: string;
  /** As the owner of the database, to look at what was loaded. */
  readonly owner: pg.Client;
  /** Empties all tables: each test begins with nothing loaded. */
  clear(): Promise<void>;
}

const role = 'dumont_funds_test';
const migration = new URL('../../../packages/server/db/migrations/0100_funds.sql', import.meta.url);

/** `durable`: with the settings of production, for measurements. */
export async function startFundsDatabase(dataDir: string, durable = false): Promise<FundsDatabase> {
  const embedded = await startEmbeddedPostgres({ dataDir, log: () => undefined, unsafeFast: !durable });
  const owner = new pg.Client({ connectionString: embedded.url });
  await owner.connect();
  await owner.query(await readFile(migration, 'utf8'));
  await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
  await owner.query(`GRANT USAGE ON SCHEMA funds TO ${role}`);
  await owner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA funds TO ${role}`);
  return {
    // The host is a percent-encoded folder, which `URL` does not take.
    url: embedded.url.replace(/\/\/[^@]*@/, `//${role}:${role}@`),
    owner,
    async clear() {
      const { rows } = await owner.query<{ name: string }>(
        `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'funds'`,
      );
      await owner.query(`TRUNCATE ${rows.map((row) => row.name).join(', ')} RESTART IDENTITY`);
    },
    async [Symbol.asyncDispose]() {
      await owner.end();
      await embedded[Symbol.asyncDispose]();
    },
  };
}
