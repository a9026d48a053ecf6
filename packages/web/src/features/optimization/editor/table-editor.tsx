import { ListPlus, Rows2, Trash2 } from 'lucide-react';
import {
  useId,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
  type Ref,
} from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../../../lib/cn.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { Button } from '../../../ui/button.tsx';
import { toast } from '../../../ui/toast.tsx';
import { Grid, widthFor, type GridHandle } from '../grid.tsx';
import { CellInput } from './cell-input.tsx';
import { textIn } from './cells.ts';
import type { EditedTable } from './edited-document.ts';
import { deleteRow, insertRow, pasteCells, writeCell, type Row } from './rows.ts';
import { readCells } from './spreadsheet-text.ts';

export interface TableEditorHandle {
  /** Shows a cell and makes it the one that keys act upon. */
  readonly goTo: (row: number, column: string | undefined) => void;
}

interface TableEditorProps {
  readonly table: EditedTable;
  /** What is wrong with a cell, if anything is. */
  readonly faultAt: (row: number, column: string) => string | undefined;
  readonly onRows: (rows: readonly Row[]) => void;
  readonly onUndo: () => void;
  readonly ref?: Ref<TableEditorHandle>;
}

const sampledRows = 200;
const rowsOfPage = 12;

interface Place {
  readonly row: number;
  readonly column: number;
}

/** The rows of a table as a spreadsheet: typed over, pasted into, added below the last. */
export const TableEditor = ({ table, faultAt, onRows, onUndo, ref }: TableEditorProps) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const id = useId();
  const grid = useRef<GridHandle>(null);
  const { rows, rules } = table;
  const [{ row, column }, setActive] = useState<Place>({ row: 0, column: 0 });
  /** What stands in the cell that is typed into; undefined while none is. */
  const [typed, setTyped] = useState<string>();
  // The sample is of the table as it was opened: columns do not move while one types.
  const [widths] = useState(
    () =>
      new Map(
        rules.map(({ name, label }) => [
          name,
          widthFor([
            label.length + 2,
            6,
            ...rows.slice(0, sampledRows).map((each) => textIn(each[name]).length),
          ]),
        ]),
      ),
  );
  const columns = useMemo(
    () =>
      rules.map(({ name, label, kind, isRequired, description }) => ({
        id: name,
        header: isRequired ? label : <span className="font-normal italic">{label}</span>,
        description: [description, ...(label === name ? [] : [name])].filter(Boolean).join(' · '),
        width: widths.get(name) ?? 120,
        right: kind === 'number' || kind === 'integer',
      })),
    [rules, widths],
  );
  const rule = rules[column];
  const move = (next: Place) => {
    const place = {
      row: Math.max(0, Math.min(next.row, rows.length)),
      column: Math.max(0, Math.min(next.column, rules.length - 1)),
    };
    setActive(place);
    grid.current?.scrollTo(place.row, place.column);
  };
  useImperativeHandle(ref, () => ({
    goTo: (to, name) => {
      move({
        row: to,
        column: Math.max(
          0,
          rules.findIndex((each) => each.name === name),
        ),
      });
      grid.current?.focus();
    },
  }));
  const textOf = (place: Place): string => textIn(rows[place.row]?.[rules[place.column]?.name ?? '']);
  const write = (text: string) => {
    // Nothing typed below the last row adds none.
    if (rule !== undefined && text !== textOf({ row, column })) onRows(writeCell(rows, row, rule, text));
  };
  const finish = (text: string, step: Partial<Place>) => {
    write(text);
    setTyped(undefined);
    grid.current?.focus();
    move({ row: row + (step.row ?? 0), column: column + (step.column ?? 0) });
  };
  const paste = (text: string) => {
    const cells = readCells(text);
    const pasted = pasteCells(rows, rules, { row, column }, cells);
    onRows(pasted.rows);
    setTyped(undefined);
    grid.current?.focus();
    if (pasted.left > 0)
      toast.ok(t('editor.left', { count: pasted.left, formatted: format.number(pasted.left) }));
  };

  const steps: Readonly<Record<string, Place>> = {
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    PageUp: { row: row - rowsOfPage, column },
    PageDown: { row: row + rowsOfPage, column },
    Home: { row, column: 0 },
    End: { row, column: rules.length - 1 },
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (typed !== undefined || event.altKey || event.nativeEvent.isComposing) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const step = isCommand
      ? { Home: { row: 0, column: 0 }, End: { row: rows.length, column: rules.length - 1 } }[event.key]
      : steps[event.key];
    if (step !== undefined) move(step);
    else if (isCommand && event.key === 'z') onUndo();
    else if (isCommand) return;
    else if (event.key === 'Enter' || event.key === 'F2') setTyped(textOf({ row, column }));
    else if (event.key === 'Delete' || event.key === 'Backspace') write('');
    else if (event.key.length === 1) setTyped(event.key);
    else return;
    event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text/plain');
    // One value goes into the cell that is typed into, where the cursor stands.
    if (text === '' || (typed !== undefined && !/[\t\n]/.test(text.trimEnd()))) return;
    event.preventDefault();
    paste(text);
  };
  const onCopy = (event: ClipboardEvent) => {
    if (typed !== undefined) return;
    event.clipboardData.setData('text/plain', textOf({ row, column }));
    event.preventDefault();
  };
  const cellId = (place: Place) => `${id}-${place.row}-${place.column}`;

  return (
    <div className="flex min-h-0 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button size="sm" disabled={row > rows.length} onClick={() => onRows(insertRow(rows, row))}>
          <ListPlus aria-hidden />
          {t('editor.insert')}
        </Button>
        <Button size="sm" disabled={row >= rows.length} onClick={() => onRows(deleteRow(rows, row))}>
          <Trash2 aria-hidden />
          {t('editor.deleteRow', { row: format.number(row + 1) })}
        </Button>
        <span className="flex min-w-0 items-center gap-1.5 text-xs text-ink-muted">
          <Rows2 aria-hidden className="size-3.5 shrink-0" />
          {t('editor.hint')}
        </span>
      </div>
      {table.description !== undefined && <p className="text-xs text-ink-muted">{table.description}</p>}
      <Grid
        ref={grid}
        role="grid"
        label={table.label}
        columns={columns}
        // The row after the last is for one that is added.
        rowCount={rows.length + 1}
        rowNumber={(place) => (place === rows.length ? '+' : place + 1)}
        activeId={cellId({ row, column })}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onCopy={onCopy}
        className="h-[max(14rem,calc(100dvh-25rem))] rounded-md border border-line-strong bg-surface"
        cellProps={(atRow, atColumn) => {
          const isActive = atRow === row && atColumn === column;
          const fault = faultAt(atRow, rules[atColumn]?.name ?? '');
          return {
            id: cellId({ row: atRow, column: atColumn }),
            ...(isActive ? { 'aria-selected': true } : {}),
            ...(fault === undefined ? {} : { 'aria-invalid': true, title: fault }),
            onPointerDown: () => {
              if (!isActive || typed === undefined) setActive({ row: atRow, column: atColumn });
            },
            onDoubleClick: () => setTyped(textOf({ row: atRow, column: atColumn })),
            className: cn(
              'cursor-cell border-r border-line h-full',
              fault !== undefined && 'bg-danger-soft text-danger',
              isActive && 'outline-2 -outline-offset-2 outline-accent',
            ),
          };
        }}
        cell={(atRow, atColumn) => {
          if (typed === undefined || atRow !== row || atColumn !== column || rule === undefined)
            return textOf({ row: atRow, column: atColumn });
          return (
            <CellInput
              rule={rule}
              text={typed}
              onText={setTyped}
              onFinish={finish}
              onCancel={() => {
                setTyped(undefined);
                grid.current?.focus();
              }}
            />
          );
        }}
      />
    </div>
  );
};
