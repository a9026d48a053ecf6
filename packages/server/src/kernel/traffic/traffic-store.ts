import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { RequestMinute } from './request-minutes.ts';

export interface Window {
  readonly requests: number;
  readonly serverErrors: number;
}

/** What was answered in windows that end now, by all replicas, to the minute. */
export interface Traffic {
  readonly last5m: Window & {
    /** Requests by time to answer. */
    readonly buckets: readonly number[];
  };
  readonly last30m: Window;
  readonly last1h: Window;
  readonly last6h: Window;
}

/**
 * Adds up the windows of a table with a row for each minute (and more: `at`, `requests`, `server_errors`, `buckets`).
 */
export const readTraffic = async (
  db: Database,
  table: 'request_minutes' | 'gateway_traffic',
  bucketCount: number,
  now: Date,
): Promise<Traffic> => {
  const since = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const windows = { last5m: since(5), last30m: since(30), last1h: since(60), last6h: since(360) };
  const sums = Object.entries(windows).flatMap(([name, from]) => [
    sql`coalesce(sum(requests) filter (where at > ${from}), 0)::int8 as ${sql.ref(`${name}Requests`)}`,
    sql`coalesce(sum(server_errors) filter (where at > ${from}), 0)::int8 as ${sql.ref(`${name}Errors`)}`,
  ]);
  const buckets = Array.from(
    { length: bucketCount },
    (_, index) =>
      sql`coalesce(sum(buckets[${sql.lit(index + 1)}]) filter (where at > ${windows.last5m}), 0)::int8`,
  );
  const { rows } = await sql<Record<string, number> & { buckets: readonly number[] }>`
    select ${sql.join(sums)}, array[${sql.join(buckets)}] as buckets
    from ${sql.table(table)} where at > ${windows.last6h}`.execute(db);
  const [row] = rows;
  const window = (name: keyof typeof windows): Window => ({
    requests: row?.[`${name}Requests`] ?? 0,
    serverErrors: row?.[`${name}Errors`] ?? 0,
  });
  return {
    last5m: { ...window('last5m'), buckets: (row?.buckets ?? []).map(Number) },
    last30m: window('last30m'),
    last1h: window('last1h'),
    last6h: window('last6h'),
  };
};

export const createTrafficStore = (db: Database) => ({
  addRequests: async (minutes: readonly RequestMinute[]): Promise<void> => {
    if (minutes.length === 0) return;
    await sql`insert into request_minutes (at, requests, server_errors, buckets)
      select to_timestamp(m.at_ms / 1000), m.requests, m.server_errors,
        array(select jsonb_array_elements_text(m.buckets)::bigint)
      from unnest(${minutes.map(({ atMs }) => atMs)}::float8[], ${minutes.map(({ requests }) => requests)}::bigint[],
        ${minutes.map(({ serverErrors }) => serverErrors)}::bigint[],
        ${minutes.map((minute) => JSON.stringify(minute.buckets))}::jsonb[]) as m (at_ms, requests, server_errors, buckets)
      order by 1
      on conflict (at) do update set
        requests = request_minutes.requests + excluded.requests,
        server_errors = request_minutes.server_errors + excluded.server_errors,
        buckets = array(select coalesce(a, 0) + coalesce(b, 0)
          from unnest(request_minutes.buckets, excluded.buckets) with ordinality as s (a, b, n) order by n)`.execute(
      db,
    );
  },
  deleteRequestsBefore: async (before: Date): Promise<void> => {
    await db.deleteFrom('request_minutes').where('at', '<', before).execute();
  },
});
export type TrafficStore = ReturnType<typeof createTrafficStore>;
