import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { nameStatements } from './named-statements.ts';
import type { DB } from './schema.gen.ts';
import { parseTimestamp } from './timestamps.ts';

export type Database = Kysely<DB>;
export type Transactor = Transaction<DB>;
/** Where a statement may run: outside or inside a transaction. */
export type Executor = Database | Transactor;

// Counters and sequence numbers stay far below 2^53; money is numeric and stays text.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, parseTimestamp);

export interface DatabaseConnection extends AsyncDisposable {
  readonly db: Database;
  readonly pool: pg.Pool;
}

/**
 * Opens a pool. Every connection works in schema `app`, in UTC, and gives up on transactions that stay open:
 * nothing slow happens inside one.
 */
export const connectDatabase = (
  url: string,
  options: {
    poolSize: number;
    onError: (error: Error) => void;
    /** How long to wait for a connection that is free. */
    patienceMs?: number;
  },
): DatabaseConnection => {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.poolSize,
    idleTimeoutMillis: 30_000,
    // The timer of an idle connection that broke goes on: a stopped server must not wait for it.
    allowExitOnIdle: true,
    connectionTimeoutMillis: options.patienceMs ?? 10_000,
    options:
      '-c search_path=app -c timezone=UTC -c idle_in_transaction_session_timeout=15000 -c statement_timeout=60000',
  });
  let isClosing = false;
  // Without a listener an idle connection that breaks would end the process.
  pool.on('error', (error) => {
    if (!isClosing) options.onError(error);
  });
  // Nor may one that breaks in the middle of a query or a transaction: the query that is under way fails with it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: nameStatements(pool) }) });
  return {
    db,
    pool,
    [Symbol.asyncDispose]: async () => {
      isClosing = true;
      await db.destroy();
    },
  };
};
