import { useVirtualizer } from '@tanstack/react-virtual';
import { useImperativeHandle, useRef, type KeyboardEventHandler, type ReactNode, type Ref } from 'react';
import { cn } from '../../lib/cn.ts';

export interface GridColumn {
  readonly id: string;
  readonly header: ReactNode;
  /** What it means, on hover. */
  readonly description?: string | undefined;
  /** In pixels. */
  readonly width: number;
  /** Figures stand at the right. */
  readonly right: boolean;
  readonly sorted?: 'ascending' | 'descending' | undefined;
}

export interface GridHandle {
  readonly scrollTo: (row: number, column: number) => void;
  readonly focus: () => void;
}

interface GridProps {
  /** The accessible name. */
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly rowCount: number;
  /** What is written before row number `row`, from 0. */
  readonly rowNumber: (row: number) => ReactNode;
  readonly cell: (row: number, column: number) => ReactNode;
  /** A grid is walked through by its cells and acted upon; a table is read. */
  readonly role?: 'table' | 'grid';
  /** Of the cell that keys act upon. */
  readonly activeId?: string | undefined;
  readonly cellProps?: (
    row: number,
    column: number,
  ) => Readonly<Record<string, unknown>> & { readonly className?: string };
  readonly onKeyDown?: KeyboardEventHandler<HTMLDivElement>;
  readonly onPaste?: (event: React.ClipboardEvent<HTMLDivElement>) => void;
  readonly onCopy?: (event: React.ClipboardEvent<HTMLDivElement>) => void;
  readonly ref?: Ref<GridHandle>;
  /** How high it may become before it scrolls. */
  readonly className?: string;
}

const rowHeight = 30;
const headHeight = 32;
const digitWidth = 8;

/** The width of a column that holds texts of these lengths, in pixels. */
export const widthFor = (lengths: readonly number[]): number =>
  Math.round(Math.min(320, Math.max(64, Math.max(0, ...lengths) * 7.4 + 26)));

/** Rows of any number, dense; only those in view are in the page. */
export const Grid = (props: GridProps) => {
  const { label, columns, rowCount, role = 'table', ref } = props;
  const host = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the console is built without the React compiler
  const virtualizer = useVirtualizer({
    count: rowCount,
    getScrollElement: () => host.current,
    estimateSize: () => rowHeight,
    // Before the element is measured: enough for what is small.
    initialRect: { width: 800, height: 480 },
    overscan: 12,
    scrollPaddingStart: headHeight,
    paddingStart: headHeight,
  });
  const numberWidth = Math.max(3, String(rowCount).length) * digitWidth + 16;
  const width = numberWidth + columns.reduce((sum, column) => sum + column.width, 0);

  useImperativeHandle(ref, () => ({
    focus: () => host.current?.focus({ preventScroll: true }),
    scrollTo: (row, column) => {
      virtualizer.scrollToIndex(row, { align: 'auto' });
      const element = host.current;
      if (element === null) return;
      const start = columns.slice(0, column).reduce((sum, each) => sum + each.width, 0);
      const end = start + numberWidth + (columns[column]?.width ?? 0);
      if (start < element.scrollLeft) element.scrollLeft = start;
      else if (end > element.scrollLeft + element.clientWidth) element.scrollLeft = end - element.clientWidth;
    },
  }));

  const cellRole = role === 'grid' ? 'gridcell' : 'cell';
  const numberStyles =
    'sticky left-0 z-1 shrink-0 border-r border-line bg-surface pr-2 text-right text-xs text-ink-faint';
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- its role is a table's or a grid's
    <div
      ref={host}
      role={role}
      aria-label={label}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length + 1}
      {...(props.activeId === undefined ? {} : { 'aria-activedescendant': props.activeId })}
      tabIndex={0}
      onKeyDown={props.onKeyDown}
      onPaste={props.onPaste}
      onCopy={props.onCopy}
      className={cn(
        'scroll-edges relative overflow-auto overscroll-x-contain text-sm focus-visible:-outline-offset-2',
        props.className ?? 'max-h-112 rounded-b-lg',
      )}
    >
      <div role="rowgroup" className="sticky top-0 z-2 h-0 min-w-full" style={{ width }}>
        <div
          role="row"
          aria-rowindex={1}
          className="flex h-8 items-center border-b border-line bg-surface text-xs font-medium text-ink-muted"
        >
          <span role="columnheader" className={cn(numberStyles, 'h-full')} style={{ width: numberWidth }}>
            <span className="sr-only">#</span>
          </span>
          {columns.map((column) => (
            <span
              key={column.id}
              role="columnheader"
              {...(column.sorted === undefined ? {} : { 'aria-sort': column.sorted })}
              {...(column.description === undefined ? {} : { title: column.description })}
              className={cn('shrink-0 truncate px-3', column.right && 'text-right')}
              style={{ width: column.width }}
            >
              {column.header}
            </span>
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        className="relative min-w-full"
        style={{ height: virtualizer.getTotalSize(), width }}
      >
        {virtualizer.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            role="row"
            aria-rowindex={index + 2}
            className="group absolute top-0 left-0 flex min-w-full border-b border-line hover:bg-hover"
            style={{ transform: `translateY(${start}px)`, height: rowHeight, width }}
          >
            <span
              role={cellRole}
              aria-colindex={1}
              className={cn(numberStyles, 'leading-[1.8rem] group-hover:bg-hover')}
              style={{ width: numberWidth }}
            >
              {props.rowNumber(index)}
            </span>
            {columns.map((column, place) => {
              const { className, ...more } = props.cellProps?.(index, place) ?? {};
              return (
                <span
                  key={column.id}
                  role={cellRole}
                  aria-colindex={place + 2}
                  {...more}
                  className={cn(
                    'shrink-0 truncate px-3 leading-[1.8rem]',
                    column.right && 'text-right',
                    className,
                  )}
                  style={{ width: column.width }}
                >
                  {props.cell(index, place)}
                </span>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
};
