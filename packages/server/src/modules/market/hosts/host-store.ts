import { sql } from 'kysely';
import type { Scope } from '../../../kernel/access/caller.ts';
import { within } from '../../../kernel/access/scope-sql.ts';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import type { HostAttempt, HostRecord } from '../market-api.ts';
import { decay, ranking } from '../offers/rank.ts';

interface RecordRow {
  readonly hostMachineId: string;
  readonly attempts: number;
  readonly usable: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly usableWeight: number;
  readonly failedWeight: number;
  readonly readyWeightSeconds: number;
  readonly weighedAt: Date;
}

export type HostRecordWithoutBlacklist = Omit<HostRecord, 'blacklisted' | 'blacklistReason'>;

const recordOf = (row: RecordRow, now: Date): HostRecordWithoutBlacklist => {
  const factor = decay(now.getTime() - row.weighedAt.getTime());
  return {
    attempts: row.attempts,
    usable: row.usable,
    failures: row.failures,
    usableWeight: row.usableWeight * factor,
    failedWeight: row.failedWeight * factor,
    readySeconds: row.usableWeight > 0 ? row.readyWeightSeconds / row.usableWeight : null,
  };
};

export interface HostAttemptRow {
  readonly id: string;
  readonly projectId: string;
  readonly hostMachineId: string;
  readonly hostId: string;
  readonly outcome: 'usable' | 'failed';
  readonly failure: string | null;
  readonly seconds: number;
  readonly at: Date;
}

export const createHostStore = (db: Database) => ({
  transaction: <T>(work: (tx: Executor) => Promise<T>): Promise<T> => db.transaction().execute(work),
  /** Of the hosts that were ever tried; weights as of `now`. */
  listRecords: async (
    marketplace: string,
    hostMachineIds: readonly string[],
    now: Date,
  ): Promise<ReadonlyMap<string, HostRecordWithoutBlacklist>> => {
    const { rows } = await sql<RecordRow>`
      select host_machine_id as "hostMachineId", attempts, usable, failures, usable_weight as "usableWeight",
        failed_weight as "failedWeight", ready_weight_seconds as "readyWeightSeconds", weighed_at as "weighedAt"
      from hosts
      where marketplace = ${marketplace} and attempts > 0
        and host_machine_id = any(${[...hostMachineIds]}::text[])`.execute(db);
    return new Map(rows.map((row) => [row.hostMachineId, recordOf(row, now)]));
  },
  insertAttempt: async (
    tx: Executor,
    attempt: HostAttempt & { id: string; marketplace: string; projectId: string },
  ): Promise<void> => {
    await tx
      .insertInto('host_attempts')
      .values({
        id: attempt.id,
        marketplace: attempt.marketplace,
        host_machine_id: attempt.hostMachineId,
        host_id: attempt.hostId,
        project_id: attempt.projectId,
        outcome: attempt.outcome,
        failure: attempt.failure ?? null,
        seconds: attempt.seconds,
        at: attempt.at,
      })
      .execute();
  },
  /** In one statement, so that two replicas both count. Attempts may come in any order of their times. */
  countAttempt: async (tx: Executor, attempt: HostAttempt & { marketplace: string }): Promise<void> => {
    const { outcome, seconds, at } = attempt;
    const usable = outcome === 'usable' ? 1 : 0;
    const failure = outcome === 'failed' ? (attempt.failure ?? 'unknown') : null;
    const halfLife = sql`interval '1 day' * ${ranking.halfLifeDays}::float8`;
    const weighedAt = sql`greatest(host.weighed_at, ${at}::timestamptz)`;
    const since = (moment: ReturnType<typeof sql>) =>
      sql`power(0.5::float8, extract(epoch from ${weighedAt} - ${moment})::float8 / extract(epoch from ${halfLife})::float8)`;
    const old = sql`coalesce(${since(sql`host.weighed_at`)}, 0)`;
    const own = since(sql`${at}::timestamptz`);
    await sql`
      insert into hosts as host (marketplace, host_machine_id, host_id, attempts, usable, failures, usable_weight,
        failed_weight, ready_weight_seconds, weighed_at)
      values (${attempt.marketplace}, ${attempt.hostMachineId}, ${attempt.hostId}, 1, ${usable},
        case when ${failure}::text is null then '{}'::jsonb else jsonb_build_object(${failure}::text, 1) end,
        ${usable}, ${1 - usable}, ${usable * seconds}, ${at})
      on conflict (marketplace, host_machine_id) do update set
        host_id = excluded.host_id,
        attempts = host.attempts + 1,
        usable = host.usable + ${usable},
        failures = case when ${failure}::text is null then host.failures
          else host.failures || jsonb_build_object(${failure}::text, coalesce((host.failures ->> ${failure}::text)::int, 0) + 1) end,
        usable_weight = host.usable_weight * ${old} + ${usable}::float8 * ${own},
        failed_weight = host.failed_weight * ${old} + ${1 - usable}::float8 * ${own},
        ready_weight_seconds = host.ready_weight_seconds * ${old} + ${usable * seconds}::float8 * ${own},
        weighed_at = ${weighedAt}`.execute(tx);
  },
  listAttempts: async (
    scope: Scope,
    filter: { projectId: string | undefined; hostMachineId: string | undefined },
    before: string | undefined,
    limit: number,
  ): Promise<HostAttemptRow[]> => {
    const { rows } = await sql<HostAttemptRow>`
      select id, project_id as "projectId", host_machine_id as "hostMachineId", host_id as "hostId", outcome, failure,
        seconds, at
      from host_attempts
      where ${within(scope, { project: sql.ref('project_id') })}
        and (${filter.projectId ?? null}::uuid is null or project_id = ${filter.projectId ?? null}::uuid)
        and (${filter.hostMachineId ?? null}::text is null or host_machine_id = ${filter.hostMachineId ?? null}::text)
        and (${before ?? null}::uuid is null or id < ${before ?? null}::uuid)
      order by id desc limit ${limit}`.execute(db);
    return rows;
  },
  deleteAttemptsBefore: async (before: Date): Promise<void> => {
    await sql`delete from host_attempts where at < ${before}`.execute(db);
  },
});

export type HostStore = ReturnType<typeof createHostStore>;
