import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';
import { amountNow, meant, type CostFilter, type Period } from './cost-store.ts';

/** What some sleep saved: `notPaid` at the price given up, less what was `paid` until the machine was awake again. */
export interface Savings {
  readonly hibernations: number;
  readonly seconds: number;
  readonly notPaidMicroUsd: number;
  readonly paidMicroUsd: number;
}

export interface SleepRow {
  readonly id: string;
  readonly machineId: string;
  readonly operationId: string;
  readonly snapshotId: string | null;
  readonly gpuName: string;
  readonly reason: string;
  readonly sleptAt: Date;
  readonly wokeAt: Date | null;
  readonly wakeSeconds: number | null;
  readonly pricePerHourMicroUsd: number;
  readonly seconds: number;
  readonly notPaidMicroUsd: number;
  readonly paidMicroUsd: number;
}

export interface SleepStats {
  readonly hibernations: number;
  readonly wakes: number;
  readonly asleepNow: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly meanSeconds: number | null;
  readonly medianWakeSeconds: number | null;
  readonly p95WakeSeconds: number | null;
}

const notPaid = (from: RawBuilder<unknown>, to: RawBuilder<unknown>) =>
  sql`round(price_per_hour_micro_usd * greatest(0, extract(epoch from (${to}) - (${from}))) / 3600)`;

/**
 * `asleep`: sleeps with their end so far, which a machine that was destroyed in its sleep has too. `waking`: what each
 * machine cost that was ordered to end one of them, those that lost the race or came to nothing included; of the one
 * that is awake only its time until then.
 */
const sleeps = (filter: CostFilter, now: Date): RawBuilder<unknown> => sql`
  asleep as (
    select s.*, greatest(s.slept_at, least(coalesce(s.woke_at, ${now}::timestamptz), ${now}::timestamptz,
        case when m.state = 'destroyed' then m.state_at end)) as end_at,
      lead(s.slept_at) over (partition by s.machine_id order by s.slept_at, s.id) as next_at, m.state as machine_state
    from machine_sleeps s join machines m on m.id = s.machine_id
    where ${meant(filter)} and s.slept_at <= ${now}
  ), waking as (
    select s.id as sleep_id, s.machine_id, s.gpu_name, r.ordered_at, case
        when o.winner_id = r.id and o.outcome = 'done' then least(c.micro, round((r.offer->>'pricePerHourMicroUsd')::numeric
          * greatest(0, extract(epoch from o.finished_at - r.ordered_at)) / 3600))
        else c.micro end as micro
    from asleep s join rentals r on r.machine_id = s.machine_id and r.ordered_at >= s.slept_at
        and (s.next_at is null or r.ordered_at < s.next_at)
      left join machine_operations o on o.id = r.operation_id
      cross join lateral (select coalesce(sum(${amountNow('l', now)}), 0) as micro
        from ledger_lines l where l.rental_id = r.id) c
    where s.woke_at is null or coalesce(o.created_at, r.ordered_at) <= s.woke_at
  )`;

const ofGpu = ({ gpuName }: CostFilter): RawBuilder<unknown> =>
  gpuName === undefined ? sql`true` : sql`gpu_name = ${gpuName}`;

const keys = {
  all: sql`''`,
  day: sql`to_char(day at time zone 'UTC', 'YYYY-MM-DD')`,
  week: sql`to_char(date_trunc('week', day, 'UTC') at time zone 'UTC', 'YYYY-MM-DD')`,
  month: sql`to_char(date_trunc('month', day, 'UTC') at time zone 'UTC', 'YYYY-MM-DD')`,
  machine: sql`machine_id::text`,
  gpu: sql`gpu_name`,
};

/** What was not paid while machines slept. */
export const createSavingsStore = (db: Database) => ({
  /** In order of their keys; nothing where nothing slept. A wake counts on the day on which it was ordered. */
  listGroups: async (
    by: keyof typeof keys,
    filter: CostFilter,
    { from, now }: Period,
  ): Promise<(Savings & { readonly key: string })[]> => {
    const { rows } = await sql<Savings & { key: string }>`
      with ${sleeps(filter, now)}, parts as (
        select machine_id, gpu_name, d.day, 0 as hibernations,
          extract(epoch from least(end_at, d.day + interval '24 hours') - greatest(slept_at, d.day)) as seconds,
          ${notPaid(sql`slept_at`, sql`least(end_at, d.day + interval '24 hours')`)}
            - ${notPaid(sql`slept_at`, sql`greatest(slept_at, d.day)`)} as not_paid, 0 as paid
        from asleep cross join lateral (select generate_series(
          greatest(${from}::timestamptz, date_trunc('day', slept_at, 'UTC')), end_at - interval '1 millisecond',
          interval '24 hours') as day) d
        union all
        select machine_id, gpu_name, date_trunc('day', slept_at, 'UTC'), 1, 0, 0, 0 from asleep where slept_at >= ${from}
        union all
        select machine_id, gpu_name, date_trunc('day', ordered_at, 'UTC'), 0, 0, 0, micro from waking
        where ordered_at >= ${from}
      )
      select ${keys[by]} as key, sum(hibernations)::int as hibernations, sum(seconds)::float8 as seconds,
        sum(not_paid)::bigint as "notPaidMicroUsd", sum(paid)::bigint as "paidMicroUsd"
      from parts where ${ofGpu(filter)} group by 1 order by 1`.execute(db);
    return rows;
  },
  /** Each as a whole, newest first by the event that is asked for, or by its last one. */
  listSleeps: async (
    filter: CostFilter,
    now: Date,
    limit: number,
    by?: 'fell_asleep' | 'woke',
  ): Promise<SleepRow[]> => {
    const at =
      by === 'fell_asleep'
        ? sql`s.slept_at`
        : by === 'woke'
          ? sql`s.woke_at`
          : sql`coalesce(s.woke_at, s.slept_at)`;
    const { rows } = await sql<SleepRow>`
      with ${sleeps(filter, now)}
      select s.id, s.machine_id as "machineId", s.operation_id as "operationId", o.snapshot_id as "snapshotId",
        s.gpu_name as "gpuName", s.reason, s.slept_at as "sleptAt", s.woke_at as "wokeAt",
        s.wake_seconds as "wakeSeconds", s.price_per_hour_micro_usd as "pricePerHourMicroUsd",
        extract(epoch from s.end_at - s.slept_at)::float8 as seconds,
        ${notPaid(sql`s.slept_at`, sql`s.end_at`)}::bigint as "notPaidMicroUsd",
        coalesce((select sum(micro) from waking w where w.sleep_id = s.id), 0)::bigint as "paidMicroUsd"
      from asleep s left join machine_operations o on o.id = s.operation_id
      where ${ofGpu(filter)} and ${at} is not null order by ${at} desc, s.id desc limit ${limit}`.execute(db);
    return rows;
  },
  readStats: async (filter: CostFilter, { from, now }: Period): Promise<SleepStats> => {
    const { rows } = await sql<SleepStats>`
      with ${sleeps(filter, now)}, seen as (
        select *, slept_at >= ${from} as is_new, coalesce(woke_at >= ${from}, false) as is_awake from asleep
      )
      select (count(*) filter (where is_new))::int as hibernations, (count(*) filter (where is_awake))::int as wakes,
        (count(*) filter (where woke_at is null and machine_state <> 'destroyed'))::int as "asleepNow",
        coalesce((select jsonb_object_agg(reason, n) from (
          select reason, count(*) as n from seen where is_new group by reason) r), '{}') as reasons,
        (avg(extract(epoch from end_at - slept_at)) filter (where is_awake))::float8 as "meanSeconds",
        percentile_cont(0.5) within group (order by wake_seconds) filter (where is_awake) as "medianWakeSeconds",
        percentile_cont(0.95) within group (order by wake_seconds) filter (where is_awake) as "p95WakeSeconds"
      from seen where ${ofGpu(filter)}`.execute(db);
    const [stats] = rows;
    if (stats === undefined) throw new Error('statistics were not read');
    return stats;
  },
});
