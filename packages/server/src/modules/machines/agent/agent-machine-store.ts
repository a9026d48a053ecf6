import { sql } from 'kysely';
import type { IdlePolicy } from '@dumont/contracts/machines/instances';
import type { Scope } from '../../../kernel/access/caller.ts';
import { within } from '../../../kernel/access/scope-sql.ts';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import type { MachineState, OperationKind } from '../machine.ts';

/** A machine as its agent's figures show it. */
export interface AgentMachineRow {
  readonly id: string;
  readonly project_id: string;
  readonly owner_id: string | null;
  readonly label: string;
  readonly state: MachineState;
  readonly operation: OperationKind | null;
  readonly idle_policy: IdlePolicy;
  readonly idle_since: Date | null;
  readonly keep_until: Date | null;
  readonly last_beat_at: Date | null;
  /** Of the last beat: the mean of all GPUs. */
  readonly gpu_percent: number | null;
}

const columns = sql`m.id, m.project_id, m.owner_id, m.label, m.state, m.idle_policy, m.idle_since, m.keep_until,
  m.last_beat_at, (select kind from machine_operations o where o.machine_id = m.id and o.finished_at is null) as operation,
  (select (select avg(one)::real from unnest(s.gpu_percent) one) from machine_samples s
    where s.machine_id = m.id and s.at = m.last_beat_at) as gpu_percent`;

const seen = (scope: Scope) => within(scope, { project: sql`m.project_id`, owner: sql`m.owner_id` });

export const createAgentMachineStore = (db: Database) => ({
  transaction: <T>(work: (tx: Executor) => Promise<T>): Promise<T> => db.transaction().execute(work),
  /** Those that ever had an agent, newest first. */
  list: async (scope: Scope, limit: number): Promise<AgentMachineRow[]> => {
    const { rows } = await sql<AgentMachineRow>`
      select ${columns} from machines m
      where m.state <> 'destroyed' and m.last_beat_at is not null and ${seen(scope)}
      order by m.id desc limit ${limit}`.execute(db);
    return rows;
  },
  find: async (scope: Scope, id: string): Promise<AgentMachineRow | undefined> => {
    const { rows } = await sql<AgentMachineRow>`
      select ${columns} from machines m where m.id = ${id} and ${seen(scope)}`.execute(db);
    return rows[0];
  },
  /**
   * Keeps it awake until then, and looked at no later than when that or its window is over. False for a machine that
   * does not run, or is on its way to sleep.
   */
  keep: async (executor: Executor, id: string, keepUntil: Date | null): Promise<boolean> => {
    const { rows } = await sql`
      update machines m set keep_until = ${keepUntil},
        due_at = least(m.due_at, greatest(${keepUntil}::timestamptz,
          m.idle_since + make_interval(secs => (m.idle_policy ->> 'window_seconds')::float8)))
      where m.id = ${id} and m.state = 'running' and not exists (
        select from machine_operations o where o.machine_id = m.id and o.finished_at is null
          and o.kind in ('hibernate', 'pause', 'destroy'))
      returning m.id`.execute(executor);
    return rows.length > 0;
  },
});
export type AgentMachineStore = ReturnType<typeof createAgentMachineStore>;
