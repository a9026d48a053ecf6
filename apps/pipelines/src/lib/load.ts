import type pg from 'pg';
import { databaseFailure } from './database.ts';
import { readDelimited, type RowCounts, type RowProblem, type RowSpec } from './delimited.ts';
import type { RowSink } from './copy.ts';
import type { FileKind } from './file-kind.ts';
import { PipelineFailure } from './failure.ts';
import type { Source, SourceFile } from './source.ts';
import {
  createLoadTransaction,
  discardingTransaction,
  noChanges,
  type DaySpan,
  type LoadTransaction,
  type MergeCounts,
} from './staging.ts';
import type { SystemContext } from './system.ts';
import { DamagedArchive } from './zip.ts';

export interface LoadResult extends MergeCounts {
  readonly counts: RowCounts;
  /** What a reader of the data should know, such as reports that do not add up. */
  readonly notes?: readonly string[];
}

export interface LoadRequest {
  readonly source: Source;
  readonly name: string;
  readonly kind: FileKind;
  /** Raise it when the same file would be read differently, so that it is loaded again. */
  readonly version: number;
  load(file: SourceFile, transaction: LoadTransaction): Promise<LoadResult>;
}

interface KnownFile {
  readonly id: number;
  readonly sha256: string;
  readonly loader_version: number;
  readonly first_day: string | null;
  readonly last_day: string | null;
}

const warnedRowsPerFile = 5;

/** Collects bad rows: all into the artifact, the first ones into the log. */
export function rowProblemReporter(context: SystemContext, file: string): (problem: RowProblem) => void {
  let warned = 0;
  return ({ line, column, reason, content }) => {
    context.rejected.add({ system: context.system.id, file, line, column, reason, content });
    warned += 1;
    const where = column === '' ? '' : `${column} `;
    if (warned <= warnedRowsPerFile) context.log.warn(`${file} line ${line}: ${where}${reason}`);
    else if (warned === warnedRowsPerFile + 1)
      context.log.warn(`${file}: further bad rows are in rejected-rows.csv`);
  };
}

/** Reads one CSV of a file into `sink`, with bad rows reported. */
export function readRows(
  context: SystemContext,
  file: string,
  bytes: AsyncIterable<Buffer>,
  spec: RowSpec,
  sink: RowSink,
): Promise<RowCounts> {
  return readDelimited(bytes, file, spec, sink, rowProblemReporter(context, file));
}

export function addRowCounts(a: RowCounts, b: RowCounts): RowCounts {
  return { read: a.read + b.read, rejected: a.rejected + b.rejected };
}

async function findKnown(client: pg.Client, system: string, name: string): Promise<KnownFile | undefined> {
  const { rows } = await client.query<KnownFile>(
    `SELECT id, sha256, loader_version, first_day::text, last_day::text
     FROM funds.source_file WHERE system = $1 AND name = $2`,
    [system, name],
  );
  return rows[0];
}

async function insertFile(client: pg.Client, context: SystemContext, file: SourceFile): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO funds.source_file (system, name, sha256, loader_version, size_bytes, rows_read, rows_rejected,
       rows_duplicate, rows_changed, rows_removed, loaded_at)
     VALUES ($1, $2, $3, 0, 0, 0, 0, 0, 0, 0, now()) RETURNING id`,
    [context.system.id, file.name, file.sha256],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('insert returned no row');
  return id;
}

async function recordLoad(
  client: pg.Client,
  file: SourceFile,
  version: number,
  id: number,
  result: LoadResult,
  span: DaySpan | undefined,
): Promise<void> {
  const { counts, duplicate, changed, removed } = result;
  const figures = [counts.read, counts.rejected, duplicate, changed, removed];
  await client.query(
    `UPDATE funds.source_file SET sha256 = $2, rows_read = $3, rows_rejected = $4, rows_duplicate = $5,
       rows_changed = $6, rows_removed = $7, loader_version = $8, size_bytes = $9, first_day = $10, last_day = $11,
       loaded_at = now()
     WHERE id = $1`,
    [id, file.sha256, ...figures, version, file.sizeBytes, span?.first ?? null, span?.last ?? null],
  );
  await client.query(
    `INSERT INTO funds.ingestion (source_file_id, sha256, rows_read, rows_rejected, rows_duplicate, rows_changed,
       rows_removed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, file.sha256, ...figures],
  );
}

function refuseAllRejected(file: string, { read, rejected }: RowCounts): void {
  if (read > 0 && rejected === read)
    throw new PipelineFailure(
      `${file}: every one of its ${read} rows is bad, so nothing was loaded (the format changed?)`,
    );
}

/** One transaction: a kill at any moment leaves the file as it was before, and the next run loads it whole. */
async function loadInTransaction(
  context: SystemContext,
  request: LoadRequest,
  file: SourceFile,
): Promise<LoadResult | 'unchanged'> {
  const client = await context.database();
  await client.query('BEGIN');
  try {
    await client.query("SET LOCAL work_mem = '64MB'");
    // Two runs with the same file must not both load it; the second finds it loaded.
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('funds:' || $1, 0))", [
      `${context.system.id}:${file.name}`,
    ]);
    const known = await findKnown(client, context.system.id, file.name);
    const current = known?.sha256 === file.sha256 && known.loader_version === request.version;
    if (current && !context.arguments.clean) {
      await client.query('COMMIT');
      return 'unchanged';
    }
    const id = known?.id ?? (await insertFile(client, context, file));
    const span = known?.first_day && known.last_day ? { first: known.first_day, last: known.last_day } : null;
    const transaction = createLoadTransaction(client, id, known && { span });
    const result = await request.load(file, transaction);
    refuseAllRejected(file.name, result.counts);
    await recordLoad(client, file, request.version, id, result, transaction.span);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that broke has rolled back by itself.
    await client.query('ROLLBACK').catch(() => undefined);
    throw databaseFailure(`${file.name}: nothing was loaded`, error);
  }
}

async function loadOnce(context: SystemContext, request: LoadRequest): Promise<void> {
  const started = context.runtime.now().getTime();
  const file = await request.source.get(request.name, request.kind);
  const base = { file: file.name, sha256: file.sha256, sizeBytes: file.sizeBytes };
  let result: LoadResult | 'unchanged';
  if (context.arguments.dryRun) {
    result = { ...noChanges, ...(await request.load(file, discardingTransaction)) };
    refuseAllRejected(file.name, result.counts);
  } else result = await loadInTransaction(context, request, file);
  if (result === 'unchanged') {
    context.log.info(`${file.name}: the same file is loaded already`);
    context.report({ ...base, outcome: 'unchanged' });
    return;
  }
  const seconds = (context.runtime.now().getTime() - started) / 1000;
  const { counts, duplicate, changed, removed, notes } = result;
  for (const note of notes ?? []) context.log.warn(`${file.name}: ${note}`);
  const text = [
    `${counts.read} rows read`,
    ...(context.arguments.dryRun ? [] : [`${changed} new or changed`]),
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(duplicate > 0 ? [`${duplicate} repeated (the last one counts)`] : []),
    ...(counts.rejected > 0 ? [`${counts.rejected} rejected`] : []),
  ].join(', ');
  context.log.info(
    `${file.name}: ${text} in ${seconds.toFixed(1)} s${context.arguments.dryRun ? ' (dry run)' : ''}`,
  );
  context.report({
    ...base,
    outcome: context.arguments.dryRun ? 'checked' : 'loaded',
    rowsRead: counts.read,
    rowsRejected: counts.rejected,
    rowsDuplicate: duplicate,
    rowsChanged: changed,
    rowsRemoved: removed,
    seconds,
    ...(notes && notes.length > 0 ? { notes } : {}),
  });
}

/**
 * Brings one file and loads it, once per version of it. A damaged archive is fetched a second time: what was kept may
 * be at fault.
 */
export async function loadFile(context: SystemContext, request: LoadRequest): Promise<void> {
  try {
    await loadOnce(context, request);
  } catch (error) {
    if (!(error instanceof DamagedArchive)) throw error;
    await request.source.forget(request.name);
    context.log.warn(`${error.message}; fetching it again`);
    await loadOnce(context, request);
  }
}
