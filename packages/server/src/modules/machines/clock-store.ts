import { sql } from 'kysely';
import type { Database } from '../../kernel/db/database.ts';

/** Replicas whose clocks differ by less do each other nothing. */
const toleratedSeconds = 120;
/** A machine at rest is looked at again sooner than that. */
const longestLookSeconds = 720;

export const createClockStore = (db: Database) => ({
  /**
   * What is dated ahead was written before the clock was set back: work that would lie still until then is due, and a
   * beat of that time tells nothing of this. An account is compared every half minute.
   */
  forgetAhead: async (now: Date): Promise<void> => {
    const latest = sql`(${now}::timestamptz + make_interval(secs => ${toleratedSeconds}))`;
    const latestLook = sql`(${now}::timestamptz + make_interval(secs => ${longestLookSeconds}))`;
    const isLeased = sql`coalesce(lease_expires_at > ${latest}, false)`;
    const hasBeaten = sql`coalesce(last_beat_at > ${latest}, false)`;
    const ofMachines = sql`state <> 'destroyed' and (${hasBeaten} or due_at > ${latestLook} or ${isLeased})`;
    const ofOperations = sql`finished_at is null and phase_at > ${latest}`;
    const besideOperations = sql`o.machine_id = m.id and o.finished_at is null and m.due_at > ${latest}`;
    const ofRentals = sql`state = 'releasing' and release_asked_at > ${latest}`;
    const ofReconciliations = sql`due_at > ${latest} or ${isLeased}`;
    const { rows } = await sql<{ isAny: boolean }>`
      select exists (select from machines where ${ofMachines})
        or exists (select from machine_operations where ${ofOperations})
        or exists (select from machines m, machine_operations o where ${besideOperations})
        or exists (select from rentals where ${ofRentals})
        or exists (select from reconciliations where ${ofReconciliations}) as "isAny"`.execute(db);
    // Next to always: clocks go on.
    if (rows[0]?.isAny !== true) return;
    await db.transaction().execute(async (tx) => {
      await sql`
        with moved as (
          update machines set
            last_beat_at = case when ${hasBeaten} then null else last_beat_at end,
            idle_since = case when ${hasBeaten} then null else idle_since end,
            due_at = case when due_at > ${latestLook} then ${now} else due_at end,
            lease_token = case when ${isLeased} then null else lease_token end,
            lease_expires_at = case when ${isLeased} then null else lease_expires_at end
          where ${ofMachines}
          returning id
        )
        delete from machine_samples s using moved where s.machine_id = moved.id and s.at > ${now}`.execute(
        tx,
      );
      await sql`update machine_operations set phase_at = ${now} where ${ofOperations}`.execute(tx);
      await sql`
        update machines m set due_at = ${now} from machine_operations o where ${besideOperations}`.execute(
        tx,
      );
      await sql`update rentals set release_asked_at = null where ${ofRentals}`.execute(tx);
      await sql`
        update reconciliations set due_at = least(due_at, ${now}),
          lease_token = case when ${isLeased} then null else lease_token end,
          lease_expires_at = case when ${isLeased} then null else lease_expires_at end
        where ${ofReconciliations}`.execute(tx);
    });
  },
});
