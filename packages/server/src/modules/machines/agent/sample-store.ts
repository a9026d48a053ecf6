import { sql } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';
import type { Figures } from './idle.ts';

/** One point of a chart. */
export interface MetricRow {
  readonly at: Date;
  readonly gpu_percent: number | null;
  readonly gpu_memory_percent: number | null;
  readonly gpu_temperature: number | null;
  readonly cpu_percent: number | null;
  readonly memory_percent: number | null;
  readonly disk_percent: number | null;
  readonly disk_mbps: number | null;
  readonly network_mbps: number | null;
}

/** The mean of all GPUs, their memory as one, the hottest of them. Null where nothing is known. */
const derived = sql`
  (select avg(one)::real from unnest(s.gpu_percent) one) as gpu_percent,
  (select (100 * sum(used) / nullif(sum(total), 0))::real
    from unnest(s.gpu_memory_used_mb, s.gpu_memory_total_mb) as gpu (used, total)
    where used is not null and total is not null) as gpu_memory_percent,
  (select max(one)::real from unnest(s.gpu_temperature) one) as gpu_temperature,
  s.cpu_percent,
  (100 * s.memory_used_mb / nullif(s.memory_total_mb, 0))::real as memory_percent,
  (100 * s.disk_used_gb / nullif(s.disk_total_gb, 0))::real as disk_percent,
  s.disk_mbps, s.network_mbps`;

const means = sql`avg(gpu_percent)::real as gpu_percent, avg(gpu_memory_percent)::real as gpu_memory_percent,
  avg(gpu_temperature)::real as gpu_temperature, avg(cpu_percent)::real as cpu_percent,
  avg(memory_percent)::real as memory_percent, avg(disk_percent)::real as disk_percent,
  avg(disk_mbps)::real as disk_mbps, avg(network_mbps)::real as network_mbps`;

export const createSampleStore = (db: Database) => ({
  /** Of its present rental, oldest first: what is needed to judge whether it is idle. */
  listOfRental: async (machineId: string, epoch: number, since: Date): Promise<Figures[]> =>
    db
      .selectFrom('machine_samples')
      .select([
        'at',
        'gpu_percent',
        'cpu_percent',
        'disk_mbps',
        'network_mbps',
        'sessions',
        'input_seconds_ago',
      ])
      .where('machine_id', '=', machineId)
      .where('epoch', '=', epoch)
      .where('at', '>=', since)
      .orderBy('at')
      .execute(),
  /** As they came, oldest first. */
  listRaw: async (machineId: string, since: Date): Promise<MetricRow[]> => {
    const { rows } = await sql<MetricRow>`
      select s.at, ${derived} from machine_samples s
      where s.machine_id = ${machineId} and s.at >= ${since} order by s.at`.execute(db);
    return rows;
  },
  /** Means over so many seconds, a multiple of a minute, oldest first. */
  listMeans: async (machineId: string, since: Date, seconds: number): Promise<MetricRow[]> => {
    const { rows } = await sql<MetricRow>`
      select date_bin(make_interval(secs => ${seconds}), minute, timestamptz '2000-01-01 00:00Z') as at, ${means}
      from machine_sample_minutes where machine_id = ${machineId} and minute >= ${since}
      group by 1 order by 1`.execute(db);
    return rows;
  },
  /**
   * Makes the means of minutes that are over by `until`, for the `limit` machines that follow `after`. What is made
   * already stays. Answers the last of them; undefined when there are no more.
   */
  makeMinutes: async (
    after: string,
    limit: number,
    time: { readonly since: Date; readonly until: Date },
  ): Promise<string | undefined> => {
    const { rows } = await sql<{ last: string | null }>`
      with machine as materialized (
        select m.id, greatest(${time.since}::timestamptz,
          (select max(minute) + interval '1 minute' from machine_sample_minutes where machine_id = m.id)) as since
        from machines m where m.id > ${after} and m.last_beat_at >= ${time.since} order by m.id limit ${limit}
      ), made as (
        insert into machine_sample_minutes (machine_id, minute, beats, gpu_percent, gpu_memory_percent,
          gpu_temperature, cpu_percent, memory_percent, disk_percent, disk_mbps, network_mbps)
        select machine_id, minute, count(*)::int, ${means}
        from (select s.machine_id, date_trunc('minute', s.at) as minute, ${derived}
          from machine join machine_samples s on s.machine_id = machine.id
            and s.at >= machine.since and s.at < ${time.until}) beat
        group by machine_id, minute
        on conflict do nothing
      )
      select max(id::text) as last from machine`.execute(db);
    return rows[0]?.last ?? undefined;
  },
  /**
   * Deletes samples older than `raw`, of machines with a longer idle window those older than the window and `spare`
   * seconds, and means older than `minutes`, for the `limit` machines that follow `after`. Answers as `makeMinutes`.
   */
  deleteOld: async (
    after: string,
    limit: number,
    before: { readonly now: Date; readonly raw: Date; readonly minutes: Date; readonly spareSeconds: number },
  ): Promise<string | undefined> => {
    const { rows } = await sql<{ last: string | null }>`
      with machine as materialized (
        select id, least(${before.raw}::timestamptz, ${before.now}::timestamptz - make_interval(
          secs => (idle_policy ->> 'window_seconds')::float8 + ${before.spareSeconds}::float8)) as raw
        from machines where id > ${after} order by id limit ${limit}
      ), samples as (
        delete from machine_samples s using machine where s.machine_id = machine.id and s.at < machine.raw
      ), minutes as (
        delete from machine_sample_minutes s using machine
        where s.machine_id = machine.id and s.minute < ${before.minutes}
      )
      select max(id::text) as last from machine`.execute(db);
    return rows[0]?.last ?? undefined;
  },
});
export type SampleStore = ReturnType<typeof createSampleStore>;
