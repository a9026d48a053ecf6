import { sql } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';

export interface Slot {
  readonly at: Date;
  /** Requests refused as too frequent since the last that was not. */
  readonly refusals: number;
}

/** No back-off and no queue reaches farther: a moment beyond was written before the clock was set back. */
const farthestMs = 240_000;

export const createPaceStore = (db: Database) => ({
  /** Takes the next free moment of a lane for one request, in one statement: over all replicas nobody gets it too. */
  reserve: async (accountId: string, lane: string, intervalMs: number, now: Date): Promise<Slot> => {
    const { rows } = await sql<{ at: Date; refusals: number }>`
      insert into provider_paces as pace (account_id, lane, next_free_at)
      values (${accountId}, ${lane}, ${now}::timestamptz + ${intervalMs} * interval '1 millisecond')
      on conflict (account_id, lane) do update
      set next_free_at = ${intervalMs} * interval '1 millisecond' + case
        when pace.next_free_at > ${now}::timestamptz + ${farthestMs} * interval '1 millisecond' then ${now}::timestamptz
        else greatest(${now}::timestamptz, pace.next_free_at) end
      returning next_free_at - ${intervalMs} * interval '1 millisecond' as at, refusals`.execute(db);
    const [slot] = rows;
    if (slot === undefined) throw new Error('a slot was not reserved');
    return slot;
  },
  /** After a refusal: nothing before `until`. */
  pushOut: async (accountId: string, lane: string, until: Date): Promise<void> => {
    await sql`
      update provider_paces set next_free_at = greatest(next_free_at, ${until}), refusals = refusals + 1
      where account_id = ${accountId} and lane = ${lane}`.execute(db);
  },
  clearRefusals: async (accountId: string, lane: string): Promise<void> => {
    await sql`
      update provider_paces set refusals = 0
      where account_id = ${accountId} and lane = ${lane} and refusals > 0`.execute(db);
  },
});

export type PaceStore = ReturnType<typeof createPaceStore>;
