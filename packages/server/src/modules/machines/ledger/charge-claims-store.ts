import { sql } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';
import { renewLeases } from '../../../kernel/lease/renew-leases.ts';
import { chargedSoonMs, firstDayOf, type ChargedRental, type Day } from './charges-plan.ts';

/** Of which the provider may still charge something; as the index has it. */
const uncharged = sql`r.state <> 'never' and r.provider_machine_id is not null
  and (r.gone_at is null or r.charged_until is null or r.charged_until < r.gone_at)`;

/** Which accounts are asked for their charges, and when. Rows are named by their account. */
export const createChargeClaimsStore = (db: Database) => ({
  /** Those that are due, or of which a rental is gone for long enough that its bill is written. */
  claim: async (
    lease: { token: string; expiresAt: Date; now: Date; held: readonly string[] },
    limit: number,
  ): Promise<{ id: string }[]> => {
    const isBilledAt = new Date(lease.now.getTime() - chargedSoonMs);
    await sql`
      insert into ledger_accounts (account_id, due_at)
      select distinct r.account_id, ${lease.now}::timestamptz from rentals r where ${uncharged}
      on conflict do nothing`.execute(db);
    const { rows } = await sql<{ id: string }>`
      update ledger_accounts set lease_token = ${lease.token}, lease_expires_at = ${lease.expiresAt}
      where account_id in (
        select a.account_id from ledger_accounts a
        where (a.lease_expires_at is null or a.lease_expires_at <= ${lease.now})
          and a.account_id <> all(${[...lease.held]}::uuid[])
          and exists (select from rentals r where r.account_id = a.account_id and ${uncharged}
            and (a.due_at <= ${lease.now} or (r.gone_at <= ${isBilledAt}
              and r.gone_at > a.asked_at - ${chargedSoonMs} * interval '1 millisecond')))
        order by a.due_at, a.account_id limit ${limit} for update skip locked
      )
      returning account_id as id`.execute(db);
    return rows;
  },
  renew: renewLeases(db, 'ledger_accounts', 'account_id'),
  /** The earliest day of which something may still be charged; undefined when all is. */
  findFirstDay: async (accountId: string): Promise<Day | undefined> => {
    const { rows } = await sql<Pick<ChargedRental, 'orderedAt' | 'chargedUntil'>>`
      select r.ordered_at as "orderedAt", r.charged_until as "chargedUntil" from rentals r
      where r.account_id = ${accountId} and ${uncharged}
      order by coalesce(r.charged_until, r.ordered_at) limit 1`.execute(db);
    return rows[0] === undefined ? undefined : firstDayOf(rows[0]);
  },
  finish: async (
    { accountId, token }: { readonly accountId: string; readonly token: string },
    { askedAt, dueAt }: { readonly askedAt: Date; readonly dueAt: Date },
  ): Promise<void> => {
    await sql`
      update ledger_accounts
      set lease_token = null, lease_expires_at = null, asked_at = ${askedAt}, due_at = ${dueAt}
      where account_id = ${accountId} and lease_token = ${token}`.execute(db);
  },
});
export type ChargeClaimsStore = ReturnType<typeof createChargeClaimsStore>;
