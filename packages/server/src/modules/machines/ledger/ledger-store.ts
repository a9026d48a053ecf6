import { sql } from 'kysely';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import type { ChargedRental, ChargeLine, Day } from './charges-plan.ts';
import type { Estimate, LineKind } from './line.ts';
import type { MeteredRental, OpenLine } from './meter-plan.ts';

export interface NewLine {
  readonly id: string;
  readonly rental: { readonly rentalId: string; readonly machineId: string; readonly projectId: string };
  readonly kind: LineKind;
  readonly source: 'charge' | 'estimate';
  readonly fromAt: Date;
  readonly toAt: Date | null;
  readonly microUsdPerHour: number | null;
  readonly amountMicroUsd: number;
}

interface OpenColumns {
  readonly id: string | null;
  readonly fromAt: Date | null;
  readonly rate: number | null;
}

const openOf = ({ id, fromAt, rate }: OpenColumns): OpenLine | null =>
  id === null || fromAt === null ? null : { id, fromAt, microUsdPerHour: rate ?? 0 };

/** Lines of rentals. Whoever writes some holds the account's row, so that two never count the same time. */
export const createLedgerStore = (db: Database) => ({
  /** In a transaction. Answers which listing changed it last; undefined where the lease is asked for and lost. */
  lockAccount: async (
    tx: Executor,
    accountId: string,
    leaseToken?: string,
  ): Promise<{ meteredAt: Date | null } | undefined> => {
    const { rows } = await sql<{ meteredAt: Date | null }>`
      select metered_at as "meteredAt" from ledger_accounts
      where account_id = ${accountId} and (${leaseToken ?? null}::uuid is null or lease_token = ${leaseToken ?? null})
      for update`.execute(tx);
    return rows[0];
  },
  addAccount: async (accountId: string, now: Date): Promise<void> => {
    await sql`
      insert into ledger_accounts (account_id, due_at) values (${accountId}, ${now})
      on conflict do nothing`.execute(db);
  },
  saveMetered: async (tx: Executor, accountId: string, meteredAt: Date): Promise<void> => {
    await sql`update ledger_accounts set metered_at = ${meteredAt} where account_id = ${accountId}`.execute(
      tx,
    );
  },
  /** Those that live, and those of which something is still being counted. */
  listMetered: async (executor: Executor, accountId: string): Promise<MeteredRental[]> => {
    const { rows } = await sql<
      Omit<MeteredRental, 'gpu' | 'storage'> & {
        readonly gpuId: string | null;
        readonly gpuFrom: Date | null;
        readonly gpuRate: number | null;
        readonly storageId: string | null;
        readonly storageFrom: Date | null;
        readonly storageRate: number | null;
      }
    >`
      with metered as (
        select id from rentals where account_id = ${accountId} and state not in ('gone', 'never')
        union
        select r.id from ledger_lines l join rentals r on r.id = l.rental_id
        where l.to_at is null and r.account_id = ${accountId}
      )
      select r.id as "rentalId", r.machine_id as "machineId", m.project_id as "projectId",
        r.provider_machine_id as "providerMachineId", r.ordered_at as "orderedAt",
        case when r.state = 'gone' then r.gone_at end as "goneAt",
        case when s.id is null then greatest(r.charged_until,
          (select max(to_at) from ledger_lines l where l.rental_id = r.id and l.kind = 'storage')) end as "storedUntil",
        g.id as "gpuId", g.from_at as "gpuFrom", g.rate_micro_usd as "gpuRate",
        s.id as "storageId", s.from_at as "storageFrom", s.rate_micro_usd as "storageRate"
      from metered join rentals r using (id) join machines m on m.id = r.machine_id
        left join ledger_lines g on g.rental_id = r.id and g.kind = 'gpu' and g.to_at is null
        left join ledger_lines s on s.rental_id = r.id and s.kind = 'storage' and s.to_at is null
      where r.provider_machine_id is not null
      order by r.id`.execute(executor);
    return rows.map(
      ({ gpuId, gpuFrom, gpuRate, storageId, storageFrom, storageRate, ...rental }): MeteredRental => ({
        ...rental,
        gpu: openOf({ id: gpuId, fromAt: gpuFrom, rate: gpuRate }),
        storage: openOf({ id: storageId, fromAt: storageFrom, rate: storageRate }),
      }),
    );
  },
  /** Rentals of which the account may be charged for a day, or was, or of which charges name the machines. */
  listCharged: async (
    tx: Executor,
    accountId: string,
    day: Day,
    providerMachineIds: readonly string[],
  ): Promise<ChargedRental[]> => {
    const { rows } = await sql<ChargedRental>`
      select r.id as "rentalId", r.machine_id as "machineId", m.project_id as "projectId",
        r.provider_machine_id as "providerMachineId", r.ordered_at as "orderedAt",
        case when r.state = 'gone' then r.gone_at end as "goneAt", r.charged_until as "chargedUntil"
      from rentals r join machines m on m.id = r.machine_id
      where r.account_id = ${accountId} and r.provider_machine_id is not null and (
        r.provider_machine_id = any(${[...providerMachineIds]}::text[])
        or ((r.gone_at is null or r.charged_until is null or r.charged_until < r.gone_at)
          and (r.gone_at is null or r.gone_at >= ${day.from})))
      order by r.id`.execute(tx);
    return rows;
  },
  listCharges: async (
    tx: Executor,
    rentalIds: readonly string[],
    day: Day,
  ): Promise<(ChargeLine & { readonly rentalId: string })[]> => {
    const { rows } = await sql<ChargeLine & { readonly rentalId: string }>`
      select rental_id as "rentalId", kind, from_at as "fromAt", to_at as "toAt", amount_micro_usd as "amountMicroUsd"
      from ledger_lines
      where rental_id = any(${[...rentalIds]}::uuid[]) and source = 'charge'
        and from_at >= ${day.from} and from_at < ${day.until}
      order by rental_id, from_at, id`.execute(tx);
    return rows;
  },
  deleteCharges: async (tx: Executor, rentalIds: readonly string[], day: Day): Promise<void> => {
    await sql`
      delete from ledger_lines
      where rental_id = any(${[...rentalIds]}::uuid[]) and source = 'charge'
        and from_at >= ${day.from} and from_at < ${day.until}`.execute(tx);
  },
  /** Estimates of these that touch a time. */
  listEstimates: async (
    tx: Executor,
    times: readonly { readonly rentalId: string; readonly from: Date; readonly until: Date | null }[],
  ): Promise<Estimate[]> => {
    const { rows } = await sql<Estimate>`
      select l.id, l.rental_id as "rentalId", l.kind, l.from_at as "fromAt", l.to_at as "toAt",
        l.rate_micro_usd as "microUsdPerHour"
      from unnest(${times.map(({ rentalId }) => rentalId)}::uuid[], ${times.map(({ from }) => from)}::timestamptz[],
          ${times.map(({ until }) => until)}::timestamptz[]) as t (rental_id, from_at, until_at)
        join ledger_lines l on l.rental_id = t.rental_id and l.source = 'estimate'
          and (l.to_at is null or l.to_at > t.from_at) and (t.until_at is null or l.from_at < t.until_at)
      order by l.id`.execute(tx);
    return rows;
  },
  insertLines: async (tx: Executor, lines: readonly NewLine[]): Promise<void> => {
    if (lines.length === 0) return;
    await tx
      .insertInto('ledger_lines')
      .values(
        lines.map(({ rental, ...line }) => ({
          id: line.id,
          rental_id: rental.rentalId,
          machine_id: rental.machineId,
          project_id: rental.projectId,
          kind: line.kind,
          source: line.source,
          from_at: line.fromAt,
          to_at: line.toAt,
          rate_micro_usd: line.microUsdPerHour,
          amount_micro_usd: line.amountMicroUsd,
        })),
      )
      .execute();
  },
  closeLines: async (
    tx: Executor,
    lines: readonly { readonly id: string; readonly toAt: Date; readonly amountMicroUsd: number }[],
  ): Promise<void> => {
    if (lines.length === 0) return;
    await sql`
      update ledger_lines set to_at = closed.to_at, amount_micro_usd = closed.amount
      from unnest(${lines.map(({ id }) => id)}::uuid[], ${lines.map(({ toAt }) => toAt)}::timestamptz[],
        ${lines.map(({ amountMicroUsd }) => amountMicroUsd)}::bigint[]) as closed (id, to_at, amount)
      where ledger_lines.id = closed.id`.execute(tx);
  },
  deleteLines: async (tx: Executor, ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    await sql`delete from ledger_lines where id = any(${[...ids]}::uuid[])`.execute(tx);
  },
  saveChargedUntil: async (tx: Executor, rentalIds: readonly string[], until: Date): Promise<void> => {
    await sql`update rentals set charged_until = ${until} where id = any(${[...rentalIds]}::uuid[])`.execute(
      tx,
    );
  },
});
export type LedgerStore = ReturnType<typeof createLedgerStore>;
