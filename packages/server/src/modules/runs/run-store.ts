import { CompiledQuery, sql, type SelectQueryBuilder, type Selectable } from 'kysely';
import { runStates, type RunState } from '@dumont/contracts/runs/runs';
import { reaches, type Scope } from '../../kernel/access/caller.ts';
import { within } from '../../kernel/access/scope-sql.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import type { DB, Json, Runs } from '../../kernel/db/schema.gen.ts';

export type RunRow = Selectable<Runs>;

export interface RunFilter {
  readonly projectId?: string | undefined;
  readonly number?: number | undefined;
  readonly kind?: string | undefined;
  readonly subject?: string | undefined;
  readonly states?: readonly RunState[] | undefined;
  readonly scheduleId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/**
 * Numbers and times of queueing rise together, but for what clocks of replicas differ and a transaction takes: far
 * less than this.
 */
const numberingSlack = sql`interval '1 hour'`;

const maxNumber = Number.MAX_SAFE_INTEGER;

/** Of the parameters of a run, which may be 1 MB, a list carries those that are no longer than this, as JSON. */
const listedParamsBytes = 4096;

/** What people see of a row, but for its parameters. */
const shownColumns = [
  'id',
  'number',
  'project_id',
  'kind',
  'subject',
  'state',
  'executor',
  'requirements',
  'priority',
  'concurrency_limit',
  'progress',
  'progress_estimated',
  'message',
  'parts',
  'attempt',
  'max_attempts',
  'timeout_seconds',
  'exit_code',
  'error_code',
  'error_message',
  'created_by',
  'schedule_id',
  'rerun_of',
  'queued_at',
  'due_at',
  'started_at',
  'finished_at',
  'cancel_requested_at',
  'log_lines',
] as const satisfies readonly (keyof RunRow)[];

/** A row as lists and events carry it. */
export type ShownRun = Pick<RunRow, (typeof shownColumns)[number] | 'params'>;

/**
 * null stands for parameters that are too long. The size on disk, compressed, is looked at first: what is large is not
 * even read. One text: a builder that goes through so many columns takes longer than the statement does.
 */
const shown = sql<Json>`${sql.raw(shownColumns.join(', '))}, case
  when pg_column_size(params) > ${sql.lit(listedParamsBytes)} or octet_length(params::text) > ${sql.lit(listedParamsBytes)}
  then null else params end`.as('params');

/** Reads of runs; a scope decides which. */
export const createRunReader = (db: Database) => {
  const filtered = (scope: Scope, filter: RunFilter) => {
    let query = db
      .selectFrom('runs')
      .where((eb) => within(scope, { project: eb.ref('project_id'), owner: eb.ref('created_by') }));
    if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
    if (filter.number !== undefined) query = query.where('number', '=', filter.number);
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject);
    if (filter.scheduleId !== undefined) query = query.where('schedule_id', '=', filter.scheduleId);
    // The bounds on the number keep a list, which is read by number, from walking through all that is newer or older.
    if (filter.from !== undefined) {
      query = query
        .where('queued_at', '>=', filter.from)
        .where(
          sql<boolean>`number > coalesce((select number from runs where queued_at < ${filter.from}::timestamptz - ${numberingSlack} order by queued_at desc limit 1), 0)`,
        );
    }
    if (filter.to !== undefined) {
      query = query
        .where('queued_at', '<', filter.to)
        .where(
          sql<boolean>`number < coalesce((select number from runs where queued_at >= ${filter.to}::timestamptz + ${numberingSlack} order by queued_at limit 1), ${maxNumber}::bigint)`,
        );
    }
    return query;
  };
  const ofStates = (states: readonly RunState[] | undefined) =>
    states === undefined ? sql<boolean>`true` : sql<boolean>`state = any(${[...states]}::text[])`;

  /**
   * The newest of each state, then the newest of them. A planner that knows only how common states are on average
   * would walk by number, through a million runs for a state that none is in: an order that starts with the state
   * leaves it the index of states. With `=` it would see that there is only one, and drop it from the order.
   */
  const newestByState = async (
    states: readonly RunState[],
    matching: SelectQueryBuilder<DB, 'runs', ShownRun>,
    limit: number,
  ): Promise<ShownRun[]> => {
    const newest = matching
      .where(sql<boolean>`runs.state = any(array[wanted.state, wanted.state])`)
      .orderBy('state')
      .orderBy('number', 'desc')
      .limit(limit);
    const { rows } = await sql<ShownRun>`
      select run.* from unnest(${[...states]}::text[]) as wanted (state), lateral (${newest}) as run
      order by run.number desc limit ${limit}`.execute(db);
    return rows;
  };
  return {
    /** One text for every scope, not built anew: building it costs more than sending it. */
    findRun: async (scope: Scope, id: string): Promise<RunRow | undefined> => {
      const { rows } = await db.executeQuery<RunRow>(
        CompiledQuery.raw('select * from runs where id = $1', [id]),
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      return reaches(scope, { projectId: row.project_id, ownerId: row.created_by }) ? row : undefined;
    },
    findRunByNumber: (scope: Scope, number: number): Promise<RunRow | undefined> =>
      filtered(scope, {}).selectAll().where('number', '=', number).executeTakeFirst(),
    listRuns: (
      scope: Scope,
      filter: RunFilter,
      beforeNumber: number | undefined,
      limit: number,
    ): Promise<ShownRun[]> => {
      let query = filtered(scope, filter).select(shown).$castTo<ShownRun>();
      if (beforeNumber !== undefined) query = query.where('number', '<', beforeNumber);
      // The index of subjects has the state before the number.
      const states = filter.states ?? (filter.subject === undefined ? undefined : runStates);
      return states === undefined
        ? query.orderBy('number', 'desc').limit(limit).execute()
        : newestByState([...new Set(states)], query, limit);
    },
    listRunsByOffset: async (scope: Scope, filter: RunFilter, offset: number, limit: number) => {
      const [rows, count] = await Promise.all([
        filtered(scope, filter)
          .where(ofStates(filter.states))
          .select(shown)
          .$castTo<ShownRun>()
          .orderBy('number', 'desc')
          .offset(offset)
          .limit(limit)
          .execute(),
        filtered(scope, filter)
          .where(ofStates(filter.states))
          .select((eb) => eb.fn.countAll<number>().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return { rows, total: count.total };
    },
    /** As lists have them. */
    listByIds: (ids: readonly string[]): Promise<ShownRun[]> =>
      db
        .selectFrom('runs')
        .select(shown)
        .$castTo<ShownRun>()
        .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
        .execute(),
    listStandings: (ids: readonly string[]) =>
      db
        .selectFrom('runs')
        .select(['id', 'state', 'error_message as error', 'finished_at as finishedAt'])
        .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
        .execute(),
    /** The latest run of each part, newest runs looked at first, within the last `depth` runs of the kind. */
    latestByPart: async (projectId: string, kind: string, depth: number): Promise<ShownRun[]> =>
      db
        .selectFrom('runs')
        .select(shown)
        .$castTo<ShownRun>()
        .where('project_id', '=', projectId)
        .where('kind', '=', kind)
        .orderBy('number', 'desc')
        .limit(depth)
        .execute(),
    countWaiting: async (): Promise<number> => {
      const row = await db
        .selectFrom('runs')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('state', '=', 'queued')
        .executeTakeFirstOrThrow();
      return row.count;
    },
  };
};
export type RunReader = ReturnType<typeof createRunReader>;

/** A queued run ends at once; a working one is asked to. Undefined when it has ended already. */
export const requestCancel = async (tx: Transactor, id: string, now: Date): Promise<RunRow | undefined> =>
  tx
    .updateTable('runs')
    .set((eb) => ({
      cancel_requested_at: eb.fn.coalesce('cancel_requested_at', eb.val(now)),
      state: sql`case when state = 'queued' then 'cancelled' else state end`,
      finished_at: sql`case when state = 'queued' then ${now}::timestamptz else finished_at end`,
      parts: sql`case when state = 'queued' then (
        select coalesce(jsonb_agg(part || '{"state": "cancelled"}'), '[]') from jsonb_array_elements(parts) part
      ) else parts end`,
    }))
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'starting', 'running'])
    .returningAll()
    .executeTakeFirst();

export interface ClaimedRun extends RunRow {
  /** True when another worker held it and let its lease run out. */
  readonly lost: boolean;
}

/** Waiting runs that one look takes into account. */
const claimWindow = 1000;

/** One claimer at a time over all replicas: that is what makes limits by key exact. */
const claimLock = 7_031_869;

/**
 * Leases run by the clock of the database: clocks of hosts differ, and one that is ahead would find the runs of all
 * others lost.
 */
const inMs = (ms: number) => sql<Date>`statement_timestamp() + make_interval(secs => ${ms / 1000})`;

export interface RunLease {
  readonly token: string;
  readonly forMs: number;
  /** Of this process, for when runs are due. */
  readonly now: Date;
  readonly held: readonly string[];
}

/** Runs whose worker let its lease run out, the longest lost first. */
const takeOverLost = (
  tx: Transactor,
  lease: RunLease,
  limits: { executors: readonly string[]; lost: number; lostForMs?: number },
): Promise<RunRow[]> =>
  tx
    .updateTable('runs')
    .set({ lease_token: lease.token, lease_expires_at: inMs(lease.forMs) })
    .where((eb) =>
      eb(
        'id',
        'in',
        eb
          .selectFrom('runs')
          .select('id')
          .where('state', 'in', ['starting', 'running'])
          .where('lease_expires_at', '<', inMs(-(limits.lostForMs ?? 0)))
          .where(sql<boolean>`executor = any(${[...limits.executors]}::text[])`)
          .where(sql<boolean>`not (id = any(${[...lease.held]}::uuid[]))`)
          .orderBy('lease_expires_at')
          .limit(limits.lost)
          .forUpdate()
          .skipLocked(),
      ),
    )
    .returningAll()
    .execute();

/**
 * Takes over runs whose worker let its lease run out, then starts waiting ones by priority and age, where
 * their key has a place. A limit of no lost ones does not look for them; `lostForMs` leaves out those lost just now.
 * Runs in its own transaction.
 */
export const claimRuns = async (
  tx: Transactor,
  lease: RunLease,
  limits: { executors: readonly string[]; waiting: number; lost: number; lostForMs?: number },
): Promise<ClaimedRun[]> => {
  await sql`select pg_advisory_xact_lock(${claimLock})`.execute(tx);
  const lost = limits.lost === 0 ? [] : await takeOverLost(tx, lease, limits);
  const started: RunRow[] = [];
  for (;;) {
    const places = limits.waiting - lost.length - started.length;
    if (places <= 0) break;
    const { rows, isWhole } = await startWaiting(tx, lease, limits.executors, places);
    started.push(...rows);
    // Keys that have no place left now are passed over by the next look, which sees what waits behind them.
    if (isWhole || rows.length === 0) break;
  }
  const ordered = started.toSorted((a, b) => b.priority - a.priority || a.number - b.number);
  return [...lost.map((row) => ({ ...row, lost: true })), ...ordered.map((row) => ({ ...row, lost: false }))];
};

/** One look at the queue: starts up to `places` of the runs that it sees. `isWhole`: it saw all that could start. */
const startWaiting = async (
  tx: Transactor,
  lease: RunLease,
  executors: readonly string[],
  places: number,
): Promise<{ rows: readonly RunRow[]; isWhole: boolean }> => {
  const { rows } = await sql<RunRow & { looked_at: number }>`
    with busy as materialized (
      select concurrency_key, count(*) as places
      from runs where state in ('starting', 'running') and concurrency_key is not null group by 1
    ), candidates as (
      select id, priority, number, concurrency_key, concurrency_limit,
        row_number() over (partition by concurrency_key order by priority desc, number) as place
      from (
        select r.id, r.priority, r.number, r.concurrency_key, r.concurrency_limit
        from runs r
        where r.state = 'queued' and r.due_at <= ${lease.now} and r.executor = any(${[...executors]}::text[])
          and not exists (
            select from busy b where b.concurrency_key = r.concurrency_key and b.places >= r.concurrency_limit
          )
        order by r.priority desc, r.number
        limit ${claimWindow}
      ) waiting
    ), chosen as (
      select c.id
      from candidates c left join busy b using (concurrency_key)
      where c.concurrency_key is null or c.place + coalesce(b.places, 0) <= c.concurrency_limit
      order by c.priority desc, c.number
      limit ${places}
    )
    update runs set state = 'starting', attempt = attempt + 1,
      lease_token = ${lease.token}, lease_expires_at = ${inMs(lease.forMs)},
      stdout_offset = 0, stderr_offset = 0, exit_code = null, error_code = null, error_message = null, message = null
    -- Asked once more of the locked row: a cancel may have come between.
    where id in (select id from chosen) and state = 'queued'
    returning *, (select count(*) from candidates) as looked_at`.execute(tx);
  return {
    rows: rows.map(({ looked_at: _, ...row }) => row),
    isWhole: (rows[0]?.looked_at ?? 0) < claimWindow,
  };
};

export const renewRuns = async (
  db: Database,
  held: readonly { id: string; token: string }[],
  forMs: number,
): Promise<readonly { id: string; cancelRequested: boolean }[]> => {
  const { rows } = await sql<{ id: string; cancel_requested: boolean }>`
    update runs r set lease_expires_at = ${inMs(forMs)}
    from unnest(${held.map((row) => row.id)}::uuid[], ${held.map((row) => row.token)}::uuid[]) as held (id, token)
    where r.id = held.id and r.lease_token = held.token
    returning r.id, r.cancel_requested_at is not null as cancel_requested`.execute(db);
  return rows.map((row) => ({ id: row.id, cancelRequested: row.cancel_requested }));
};

/** Gives a run back at once, for the next worker to take over as lost: this one stops. */
export const releaseRun = async (db: Database, id: string, token: string): Promise<void> => {
  await db
    .updateTable('runs')
    .set({ lease_expires_at: inMs(-1) })
    .where('id', '=', id)
    .where('lease_token', '=', token)
    .execute();
};

/** Whether someone asked for the end meanwhile; holds the row, so that nobody asks until the transaction ends. */
export const isCancelRequested = async (tx: Transactor, id: string, token: string): Promise<boolean> => {
  const row = await tx
    .selectFrom('runs')
    .select('cancel_requested_at')
    .where('id', '=', id)
    .where('lease_token', '=', token)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined && row.cancel_requested_at !== null;
};

/** Those of the attempts whose run has ended or is at a later one; runs that are not known are left out. */
export const listEndedAttempts = async (
  db: Database,
  attempts: readonly { readonly runId: string; readonly attempt: number }[],
): Promise<readonly { readonly runId: string; readonly attempt: number }[]> => {
  const known = attempts.filter(({ runId }) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(runId));
  const { rows } = await sql<{ runId: string; attempt: number }>`
    select kept.run_id as "runId", kept.attempt
    from unnest(${known.map(({ runId }) => runId)}::uuid[], ${known.map(({ attempt }) => attempt)}::integer[])
      as kept (run_id, attempt)
    join runs on runs.id = kept.run_id
    where runs.finished_at is not null or runs.attempt > kept.attempt`.execute(db);
  return rows;
};
