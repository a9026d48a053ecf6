import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useFormat } from '../../lib/format/use-format.ts';
import { cellText, type DocumentTable } from './document-tables.ts';
import { Grid, widthFor } from './grid.tsx';

/** Rows that are looked at for the width of a column. */
const sampledRows = 200;

type Row = DocumentTable['rows'][number];

interface DataTableProps {
  readonly table: DocumentTable;
  /** The accessible name. */
  readonly label: string;
  readonly columnLabel: (column: string) => string;
  readonly columnDescription?: (column: string) => string | undefined;
}

interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

const compare = (a: unknown, b: unknown, sign: number): number => {
  const [first, second] = [cellText(a), cellText(b)];
  if (first === second) return 0;
  if (first === undefined) return 1;
  if (second === undefined) return -1;
  return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : first.localeCompare(second));
};

const isFigure = (value: unknown): value is number => typeof value === 'number' && !Number.isInteger(value);

/** A table of a document, with the exact figure on hover where it is long; whole numbers as they are, because a thousands separator would make another id of an id. */
export const DataTable = ({ table, label, columnLabel, columnDescription }: DataTableProps) => {
  const format = useFormat();
  const { rows } = table;
  const [sort, setSort] = useState<Sort>();
  const order = useMemo(() => {
    const places = rows.map((_, index) => index);
    if (sort === undefined) return places;
    const sign = sort.descending ? -1 : 1;
    return places.toSorted((a, b) => compare(rows[a]?.[sort.column], rows[b]?.[sort.column], sign));
  }, [rows, sort]);
  const shown = (value: unknown): string | undefined =>
    isFigure(value) ? format.plain(value) : cellText(value);
  const columns = table.columns.map((name) => {
    const header = columnLabel(name);
    const mine = sort?.column === name ? sort : undefined;
    const Icon = mine?.descending ? ArrowDown : ArrowUp;
    const sample = rows.slice(0, sampledRows).map((row) => shown(row[name])?.length ?? 0);
    return {
      id: name,
      description: columnDescription?.(name),
      width: widthFor([header.length + 2, ...sample]),
      right: rows.every((row: Row) => row[name] === undefined || typeof row[name] === 'number'),
      sorted: mine && (mine.descending ? ('descending' as const) : ('ascending' as const)),
      header: (
        <button
          type="button"
          onClick={() => setSort({ column: name, descending: mine !== undefined && !mine.descending })}
          className="max-w-full truncate rounded-sm align-middle hover:text-ink"
        >
          {header}
          {mine !== undefined && <Icon aria-hidden className="ml-0.5 inline size-3" />}
        </button>
      ),
    };
  });
  const valueAt = (row: number, column: number): unknown =>
    rows[order[row] ?? -1]?.[table.columns[column] ?? ''];
  return (
    <Grid
      label={label}
      columns={columns}
      rowCount={rows.length}
      rowNumber={(row) => (order[row] ?? 0) + 1}
      cell={(row, column) => shown(valueAt(row, column)) ?? <span className="text-ink-faint">–</span>}
      cellProps={(row, column) => {
        const value = valueAt(row, column);
        const exact = cellText(value);
        return isFigure(value) || (exact?.length ?? 0) > 40 ? { title: exact } : {};
      }}
    />
  );
};
