import { sql } from 'kysely';
import { logLevels, type LogLevel, type LogLine } from '@dumont/contracts/runs/logs';
import type { RunPart } from '@dumont/contracts/runs/runs';
import type { Database } from '../../kernel/db/database.ts';

export const logSources = ['stdout', 'stderr', 'dumont'] as const;
export type LogSource = (typeof logSources)[number];

export interface NewLine {
  readonly level: LogLevel;
  readonly source: LogSource;
  readonly system: string | null;
  readonly message: string;
}

export interface LogBatch {
  readonly runId: string;
  readonly token: string;
  readonly firstSeq: number;
  readonly ts: Date;
  readonly lines: readonly NewLine[];
  readonly stdoutOffset: number;
  readonly stderrOffset: number;
  readonly progress:
    | { readonly percent: number | null; readonly estimated: boolean; readonly message: string | null }
    | undefined;
  readonly parts: readonly RunPart[] | undefined;
  readonly systems: readonly string[];
}

interface LineRow {
  seq: number;
  /** Milliseconds since 1970: a date costs more to parse than the whole rest of the row. */
  ts: number;
  level: number;
  source: number;
  system: string | null;
  message: string;
}

/** Lines of one batch carry the same time: it is written out once for all of them. */
const createStamps = (): ((ms: number) => string) => {
  let lastMs = Number.NaN;
  let last = '';
  return (ms) => {
    if (ms !== lastMs) [lastMs, last] = [ms, new Date(ms).toISOString()];
    return last;
  };
};

const toLine = (row: LineRow, stamp: (ms: number) => string): LogLine => ({
  seq: row.seq,
  ts: stamp(row.ts),
  level: logLevels[row.level] ?? 'INFO',
  system: row.system,
  source: logSources[row.source] ?? 'dumont',
  message: row.message,
});

export interface LogFilter {
  readonly level?: LogLevel | undefined;
  readonly system?: string | undefined;
  readonly search?: string | undefined;
}

/**
 * A filtered page looks at so many lines at most, some 5 ms; the caller reads on from where it stopped.
 * Not below the largest page.
 */
const scanLimit = 5000;

const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, (char) => `\\${char}`);

export const createLogStore = (db: Database) => ({
  /**
   * Stores the lines and how far they reach into the files in one statement, guarded by the lease: a line is
   * stored once or not at all. False when the lease is not ours any more.
   */
  append: async (batch: LogBatch): Promise<boolean> => {
    const lastSeq = batch.firstSeq + batch.lines.length - 1;
    const { rows } = await sql<{ id: string }>`
      with run as (
        update runs set
          log_lines = ${lastSeq}, stdout_offset = ${batch.stdoutOffset}, stderr_offset = ${batch.stderrOffset},
          log_systems = ${[...batch.systems]}::text[],
          progress = case when ${batch.progress !== undefined} then ${batch.progress?.percent ?? null}::real else progress end,
          progress_estimated = case when ${batch.progress !== undefined} then ${batch.progress?.estimated ?? false} else progress_estimated end,
          message = case when ${batch.progress !== undefined} then coalesce(${batch.progress?.message ?? null}, message) else message end,
          parts = coalesce(${batch.parts === undefined ? null : JSON.stringify(batch.parts)}::jsonb, parts)
        where id = ${batch.runId} and lease_token = ${batch.token}
        returning id
      ), lines as (
        insert into run_logs (run_id, seq, ts, level, source, system, message)
        select run.id, ${batch.firstSeq}::int + line.place::int - 1, ${batch.ts}, line.level, line.source, line.system, line.message
        from run, unnest(
          ${batch.lines.map((line) => logLevels.indexOf(line.level))}::smallint[],
          ${batch.lines.map((line) => logSources.indexOf(line.source))}::smallint[],
          ${batch.lines.map((line) => line.system)}::text[],
          ${batch.lines.map((line) => line.message)}::text[]
        ) with ordinality as line (level, source, system, message, place)
        -- A batch whose first reply was lost comes again, to the letter.
        on conflict do nothing
      )
      select id from run`.execute(db);
    return rows.length === 1;
  },

  /** Lines after (or, newest first turned round, before) a sequence number. */
  read: async (
    runId: string,
    range: { after?: number | undefined; before?: number | undefined; limit: number },
    filter: LogFilter = {},
  ): Promise<{ lines: LogLine[]; scannedTo: number }> => {
    const backwards = range.after === undefined;
    const isFiltered =
      filter.level !== undefined || filter.system !== undefined || filter.search !== undefined;
    const window = sql`
      select seq, (extract(epoch from ts) * 1000)::float8 as ts, level, source, system, message from run_logs
      where run_id = ${runId}
        and ${backwards ? (range.before === undefined ? sql`true` : sql`seq < ${range.before}`) : sql`seq > ${range.after}`}
      order by seq ${backwards ? sql`desc` : sql`asc`}
      limit ${isFiltered ? scanLimit : range.limit}`;
    const conditions = [
      ...(filter.level === undefined ? [] : [sql`level >= ${logLevels.indexOf(filter.level)}`]),
      ...(filter.system === undefined ? [] : [sql`system = ${filter.system}`]),
      ...(filter.search === undefined ? [] : [sql`message ilike ${`%${escapeLike(filter.search)}%`}`]),
    ];
    const { rows } = isFiltered
      ? await sql<LineRow & { edge: number | null }>`
          with seen as materialized (${window}),
          edge as (select ${backwards ? sql`min(seq)` : sql`max(seq)`} as edge from seen)
          select hit.*, edge.edge from edge left join lateral (
            select * from seen where ${sql.join(conditions, sql` and `)}
            order by seq ${backwards ? sql`desc` : sql`asc`} limit ${range.limit}
          ) hit on true`.execute(db)
      : await sql<LineRow & { edge: number | null }>`${window}`.execute(db);
    const hits = rows.filter((row) => row.seq !== null);
    const stamp = createStamps();
    const lines = hits.map((row) => toLine(row, stamp));
    const last = lines.at(-1)?.seq;
    const start = range.after ?? range.before ?? 0;
    const scannedTo = isFiltered && lines.length < range.limit ? (rows[0]?.edge ?? start) : (last ?? start);
    return { lines: backwards ? lines.toReversed() : lines, scannedTo };
  },
});
export type LogStore = ReturnType<typeof createLogStore>;
