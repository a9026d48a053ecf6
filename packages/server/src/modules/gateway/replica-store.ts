import type { Finding } from '@dumont/contracts/finding';
import { sql } from 'kysely';
import type { Scope } from '../../kernel/access/caller.ts';
import { within } from '../../kernel/access/scope-sql.ts';
import type { Database } from '../../kernel/db/database.ts';
import { readTraffic, type Traffic } from '../../kernel/traffic/traffic-store.ts';
import type { Count } from './plane/rate-limits.ts';
import type { UpstreamHealth } from './plane/upstream.ts';
import { bucketBoundsMs, type TrafficMinute } from './traffic.ts';

/** What the replicas of the gateway tell each other and those who watch them. */
export const createReplicaStore = (db: Database) => ({
  /** Answers how many replicas were seen since. */
  beat: async (replica: { id: string; name: string }, now: Date, liveSince: Date): Promise<number> => {
    await sql`insert into gateway_replicas (id, name, seen_at) values (${replica.id}, ${replica.name}, ${now})
      on conflict (id) do update set seen_at = excluded.seen_at`.execute(db);
    const { rows } = await sql<{ live: number }>`
      select count(*)::int as live from gateway_replicas where seen_at >= ${liveSince}`.execute(db);
    return rows[0]?.live ?? 1;
  },
  leave: async (id: string): Promise<void> => {
    await db.deleteFrom('gateway_replicas').where('id', '=', id).execute();
  },
  /** Replaces what this replica said of its upstreams; routes that are gone are left out. */
  saveHealth: async (
    replicaId: string,
    upstreams: readonly (UpstreamHealth & { readonly routeId: string })[],
  ): Promise<void> => {
    await sql`with given as (
        select * from unnest(${upstreams.map(({ routeId }) => routeId)}::uuid[], ${upstreams.map(({ url }) => url)}::text[],
          ${upstreams.map(({ state }) => state)}::text[], ${upstreams.map(({ reason }) => reason && JSON.stringify(reason))}::jsonb[],
          ${upstreams.map(({ changedAt }) => changedAt)}::timestamptz[]) as u (route_id, url, state, reason, changed_at)
        where route_id in (select id from gateway_routes)),
      gone as (
        delete from gateway_upstream_health h where replica_id = ${replicaId}
          and not exists (select 1 from given g where g.route_id = h.route_id and g.url = h.url))
      insert into gateway_upstream_health (route_id, replica_id, url, state, reason, changed_at)
      select route_id, ${replicaId}::uuid, url, state, reason, changed_at from given
      on conflict (route_id, replica_id, url) do update set state = excluded.state, reason = excluded.reason,
        changed_at = excluded.changed_at`.execute(db);
  },
  listHealth: async (
    scope: Scope,
    filter: { routeId?: string | undefined; projectId?: string | undefined },
    liveSince: Date,
  ) => {
    let query = db
      .selectFrom('gateway_upstream_health as health')
      .innerJoin('gateway_replicas as replica', 'replica.id', 'health.replica_id')
      .innerJoin('gateway_routes as route', 'route.id', 'health.route_id')
      .select([
        'health.route_id',
        'health.url',
        'health.state',
        'health.changed_at',
        'replica.name',
        'replica.seen_at',
      ])
      .select((eb) => eb.ref('health.reason').$castTo<Finding | null>().as('reason'))
      .where('replica.seen_at', '>=', liveSince)
      .where((eb) => within(scope, { project: eb.ref('route.project_id') }));
    if (filter.routeId !== undefined) query = query.where('health.route_id', '=', filter.routeId);
    if (filter.projectId !== undefined) query = query.where('route.project_id', '=', filter.projectId);
    return query.orderBy('health.route_id').orderBy('health.url').orderBy('replica.name').execute();
  },
  addTraffic: async (minutes: readonly TrafficMinute[]): Promise<void> => {
    if (minutes.length === 0) return;
    const column = (pick: (minute: TrafficMinute) => number): number[] => minutes.map(pick);
    await sql`insert into gateway_traffic (route_id, at, requests, client_errors, rate_limited, server_errors, total_ms, buckets)
      select t.route_id, to_timestamp(t.at_ms / 1000), t.requests, t.client_errors, t.rate_limited, t.server_errors, t.total_ms,
        array(select jsonb_array_elements_text(t.buckets)::bigint)
      from unnest(${minutes.map(({ routeId }) => routeId)}::uuid[], ${column(({ atMs }) => atMs)}::float8[],
        ${column(({ requests }) => requests)}::bigint[], ${column(({ clientErrors }) => clientErrors)}::bigint[],
        ${column(({ rateLimited }) => rateLimited)}::bigint[], ${column(({ serverErrors }) => serverErrors)}::bigint[],
        ${column(({ totalMs }) => totalMs)}::float8[], ${minutes.map(({ buckets }) => JSON.stringify(buckets))}::jsonb[])
        as t (route_id, at_ms, requests, client_errors, rate_limited, server_errors, total_ms, buckets)
      where t.route_id in (select id from gateway_routes)
      order by 1, 2
      on conflict (route_id, at) do update set
        requests = gateway_traffic.requests + excluded.requests,
        client_errors = gateway_traffic.client_errors + excluded.client_errors,
        rate_limited = gateway_traffic.rate_limited + excluded.rate_limited,
        server_errors = gateway_traffic.server_errors + excluded.server_errors,
        total_ms = gateway_traffic.total_ms + excluded.total_ms,
        buckets = array(select coalesce(a, 0) + coalesce(b, 0)
          from unnest(gateway_traffic.buckets, excluded.buckets) with ordinality as s (a, b, n) order by n)`.execute(
      db,
    );
  },
  listTraffic: async (
    scope: Scope,
    filter: {
      routeId?: string | undefined;
      projectId?: string | undefined;
      since: Date;
      stepSeconds: number;
    },
  ) => {
    const { rows } = await sql<{
      route_id: string;
      at: Date;
      requests: number;
      client_errors: number;
      rate_limited: number;
      server_errors: number;
      total_ms: number;
      buckets: number[];
    }>`select t.route_id, date_bin(make_interval(secs => ${filter.stepSeconds}), t.at, 'epoch') as at,
        sum(t.requests)::int8 as requests, sum(t.client_errors)::int8 as client_errors,
        sum(t.rate_limited)::int8 as rate_limited, sum(t.server_errors)::int8 as server_errors,
        sum(t.total_ms) as total_ms,
        array[${sql.join(
          [...bucketBoundsMs, 0].map((_, index) => sql`sum(t.buckets[${sql.lit(index + 1)}])::int8`),
        )}] as buckets
      from gateway_traffic t join gateway_routes r on r.id = t.route_id
      where t.at >= ${filter.since} and ${within(scope, { project: sql.ref('r.project_id') })}
        and (${filter.routeId ?? null}::uuid is null or t.route_id = ${filter.routeId ?? null}::uuid)
        and (${filter.projectId ?? null}::uuid is null or r.project_id = ${filter.projectId ?? null}::uuid)
      group by 1, 2 order by 2, 1`.execute(db);
    return rows.map((row) => ({ ...row, buckets: row.buckets.map(Number) }));
  },
  /** The same of all routes together, in the windows that alarms are about. */
  readTraffic: (now: Date): Promise<Traffic> =>
    readTraffic(db, 'gateway_traffic', bucketBoundsMs.length + 1, now),
  /** Adds what this replica counted; answers what all replicas together counted in the same windows. */
  shareCounts: async (
    counts: readonly Count[],
  ): Promise<readonly Pick<Count, 'key' | 'windowNumber' | 'requests'>[]> => {
    if (counts.length === 0) return [];
    const { rows } = await sql<{ key: string; window_number: number; requests: number }>`
      insert into gateway_rate_counts (key, window_number, requests, expires_at)
      select key, number, sum(requests), max(expires_at) from unnest(${counts.map(({ key }) => key)}::text[], ${counts.map(({ windowNumber }) => windowNumber)}::bigint[],
        ${counts.map(({ requests }) => requests)}::bigint[], ${counts.map(({ expiresAt }) => expiresAt)}::timestamptz[])
        as counted (key, number, requests, expires_at)
      group by 1, 2 order by 1, 2
      on conflict (key, window_number) do update set requests = gateway_rate_counts.requests + excluded.requests
      returning key, window_number, requests`.execute(db);
    return rows.map((row) => ({ key: row.key, windowNumber: row.window_number, requests: row.requests }));
  },
  /** Deletes what nobody asks for any more. */
  tidy: async (now: Date, trafficBefore: Date, replicasBefore: Date): Promise<void> => {
    await db.deleteFrom('gateway_rate_counts').where('expires_at', '<', now).execute();
    await db.deleteFrom('gateway_traffic').where('at', '<', trafficBefore).execute();
    await db.deleteFrom('gateway_replicas').where('seen_at', '<', replicasBefore).execute();
  },
});
export type ReplicaStore = ReturnType<typeof createReplicaStore>;
