import { sql } from 'kysely';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import { LeaseLost } from '../../kernel/lease/leased-worker.ts';

/** The lease on evaluating, of which there is one, and the events seen so far. */
export const createEvaluationStore = (db: Database) => ({
  claim: async (lease: { token: string; expiresAt: Date; now: Date }): Promise<{ id: string }[]> => {
    const { rows } = await sql<{ id: string }>`
      update alarm_evaluation set lease_token = ${lease.token}, lease_expires_at = ${lease.expiresAt}
      where lease_expires_at is null or lease_expires_at <= ${lease.now}
      returning id`.execute(db);
    return rows;
  },
  renew: async (
    held: readonly { id: string; token: string }[],
    expiresAt: Date,
  ): Promise<ReadonlySet<string>> => {
    const { rows } = await sql<{ id: string }>`
      update alarm_evaluation set lease_expires_at = ${expiresAt}
      where lease_token = any(${held.map(({ token }) => token)}::uuid[])
      returning id`.execute(db);
    return new Set(rows.map(({ id }) => id));
  },
  release: async (token: string): Promise<void> => {
    await db
      .updateTable('alarm_evaluation')
      .set({ lease_token: null, lease_expires_at: null })
      .where('lease_token', '=', token)
      .execute();
  },
  eventSeq: async (): Promise<number> => {
    const { event_seq } = await db
      .selectFrom('alarm_evaluation')
      .select('event_seq')
      .executeTakeFirstOrThrow();
    return event_seq;
  },
  /**
   * A transaction that commits only as the evaluator that we are: another one that took over meanwhile waits for
   * it, or it throws LeaseLost.
   */
  asEvaluator: <T>(token: string, work: (tx: Transactor, eventSeq: number) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('alarm_evaluation')
        .select('event_seq')
        .where('lease_token', '=', token)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) throw new LeaseLost('another replica evaluates the alarm rules');
      return work(tx, row.event_seq);
    }),
  saveEventSeq: async (tx: Transactor, seq: number): Promise<void> => {
    await tx.updateTable('alarm_evaluation').set({ event_seq: seq }).execute();
  },
});

export type EvaluationStore = ReturnType<typeof createEvaluationStore>;
