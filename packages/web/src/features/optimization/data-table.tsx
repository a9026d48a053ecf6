import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Button } from '../../ui/button.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { cellText, type DocumentTable } from './document-tables.ts';

/** Rows that are drawn at a time: a browser does not stand a hundred thousand of them. */
const pageRows = 100;

type Row = DocumentTable['rows'][number];

interface DataTableProps {
  readonly table: DocumentTable;
  /** The accessible name. */
  readonly label: string;
  readonly columnLabel: (column: string) => string;
}

/** A table of a document: raw values, because a thousands separator would make another id of an id. */
export const DataTable = ({ table, label, columnLabel }: DataTableProps) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const [shown, setShown] = useState(pageRows);
  const rows = useMemo(
    () => table.rows.slice(0, shown).map((row, index) => ({ row, index })),
    [table, shown],
  );
  const columns = useMemo(
    () => table.columns.map((name) => columnOf(name, columnLabel(name), table.rows)),
    [table, columnLabel],
  );
  const hidden = table.rows.length - rows.length;
  return (
    <>
      <Table label={label} rows={rows} columns={columns} rowKey={({ index }) => String(index)} />
      {hidden > 0 && (
        <p className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-2 text-xs text-ink-muted">
          {t('data.hidden', { count: hidden, formatted: format.number(hidden) })}
          <Button size="sm" variant="ghost" onClick={() => setShown(shown + 10 * pageRows)}>
            {t('data.showMore')}
          </Button>
        </p>
      )}
    </>
  );
};

const columnOf = (
  name: string,
  header: string,
  rows: readonly Row[],
): Column<{ readonly row: Row; readonly index: number }> => {
  const isFigure = rows.every((row) => row[name] === undefined || typeof row[name] === 'number');
  return {
    id: name,
    header,
    ...(isFigure ? { align: 'right' } : {}),
    sortBy: ({ row }) => {
      const value = row[name];
      return typeof value === 'number' ? value : (cellText(value) ?? null);
    },
    cell: ({ row }) => {
      const text = cellText(row[name]);
      return text === undefined ? (
        <span className="text-ink-faint">–</span>
      ) : (
        <span
          className="inline-block max-w-80 truncate align-middle"
          {...(text.length > 40 ? { title: text } : {})}
        >
          {text}
        </span>
      );
    },
  };
};
