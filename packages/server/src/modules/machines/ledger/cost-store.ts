import { sql, type RawBuilder } from 'kysely';
import { systemScope, type Scope } from '../../../kernel/access/caller.ts';
import { within } from '../../../kernel/access/scope-sql.ts';
import type { Database } from '../../../kernel/db/database.ts';
import type { LineKind } from './line.ts';

/** Whose machines are counted. */
export interface CostFilter {
  readonly scope: Scope;
  readonly machineId?: string | undefined;
  readonly ownerId?: string | undefined;
  /** By the GPU that was rented, or that slept. */
  readonly gpuName?: string | undefined;
}

/** Whole days in UTC up to now: `from` is a midnight. */
export interface Period {
  readonly from: Date;
  readonly now: Date;
}

export interface MachineCost {
  /** So far, what goes on counted up to now. */
  readonly microUsd: number;
  /** Of it, what the provider has not charged yet. */
  readonly estimatedMicroUsd: number;
  /** What goes on costs so much in an hour. */
  readonly microUsdPerHour: number;
}

export interface CostDay {
  readonly day: Date;
  readonly microUsd: number;
  readonly estimatedMicroUsd: number;
}

export interface CostLine {
  readonly rentalId: string;
  readonly day: Date;
  readonly kind: LineKind;
  readonly source: 'charge' | 'estimate';
  readonly microUsd: number;
}

export interface RentalCost {
  readonly id: string;
  readonly providerMachineId: string | null;
  readonly gpuName: string | null;
  readonly orderedAt: Date;
  readonly goneAt: Date | null;
  readonly chargedUntil: Date | null;
  readonly microUsd: number;
  readonly estimatedMicroUsd: number;
}

/** Micro-dollars of a time at a rate; as `microUsdOf`. */
const atRate = (rate: RawBuilder<unknown>, from: RawBuilder<unknown>, to: RawBuilder<unknown>) =>
  sql`round(${rate} * greatest(0, extract(epoch from (${to}) - (${from}))) / 3600)`;

/** What a line of the ledger amounts to now. */
export const amountNow = (line: string, now: Date): RawBuilder<number> => {
  const column = (name: string) => sql.ref(`${line}.${name}`);
  return sql<number>`(${column('amount_micro_usd')} + case when ${column('to_at')} is null
    then ${atRate(column('rate_micro_usd'), column('from_at'), sql`${now}::timestamptz`)} else 0 end)`;
};

/** Rows of a table of machines `m` that are meant. */
export const meant = ({ scope, machineId, ownerId }: CostFilter): RawBuilder<unknown> =>
  sql`${within(scope, { project: sql.ref('m.project_id'), owner: sql.ref('m.owner_id') })}
    and (${machineId ?? null}::uuid is null or m.id = ${machineId ?? null})
    and (${ownerId ?? null}::uuid is null or m.owner_id = ${ownerId ?? null})`;

/**
 * Lines by day: an estimate is cut at each midnight so that its parts add up to the whole; a charge stands in the day
 * for which the provider made it.
 */
const byDay = (filter: CostFilter, { from, now }: Period): RawBuilder<unknown> => sql`
  select l.rental_id, l.machine_id, r.offer->>'gpuName' as gpu_name, l.kind, l.source, d.day,
    case when l.source = 'charge' then l.amount_micro_usd else
      ${atRate(sql`l.rate_micro_usd`, sql`l.from_at`, sql`least(e.end_at, d.day + interval '24 hours')`)}
      - ${atRate(sql`l.rate_micro_usd`, sql`l.from_at`, sql`greatest(l.from_at, d.day)`)} end as micro
  from ledger_lines l join machines m on m.id = l.machine_id join rentals r on r.id = l.rental_id
    cross join lateral (select coalesce(l.to_at, greatest(l.from_at, ${now}::timestamptz)) as end_at) e
    cross join lateral (
      select generate_series(greatest(${from}::timestamptz, date_trunc('day', l.from_at, 'UTC')),
        case when l.source = 'charge' then l.from_at else e.end_at - interval '1 millisecond' end,
        interval '24 hours') as day) d
  where ${meant(filter)} and (l.to_at is null or l.to_at >= ${from}) and l.from_at <= ${now}
    and (${filter.gpuName ?? null}::text is null or r.offer->>'gpuName' = ${filter.gpuName ?? null})`;

/** What machines cost, from the ledger. */
export const createCostStore = (db: Database) => ({
  /** One query for any number of machines; one that never cost anything is left out. */
  listCosts: async (machineIds: readonly string[], now: Date): Promise<Map<string, MachineCost>> => {
    const { rows } = await sql<MachineCost & { machineId: string }>`
      select l.machine_id as "machineId", sum(${amountNow('l', now)})::bigint as "microUsd",
        coalesce(sum(${amountNow('l', now)}) filter (where l.source = 'estimate'), 0)::bigint as "estimatedMicroUsd",
        coalesce(sum(l.rate_micro_usd) filter (where l.to_at is null), 0)::bigint as "microUsdPerHour"
      from ledger_lines l where l.machine_id = any(${[...machineIds]}::uuid[]) group by l.machine_id`.execute(
      db,
    );
    return new Map(rows.map(({ machineId, ...cost }) => [machineId, cost]));
  },
  listDays: async (filter: CostFilter, period: Period): Promise<CostDay[]> => {
    const { rows } = await sql<CostDay>`
      select day, sum(micro)::bigint as "microUsd",
        coalesce(sum(micro) filter (where source = 'estimate'), 0)::bigint as "estimatedMicroUsd"
      from (${byDay(filter, period)}) parts group by day order by day`.execute(db);
    return rows;
  },
  /** By machine or by GPU type, dearest first. */
  listGroups: async (
    by: 'machine' | 'gpu',
    filter: CostFilter,
    period: Period,
    limit: number,
  ): Promise<{ key: string; microUsd: number }[]> => {
    const key = by === 'machine' ? sql`machine_id::text` : sql`gpu_name`;
    const { rows } = await sql<{ key: string; microUsd: number }>`
      select ${key} as key, sum(micro)::bigint as "microUsd" from (${byDay(filter, period)}) parts
      group by 1 order by 2 desc, 1 limit ${limit}`.execute(db);
    return rows;
  },
  /** Of one machine, newest day first. */
  listLines: async (machineId: string, period: Period, limit: number): Promise<CostLine[]> => {
    const filter: CostFilter = { scope: systemScope, machineId };
    const { rows } = await sql<CostLine>`
      select rental_id as "rentalId", day, kind, source, sum(micro)::bigint as "microUsd"
      from (${byDay(filter, period)}) parts group by 1, 2, 3, 4
      order by day desc, rental_id desc, kind, source limit ${limit}`.execute(db);
    return rows;
  },
  /** Of one machine, newest first, each with what it cost in all. */
  listRentals: async (machineId: string, now: Date, limit: number): Promise<RentalCost[]> => {
    const { rows } = await sql<RentalCost>`
      select r.id, r.provider_machine_id as "providerMachineId", r.offer->>'gpuName' as "gpuName",
        r.ordered_at as "orderedAt", r.gone_at as "goneAt", r.charged_until as "chargedUntil",
        coalesce(sum(${amountNow('l', now)}), 0)::bigint as "microUsd",
        coalesce(sum(${amountNow('l', now)}) filter (where l.source = 'estimate'), 0)::bigint as "estimatedMicroUsd"
      from rentals r left join ledger_lines l on l.rental_id = r.id
      where r.machine_id = ${machineId} and r.state <> 'never'
      group by r.id order by r.ordered_at desc, r.id desc limit ${limit}`.execute(db);
    return rows;
  },
  /** A machine that the caller may see. */
  findMachine: async (
    filter: CostFilter,
  ): Promise<{ id: string; projectId: string; state: string } | undefined> => {
    const { rows } = await sql<{ id: string; projectId: string; state: string }>`
      select m.id, m.project_id as "projectId", m.state from machines m where ${meant(filter)} limit 1`.execute(
      db,
    );
    return rows[0];
  },
  /** Since when there are machines to speak of; undefined without any. */
  findSince: async (filter: CostFilter): Promise<Date | undefined> => {
    const { rows } = await sql<{ since: Date | null }>`
      select min(m.created_at) as since from machines m where ${meant(filter)}`.execute(db);
    return rows[0]?.since ?? undefined;
  },
  /** Names of machines, for tables. */
  listLabels: async (machineIds: readonly string[]): Promise<Map<string, string>> => {
    const { rows } = await sql<{ id: string; label: string }>`
      select id, label from machines where id = any(${[...machineIds]}::uuid[])`.execute(db);
    return new Map(rows.map(({ id, label }) => [id, label]));
  },
});
