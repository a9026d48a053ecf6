import type pg from 'pg';
import type { IsoDay } from '@dumont/contracts/calendar';
import { copyInto, discardingSink, type RowSink } from './copy.ts';

/** What a load did to a table. */
export interface MergeCounts {
  /** Rows that repeated the key of a later row of the same file. */
  readonly duplicate: number;
  /** Inserted or updated. */
  readonly changed: number;
  /** Brought by the last version of the file, and no longer in it. */
  readonly removed: number;
}

export interface DaySpan {
  readonly first: IsoDay;
  readonly last: IsoDay;
}

export const noChanges: MergeCounts = { duplicate: 0, changed: 0, removed: 0 };

export function addCounts(a: MergeCounts, b: MergeCounts): MergeCounts {
  return {
    duplicate: a.duplicate + b.duplicate,
    changed: a.changed + b.changed,
    removed: a.removed + b.removed,
  };
}

/** One file's load: one transaction. Nothing of it is visible, and nothing remains, until it is committed. */
export interface LoadTransaction {
  readonly sourceFileId: number;
  /** A temporary table of some columns of `target`, gone with the transaction. */
  createStaging(name: string, target: string, columns: readonly string[]): Promise<void>;
  /** Opens the staging table for the rows that `fill` writes; ask nothing else of the transaction meanwhile. */
  copy<T>(name: string, columns: readonly string[], fill: (sink: RowSink) => Promise<T>): Promise<T>;
  merge(request: MergeRequest): Promise<MergeCounts>;
  replace(request: ReplaceRequest): Promise<MergeCounts>;
  /** First and last day that the file speaks of, or spoke of when it was last loaded; known after merge or replace. */
  readonly span: DaySpan | undefined;
  /** Number of rows touched. */
  run(sql: string, values?: readonly unknown[]): Promise<number>;
  rows<T extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<T[]>;
}

interface StagedRows {
  readonly staging: string;
  readonly target: string;
  readonly columns: readonly string[];
  /** The rows carry a day in `dt`; the registry's do not. */
  readonly dated: boolean;
}

export interface MergeRequest extends StagedRows {
  readonly key: readonly string[];
}

export interface ReplaceRequest extends StagedRows {
  /** Rows with one of the combinations of these columns that the file has are replaced, whichever file brought them. */
  readonly slice: readonly string[];
}

/** For a dry run. */
export const discardingTransaction: LoadTransaction = {
  sourceFileId: 0,
  span: undefined,
  createStaging: () => Promise.resolve(),
  copy: (_name, _columns, fill) => fill(discardingSink),
  merge: () => Promise.resolve(noChanges),
  replace: () => Promise.resolve(noChanges),
  run: () => Promise.resolve(0),
  rows: () => Promise.resolve([]),
};

/** `previous`: the file was loaded before, with rows of that span (null where its rows have no days). */
export function createLoadTransaction(
  client: pg.Client,
  sourceFileId: number,
  previous: { readonly span: DaySpan | null } | undefined,
): LoadTransaction {
  let span: DaySpan | undefined;
  const count = async (sql: string, values: readonly unknown[] = []) =>
    (await client.query(sql, [...values])).rowCount ?? 0;
  const number = async (sql: string) =>
    Number((await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`)).rows[0]?.n ?? 0);

  async function prepare({ staging, dated }: StagedRows): Promise<void> {
    // Only what is compared with rows that are there already needs a plan made from figures.
    if (previous) await client.query(`ANALYZE ${staging}`);
    if (!dated) return;
    // Days that the file had before and has no more belong to what it changes.
    if (previous?.span) extendSpan(previous.span);
    const { rows } = await client.query<{ first: IsoDay | null; last: IsoDay | null }>(
      `SELECT min(dt)::text AS first, max(dt)::text AS last FROM ${staging}`,
    );
    const found = rows[0];
    if (found?.first && found.last) extendSpan({ first: found.first, last: found.last });
  }

  function extendSpan(by: DaySpan): void {
    span = {
      first: span && span.first < by.first ? span.first : by.first,
      last: span && span.last > by.last ? span.last : by.last,
    };
  }

  /** The span lets the block range index on `dt` find the rows: a year holds millions of others. */
  function broughtBefore(dated: boolean): string {
    const days = dated && previous?.span;
    const own = `t.source_file_id = ${sourceFileId}`;
    return days ? `${own} AND t.dt BETWEEN '${days.first}' AND '${days.last}'` : own;
  }

  /** Rows that are there already, with the same values, need no work: a restated month differs in a few. */
  async function dropUnchanged({ staging, target, columns, key, dated }: MergeRequest): Promise<void> {
    const list = (alias: string) => columns.map((column) => `${alias}.${column}`).join(', ');
    const same = key.map((column) => `t.${column} = s.${column}`).join(' AND ');
    await client.query(
      `DELETE FROM ${staging} s USING ${target} t
       WHERE ${same} AND ${broughtBefore(dated)} AND (${list('t')}) IS NOT DISTINCT FROM (${list('s')})`,
    );
  }

  async function dropDuplicates({ staging, key }: MergeRequest): Promise<number> {
    const keys = key.join(', ');
    if ((await number(`(SELECT DISTINCT ${keys} FROM ${staging}) d`)) === (await number(staging))) return 0;
    // A temporary table that was only copied into keeps the order of the file in ctid: the last row wins.
    return count(
      `DELETE FROM ${staging} WHERE ctid IN (
         SELECT ctid FROM (
           SELECT ctid, row_number() OVER (PARTITION BY ${keys} ORDER BY ctid DESC) AS place FROM ${staging}
         ) numbered WHERE place > 1)`,
    );
  }

  async function meetsOtherRows({ target, dated }: StagedRows): Promise<boolean> {
    const days = dated && span ? `WHERE dt BETWEEN '${span.first}' AND '${span.last}'` : '';
    const { rows } = await client.query<{ found: boolean }>(
      `SELECT EXISTS (SELECT FROM ${target} ${days}) AS found`,
    );
    return rows[0]?.found ?? true;
  }

  return {
    sourceFileId,
    get span() {
      return span;
    },
    run: count,
    rows: async <T extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      (await client.query<T>(sql, [...values])).rows,
    async createStaging(name, target, columns) {
      await client.query(
        `CREATE TEMPORARY TABLE ${name} ON COMMIT DROP AS SELECT ${columns.join(', ')} FROM ${target} WITH NO DATA`,
      );
    },
    copy: (name, columns, fill) => copyInto(client, name, columns, fill),
    async merge(request) {
      const { staging, target, columns, key, dated } = request;
      // One writer at a time; readers go on. Without it two files that share rows could meet between look and insert.
      await client.query(`LOCK TABLE ${target} IN SHARE ROW EXCLUSIVE MODE`);
      await prepare(request);
      const duplicate = await dropDuplicates(request);
      const keys = key.join(', ');
      let removed = 0;
      if (previous) {
        const same = key.map((column) => `s.${column} = t.${column}`).join(' AND ');
        removed = await count(
          `DELETE FROM ${target} t WHERE ${broughtBefore(dated)} AND NOT EXISTS (SELECT FROM ${staging} s WHERE ${same})`,
        );
        await dropUnchanged(request);
      }
      const others = [...columns.filter((column) => !key.includes(column)), 'source_file_id'];
      const names = [...columns, 'source_file_id'].join(', ');
      // In the order of the key: the index then grows at neighbouring places instead of everywhere.
      const insert = `INSERT INTO ${target} AS t (${names})
         SELECT ${columns.join(', ')}, ${sourceFileId} FROM ${staging} ORDER BY ${keys}`;
      // Looking for a conflict at every row doubles the time; the first load of a month cannot have any.
      const changed = (await meetsOtherRows(request))
        ? await count(
            `${insert}
             ON CONFLICT (${keys}) DO UPDATE SET ${others.map((column) => `${column} = excluded.${column}`).join(', ')}
             WHERE (${others.map((column) => `t.${column}`).join(', ')})
               IS DISTINCT FROM (${others.map((column) => `excluded.${column}`).join(', ')})`,
          )
        : await count(insert);
      return { duplicate, changed, removed };
    },
    async replace(request) {
      const { staging, target, columns, slice, dated } = request;
      await prepare(request);
      const parts = slice.join(', ');
      const days = dated && span ? `dt BETWEEN '${span.first}' AND '${span.last}' AND` : '';
      let deleted = previous ? await count(`DELETE FROM ${target} t WHERE ${broughtBefore(dated)}`) : 0;
      deleted += await count(
        `DELETE FROM ${target} WHERE ${days} (${parts}) IN (SELECT DISTINCT ${parts} FROM ${staging})`,
      );
      const changed = await count(
        `INSERT INTO ${target} (${columns.join(', ')}, source_file_id)
         SELECT ${columns.join(', ')}, ${sourceFileId} FROM ${staging}`,
      );
      return { duplicate: 0, changed, removed: Math.max(0, deleted - changed) };
    },
  };
}
