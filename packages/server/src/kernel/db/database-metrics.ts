import { sql } from 'kysely';
import type { Metrics } from '../metrics.ts';
import type { DatabaseConnection } from './database.ts';

/** What this process and PostgreSQL itself have left of connections. */
export const registerDatabaseMetrics = (metrics: Metrics, { db, pool }: DatabaseConnection): void => {
  metrics.gauge(
    'dumont_database_waiting',
    'Requests for a database connection that wait',
    [],
    () => pool.waitingCount,
  );
  metrics.series(
    'gauge',
    'dumont_database_pool_connections',
    'Connections of this process to the database, by what they do',
    ['state'],
    () => [
      { labels: { state: 'busy' }, value: pool.totalCount - pool.idleCount },
      { labels: { state: 'idle' }, value: pool.idleCount },
    ],
  );
  metrics.gauge(
    'dumont_database_pool_limit',
    'Connections that this process may have to the database',
    [],
    () => pool.options.max ?? Number.NaN,
  );
  metrics.readGauge(
    'dumont_database_connections_ratio',
    'Connections that PostgreSQL has, of all programs, as a share of those that it allows',
    async () => {
      try {
        const { rows } = await sql<{ ratio: number }>`
          select sum(numbackends)::float8 / current_setting('max_connections')::float8 as ratio
          from pg_stat_database`.execute(db);
        return rows[0]?.ratio ?? Number.NaN;
      } catch {
        // A metric that throws would take all others of the page with it.
        return Number.NaN;
      }
    },
  );
};
