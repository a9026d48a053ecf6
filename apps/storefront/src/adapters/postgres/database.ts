import pg from 'pg';

// Sequence numbers and counts stay far below 2^53; money is numeric and stays text.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export type Row = Record<string, unknown>;

/** Where a statement may run: outside or inside a transaction. */
export interface Executor {
  /** Sent as a named statement: parsed and planned once a connection. `text` is one of the store's constants. */
  query<T extends Row>(text: string, values: readonly unknown[]): Promise<readonly T[]>;
}

export interface Database extends Executor, AsyncDisposable {
  /** Nothing slow and nothing outside the database happens in `work`. */
  transaction<T>(work: (executor: Executor) => Promise<T>): Promise<T>;
  readonly connections: () => { total: number; idle: number; waiting: number };
}

export interface DatabaseOptions {
  readonly poolSize: number;
  readonly onError: (error: Error) => void;
}

/** Every connection works in schema `storefront`, in UTC, and gives up on what stays open. */
export const connectDatabase = (url: string, options: DatabaseOptions): Database => {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.poolSize,
    application_name: 'storefront',
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    connectionTimeoutMillis: 5000,
    options:
      '-c search_path=storefront -c timezone=UTC -c idle_in_transaction_session_timeout=15000 -c statement_timeout=15000',
  });
  let isClosing = false;
  // Without listeners a connection that breaks, idle or at work, would end the process.
  pool.on('error', (error) => {
    if (!isClosing) options.onError(error);
  });
  pool.on('connect', (client) => client.on('error', () => undefined));

  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    let name = names.get(text);
    if (name === undefined) names.set(text, (name = `s${names.size}`));
    return name;
  };
  const executorOf = (client: Pick<pg.Pool, 'query'> | pg.PoolClient): Executor => ({
    query: async <T extends Row>(text: string, values: readonly unknown[]) =>
      (await client.query<T>({ name: nameOf(text), text, values: [...values] })).rows,
  });

  return {
    ...executorOf(pool),
    transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work(executorOf(client));
        await client.query('COMMIT');
        client.release();
        return result;
      } catch (error) {
        // A connection whose rollback fails is in no state to be used again.
        const isUsable = await client.query('ROLLBACK').then(
          () => true,
          () => false,
        );
        client.release(!isUsable);
        throw error;
      }
    },
    connections: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    [Symbol.asyncDispose]: async () => {
      isClosing = true;
      await pool.end();
    },
  };
};

/** The violated constraint of a database error; undefined for any other error. */
export const violatedConstraint = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError && error.code?.startsWith('23') === true ? error.constraint : undefined;
