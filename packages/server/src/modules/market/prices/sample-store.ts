import { sql } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';
import type { Offer, Rental } from '../providers/provider.ts';
import type { Sample } from './sample.ts';

export interface SampleRow extends Omit<Sample, 'isWhole'> {
  readonly at: Date;
}

const columns = sql`gpu_name as "gpuName", rental, at, offers, gpus, gpu_memory_mb as "gpuMemoryMb",
  min_micro_usd as min, p10_micro_usd as p10, p25_micro_usd as p25, p50_micro_usd as p50, p75_micro_usd as p75,
  p90_micro_usd as p90, regions`;

export const createSampleStore = (db: Database) => ({
  insert: async (marketplace: string, at: Date, samples: readonly Sample[]): Promise<void> => {
    if (samples.length === 0) return;
    await db
      .insertInto('market_samples')
      .values(
        samples.map((sample) => ({
          marketplace,
          gpu_name: sample.gpuName,
          rental: sample.rental,
          at,
          is_whole: sample.isWhole,
          offers: sample.offers,
          gpus: sample.gpus,
          gpu_memory_mb: Math.round(sample.gpuMemoryMb),
          min_micro_usd: sample.min,
          p10_micro_usd: sample.p10,
          p25_micro_usd: sample.p25,
          p50_micro_usd: sample.p50,
          p75_micro_usd: sample.p75,
          p90_micro_usd: sample.p90,
          regions: JSON.stringify(sample.regions),
        })),
      )
      .execute();
  },
  /** Whole samples, newest first. */
  list: async (filter: {
    gpuName: string | undefined;
    rental: Rental | undefined;
    since: Date;
    limit: number;
  }): Promise<SampleRow[]> => {
    const { rows } = await sql<SampleRow>`
      select ${columns} from market_samples
      where is_whole and at >= ${filter.since}
        and (${filter.gpuName ?? null}::text is null or gpu_name = ${filter.gpuName ?? null})
        and (${filter.rental ?? null}::text is null or rental = ${filter.rental ?? null})
      order by at desc, id desc limit ${filter.limit}`.execute(db);
    return rows;
  },
  /** The newest whole sample of each GPU type and rental since then, with the mean of their medians. */
  listLatest: async (
    since: Date,
  ): Promise<(SampleRow & { samples: number; meanMedian: number; firstMedian: number })[]> => {
    const { rows } = await sql<SampleRow & { samples: number; meanMedian: number; firstMedian: number }>`
      with recent as (
        select *, count(*) over type as samples, avg(p50_micro_usd) over type as mean_median,
          first_value(p50_micro_usd) over (type order by at, id) as first_median
        from market_samples where is_whole and at >= ${since}
        window type as (partition by gpu_name, rental)
      )
      select distinct on (gpu_name, rental) ${columns}, samples, mean_median::float8 as "meanMedian",
        first_median as "firstMedian"
      from recent order by gpu_name, rental, at desc, id desc`.execute(db);
    return rows;
  },
  /** Medians by hour of the day in UTC, over whole samples. */
  listByHour: async (
    gpuName: string,
    rental: Rental,
    since: Date,
  ): Promise<
    { hour: number; samples: number; days: number; p25: number; p50: number; p75: number; offers: number }[]
  > => {
    const { rows } = await sql<{
      hour: number;
      samples: number;
      days: number;
      p25: number;
      p50: number;
      p75: number;
      offers: number;
    }>`
      select extract(hour from at at time zone 'UTC')::int as hour, count(*)::int as samples,
        count(distinct (at at time zone 'UTC')::date)::int as days,
        percentile_cont(0.25) within group (order by p50_micro_usd) as p25,
        percentile_cont(0.5) within group (order by p50_micro_usd) as p50,
        percentile_cont(0.75) within group (order by p50_micro_usd) as p75,
        avg(offers)::float8 as offers
      from market_samples
      where is_whole and gpu_name = ${gpuName} and rental = ${rental} and at >= ${since}
      group by 1 order by 1`.execute(db);
    return rows;
  },
  /** What is known of hosts by their offers. */
  saveHosts: async (marketplace: string, at: Date, offers: readonly Offer[]): Promise<void> => {
    // A machine is offered in several sizes: the cheapest GPU of it stands for all.
    const cheapest = new Map<string, Offer>();
    const perGpu = (offer: Offer): number => offer.basePricePerHourMicroUsd / Math.max(1, offer.gpuCount);
    for (const offer of offers) {
      const other = cheapest.get(offer.hostMachineId);
      if (other === undefined || perGpu(offer) < perGpu(other)) cheapest.set(offer.hostMachineId, offer);
    }
    const rows = [...cheapest.values()].map((offer) => ({
      host_machine_id: offer.hostMachineId,
      host_id: offer.hostId,
      gpu_name: offer.gpuName,
      gpu_count: offer.gpuCount,
      geolocation: offer.geolocation,
      verified: offer.verified,
      reliability: offer.reliability,
      price_micro_usd: Math.round(perGpu(offer)),
      download_mbps: offer.downloadMbps,
    }));
    await sql`
      insert into hosts as host (marketplace, host_machine_id, host_id, gpu_name, gpu_count, geolocation, verified,
        reliability, price_micro_usd, download_mbps, first_offered_at, last_offered_at, times_offered)
      select ${marketplace}, host_machine_id, host_id, gpu_name, gpu_count, geolocation, verified, reliability,
        price_micro_usd, download_mbps, ${at}::timestamptz, ${at}::timestamptz, 1
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as offered (host_machine_id text, host_id text,
        gpu_name text, gpu_count int, geolocation text, verified boolean, reliability float8, price_micro_usd bigint,
        download_mbps float8)
      order by host_machine_id
      on conflict (marketplace, host_machine_id) do update set
        host_id = excluded.host_id, gpu_name = excluded.gpu_name, gpu_count = excluded.gpu_count,
        geolocation = excluded.geolocation, verified = excluded.verified, reliability = excluded.reliability,
        price_micro_usd = excluded.price_micro_usd, download_mbps = excluded.download_mbps,
        first_offered_at = coalesce(host.first_offered_at, excluded.first_offered_at),
        last_offered_at = excluded.last_offered_at, times_offered = host.times_offered + 1`.execute(db);
  },
  listHosts: async (filter: {
    gpuName: string | undefined;
    geolocation: string | undefined;
    limit: number;
  }): Promise<OfferedHostRow[]> => {
    const { rows } = await sql<OfferedHostRow>`
      select host_machine_id as "hostMachineId", host_id as "hostId", gpu_name as "gpuName", gpu_count as "gpuCount",
        geolocation, verified, reliability, price_micro_usd as "priceMicroUsd", download_mbps as "downloadMbps",
        first_offered_at as "firstOfferedAt", last_offered_at as "lastOfferedAt", times_offered as "timesOffered",
        attempts, usable
      from hosts
      where times_offered > 0
        and (${filter.gpuName ?? null}::text is null or gpu_name = ${filter.gpuName ?? null})
        and (${filter.geolocation ?? null}::text is null or strpos(lower(geolocation), lower(${filter.geolocation ?? null})) > 0)
      order by last_offered_at desc, price_micro_usd, host_machine_id limit ${filter.limit}`.execute(db);
    return rows;
  },
  deleteBefore: async (before: Date): Promise<void> => {
    await sql`delete from market_samples where at < ${before}`.execute(db);
  },
});

export interface OfferedHostRow {
  readonly hostMachineId: string;
  readonly hostId: string;
  readonly gpuName: string;
  readonly gpuCount: number;
  readonly geolocation: string | null;
  readonly verified: boolean;
  readonly reliability: number | null;
  readonly priceMicroUsd: number;
  readonly downloadMbps: number;
  readonly firstOfferedAt: Date;
  readonly lastOfferedAt: Date;
  readonly timesOffered: number;
  readonly attempts: number;
  readonly usable: number;
}

export type SampleStore = ReturnType<typeof createSampleStore>;
