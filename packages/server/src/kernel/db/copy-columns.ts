import { sql } from 'kysely';
import type { Executor } from './database.ts';
import { sliceBytes } from './lent-slices.ts';
import type { DB } from './schema.gen.ts';

/** Text in UTF-8, in slices of some tens of kilobytes. Who sent them on may give them back (`giveBackSlice`). */
export type Slices = readonly Buffer[];

export const joinSlices = (slices: Slices | null): string | null =>
  slices === null ? null : Buffer.concat(slices).toString();

/** The number of the column, where in it the bytes begin, and they. */
type Slice = readonly [Buffer, Buffer, Buffer | null];
const byPlace = ([, a]: Slice, [, b]: Slice): number => a.readInt32BE() - b.readInt32BE();

/**
 * Text columns of the row with this id, as they are kept; undefined where it is not there. For documents that go out
 * again as they came: a megabyte becomes no text on its way, and is never in one piece, which an ordinary query costs
 * three times as much time. Small columns alone are read faster by such a query.
 */
export const copyColumns = async <Column extends string>(
  executor: Executor,
  table: keyof DB,
  columns: readonly Column[],
  id: string,
): Promise<Record<Column, Slices | null> | undefined> => {
  const texts = columns.map((name, at) => sql`(${sql.lit(at)}, convert_to(t.${sql.ref(name)}, 'UTF8'))`);
  // What copies takes no parameters. Null and an empty text have one slice as well: a row that is there has some.
  const query = sql`
    select part.at, slice.at, substr(part.bytes, slice.at, ${sql.lit(sliceBytes)})
    from ${sql.table(table)} t
      cross join lateral (values ${sql.join(texts)}) part (at, bytes)
      cross join lateral generate_series(1, greatest(1, length(part.bytes)), ${sql.lit(sliceBytes)}) slice (at)
    where t.id = ${sql.lit(id)}`;
  const { rows } = await sql<Slice>`copy (${query}) to stdout (format binary)`.execute(executor);
  if (rows.length === 0) return undefined;
  // Sorted here: PostgreSQL would move each slice for it.
  const parts = Map.groupBy(rows.toSorted(byPlace), ([part]) => part.readInt32BE());
  const slicesOf = (column: number): Slices | null => {
    const slices = (parts.get(column) ?? []).map(([, , bytes]) => bytes);
    return slices.every((bytes) => bytes !== null) ? slices : null;
  };
  return Object.fromEntries(columns.map((name, at) => [name, slicesOf(at)])) as Record<Column, Slices | null>;
};
