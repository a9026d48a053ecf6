import { sql } from 'kysely';
import { renewLeases } from '../../../kernel/lease/renew-leases.ts';
import type { Database } from '../../../kernel/db/database.ts';

/** Wakes the poller of an account; wakes who waits for its list. Payload: the account's id. */
export const pollChannel = 'market_poll';
export const listingChannel = 'market_listing';

export interface ListingRow {
  readonly machines: unknown;
  readonly takenAt: Date | null;
  readonly blindSince: Date | null;
  readonly blindReason: string | null;
  readonly blindToldAt: Date | null;
  readonly requested: number;
  readonly listed: number;
  readonly failed: number;
}

export interface StoredFailure {
  readonly blindSince: Date;
  readonly blindToldAt: Date | null;
  readonly requested: number;
}

interface Holder {
  readonly accountId: string;
  readonly token: string;
}

export const createListingStore = (db: Database) => ({
  find: async (accountId: string): Promise<ListingRow | undefined> =>
    db
      .selectFrom('provider_listings')
      .select([
        'machines',
        'taken_at as takenAt',
        'blind_since as blindSince',
        'blind_reason as blindReason',
        'blind_told_at as blindToldAt',
        'requested',
        'listed',
        'failed',
      ])
      .where('account_id', '=', accountId)
      .executeTakeFirst(),
  /** Asks for a list that is begun from now on; answers the number under which it will be told. */
  request: async (accountId: string): Promise<number | undefined> => {
    const { rows } = await sql<{ requested: number }>`
      with asked as (
        update provider_listings set requested = requested + 1 where account_id = ${accountId} returning requested
      )
      select requested, pg_notify(${pollChannel}, ${accountId}) from asked`.execute(db);
    return rows[0]?.requested;
  },
  claim: async (
    lease: { token: string; expiresAt: Date; now: Date; held: readonly string[] },
    limit: number,
  ): Promise<{ id: string }[]> => {
    const { rows } = await sql<{ id: string }>`
      update provider_listings set lease_token = ${lease.token}, lease_expires_at = ${lease.expiresAt}
      where account_id in (
        select account_id from provider_listings
        where (lease_expires_at is null or lease_expires_at <= ${lease.now})
          and account_id <> all(${[...lease.held]}::uuid[])
        order by account_id limit ${limit} for update skip locked
      )
      returning account_id as id`.execute(db);
    return rows;
  },
  renew: renewLeases(db, 'provider_listings', 'account_id'),
  release: async ({ accountId, token }: Holder): Promise<void> => {
    await db
      .updateTable('provider_listings')
      .set({ lease_token: null, lease_expires_at: null })
      .where('account_id', '=', accountId)
      .where('lease_token', '=', token)
      .execute();
  },
  /**
   * `machines` undefined: the same as stored. Answers how many have asked by now, or undefined when another poller
   * has taken over.
   */
  saveListing: async (
    { accountId, token }: Holder,
    list: { machines: string | undefined; takenAt: Date; answers: number },
  ): Promise<number | undefined> => {
    const { rows } = await sql<{ requested: number }>`
      with saved as (
        update provider_listings
        set machines = coalesce(${list.machines ?? null}::jsonb, machines), taken_at = ${list.takenAt},
          listed = ${list.answers}, blind_since = null, blind_reason = null, blind_told_at = null
        where account_id = ${accountId} and lease_token = ${token}
        returning account_id, requested
      )
      select requested, pg_notify(${listingChannel}, account_id::text) from saved`.execute(db);
    return rows[0]?.requested;
  },
  saveFailure: async (
    { accountId, token }: Holder,
    failure: { reason: string; at: Date; answers: number },
  ): Promise<StoredFailure | undefined> => {
    const { rows } = await sql<StoredFailure>`
      with saved as (
        update provider_listings
        set blind_since = coalesce(blind_since, ${failure.at}), blind_reason = ${failure.reason}, failed = ${failure.answers}
        where account_id = ${accountId} and lease_token = ${token}
        returning account_id, requested, blind_since, blind_told_at
      )
      select requested, blind_since as "blindSince", blind_told_at as "blindToldAt", pg_notify(${listingChannel}, account_id::text)
      from saved`.execute(db);
    return rows[0];
  },
  saveTold: async (accountId: string, at: Date): Promise<void> => {
    await db
      .updateTable('provider_listings')
      .set({ blind_told_at: at })
      .where('account_id', '=', accountId)
      .execute();
  },
});

export type ListingStore = ReturnType<typeof createListingStore>;
