import { sql } from 'kysely';
import type { Stats } from '@dumont/contracts/runs/stats';
import type { Scope } from '../../kernel/access/caller.ts';
import { within } from '../../kernel/access/scope-sql.ts';
import type { Database } from '../../kernel/db/database.ts';

const days = 30;

const activeStates = sql`('queued', 'starting', 'running')`;

interface Counts {
  total: number;
  succeeded: number;
  failed: number;
  cancelled: number;
}

const rate = ({ succeeded, failed }: Counts): number | null =>
  succeeded + failed === 0 ? null : succeeded / (succeeded + failed);

const counted = sql`
  count(*)::int as total,
  (count(*) filter (where state = 'succeeded'))::int as succeeded,
  (count(*) filter (where state in ('failed', 'timed_out')))::int as failed,
  (count(*) filter (where state = 'cancelled'))::int as cancelled`;

/**
 * Figures of the last 30 days in a time zone, by the day a run was asked for. The success rate leaves out
 * cancelled and unfinished runs.
 */
export const readStats = async (
  db: Database,
  scope: Scope,
  query: { projectId: string | undefined; timeZone: string; now: Date },
): Promise<Stats> => {
  const ours = sql`${within(scope, { project: sql.ref('project_id'), owner: sql.ref('created_by') })}
    and ${query.projectId === undefined ? sql`true` : sql`project_id = ${query.projectId}`}`;
  const visible = sql`
    select * from runs
    where ${ours}
      and queued_at >= (date_trunc('day', ${query.now}::timestamptz at time zone ${query.timeZone}) - make_interval(days => ${days - 1})) at time zone ${query.timeZone}`;

  // Grouped in one pass and joined to the days: counting for each day anew reads everything thirty times.
  const perDay = sql<Counts & { date: string }>`
    with mine as (${visible}), counts as (
      select date_trunc('day', queued_at at time zone ${query.timeZone}) as day, ${counted} from mine group by 1
    )
    select to_char(day, 'YYYY-MM-DD') as date, coalesce(total, 0) as total, coalesce(succeeded, 0) as succeeded,
      coalesce(failed, 0) as failed, coalesce(cancelled, 0) as cancelled
    from generate_series(
      date_trunc('day', ${query.now}::timestamptz at time zone ${query.timeZone}) - make_interval(days => ${days - 1}),
      date_trunc('day', ${query.now}::timestamptz at time zone ${query.timeZone}), interval '1 day') as days (day)
    left join counts using (day) order by day`.execute(db);

  // Whenever they were asked for.
  const active = sql<{ count: number }>`
    select count(*)::int as count from runs where ${ours} and state in ${activeStates}`.execute(db);

  const duration = sql<{ mean: number | null; p95: number | null }>`
    with mine as (${visible})
    select avg(seconds)::float8 as mean, percentile_cont(0.95) within group (order by seconds)::float8 as p95
    from (select extract(epoch from finished_at - started_at) as seconds from mine where finished_at is not null and started_at is not null) d`.execute(
    db,
  );

  // What became of a run became of its only part; of the time that a run of several took, nobody knows whose it was.
  const perSystem = sql<Counts & { name: string; mean: number | null }>`
    with mine as (${visible}), part as (
      select coalesce(p.part ->> 'name', mine.subject) as name,
        case when p.part is null then mine.state
          when p.part ->> 'state' in ('succeeded', 'failed', 'cancelled') then p.part ->> 'state'
          when jsonb_array_length(mine.parts) = 1 then mine.state else 'other' end as state,
        case when jsonb_array_length(mine.parts) <= 1 then extract(epoch from finished_at - started_at) end as seconds
      from mine left join lateral jsonb_array_elements(mine.parts) as p (part) on true
    )
    select name, ${counted}, avg(seconds)::float8 as mean from part group by name order by total desc, name limit 50`.execute(
    db,
  );

  const [dayRows, activeRows, durationRows, systemRows] = await Promise.all([
    perDay,
    active,
    duration,
    perSystem,
  ]);
  const today = dayRows.rows.at(-1);
  const counts = ({ total, succeeded, failed, cancelled }: Counts): Counts => ({
    total,
    succeeded,
    failed,
    cancelled,
  });
  const none = { total: 0, succeeded: 0, failed: 0, cancelled: 0 };
  return {
    date: today?.date ?? '',
    timeZone: query.timeZone,
    today: {
      ...counts(today ?? none),
      active: activeRows.rows[0]?.count ?? 0,
      successRate: rate(today ?? none),
    },
    duration: {
      meanSeconds: durationRows.rows[0]?.mean ?? null,
      p95Seconds: durationRows.rows[0]?.p95 ?? null,
    },
    perDay: dayRows.rows.map((row) => ({ date: row.date, ...counts(row) })),
    perSystem: systemRows.rows.map((row) => ({
      name: row.name,
      ...counts(row),
      successRate: rate(row),
      meanSeconds: row.mean,
    })),
  };
};
