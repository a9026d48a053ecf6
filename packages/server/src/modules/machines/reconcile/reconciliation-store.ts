import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';
import { renewLeases } from '../../../kernel/lease/renew-leases.ts';
import { providerAccountIds } from '../../market/index.ts';

export interface ReconciliationRow {
  /** Of the account. */
  readonly id: string;
  readonly due_at: Date;
  readonly listed_at: Date | null;
}

export const createReconciliationStore = (db: Database) => ({
  /** Accounts to be compared; one that is new gets its row by the way. */
  claim: async (
    lease: { token: string; expiresAt: Date; now: Date; held: readonly string[] },
    limit: number,
    isLicensed: RawBuilder<boolean>,
  ): Promise<ReconciliationRow[]> => {
    const { rows } = await sql<ReconciliationRow>`
      with added as (
        insert into reconciliations (account_id, due_at)
        select id, ${lease.now} from (${providerAccountIds}) a
        where not exists (select from reconciliations r where r.account_id = a.id)
        on conflict do nothing)
      update reconciliations set lease_token = ${lease.token}, lease_expires_at = ${lease.expiresAt}
      where account_id in (
        select account_id from reconciliations
        where due_at <= ${lease.now} and (lease_expires_at is null or lease_expires_at < ${lease.now})
          and account_id <> all(${[...lease.held]}::uuid[]) and ${isLicensed}
        order by due_at, account_id limit ${limit} for update skip locked)
      returning account_id as id, due_at, listed_at`.execute(db);
    return rows;
  },
  renew: renewLeases(db, 'reconciliations', 'account_id'),
  makeDue: async (accountId: string, at: Date): Promise<void> => {
    await db
      .updateTable('reconciliations')
      .set((eb) => ({ due_at: eb.fn('least', ['due_at', eb.val(at)]) }))
      .where('account_id', '=', accountId)
      .execute();
  },
  release: async (
    row: ReconciliationRow,
    token: string,
    dueAt: Date,
    listedAt: Date | null,
  ): Promise<void> => {
    await sql`
      update reconciliations set lease_token = null, lease_expires_at = null, listed_at = ${listedAt},
        due_at = case when due_at = ${row.due_at} then ${dueAt}::timestamptz else least(due_at, ${dueAt}) end
      where account_id = ${row.id} and lease_token = ${token}`.execute(db);
  },
});
export type ReconciliationStore = ReturnType<typeof createReconciliationStore>;
