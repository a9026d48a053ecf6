import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { cn } from '../lib/cn.ts';

export interface Column<T> {
  readonly id: string;
  readonly header: ReactNode;
  readonly cell: (row: T) => ReactNode;
  readonly align?: 'left' | 'right';
  /** Makes the header sort by this value; null sorts last. Only for lists that are wholly loaded. */
  readonly sortBy?: (row: T) => string | number | null;
  /** Not shown on windows narrower than this. */
  readonly hideBelow?: 'sm' | 'md' | 'lg' | 'xl';
  /** Takes the width that is left and cuts what does not fit. */
  readonly grow?: boolean;
}

interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

interface TableProps<T> {
  /** The accessible name. */
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly rowKey: (row: T) => string;
  /** A click on a row, or Enter. The first cell should still hold a link, for those who open tabs. */
  readonly onOpen?: (row: T) => void;
  readonly initialSort?: Sort;
}

const hiding = {
  sm: 'hidden sm:table-cell',
  md: 'hidden md:table-cell',
  lg: 'hidden lg:table-cell',
  xl: 'hidden xl:table-cell',
};

const compare = (a: string | number | null, b: string | number | null, sign: number): number => {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return sign * (typeof a === 'string' ? a.localeCompare(String(b)) : a - Number(b));
};

const moves: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(index + 1, count - 1),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Dense rows; arrows, Home and End move between them, Enter opens one. */
export const Table = <T,>({ label, rows, columns, rowKey, onOpen, initialSort }: TableProps<T>) => {
  const [sort, setSort] = useState<Sort | undefined>(initialSort);
  const sorted = useMemo(() => {
    const by = columns.find((column) => column.id === sort?.column)?.sortBy;
    if (sort === undefined || by === undefined) return rows;
    return rows.toSorted((a, b) => compare(by(a), by(b), sort.descending ? -1 : 1));
  }, [rows, columns, sort]);

  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>, index: number, row: T) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter' && onOpen !== undefined) return onOpen(row);
    const next = moves[event.key]?.(index, sorted.length);
    if (next === undefined) return;
    event.preventDefault();
    (event.currentTarget.parentElement?.children[next] as HTMLElement | undefined)?.focus();
  };

  return (
    <div className="scroll-edges overflow-x-auto">
      <table aria-label={label} className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line">
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} onSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row, index) => (
            <tr
              key={rowKey(row)}
              {...(onOpen === undefined
                ? {}
                : {
                    tabIndex: index === 0 ? 0 : -1,
                    onClick: (event) => {
                      // Buttons and links in a row act for themselves; selecting text is not opening.
                      const inner = (event.target as Element).closest('a, button, input, label, [role]');
                      const isOfRow = inner === null || !event.currentTarget.contains(inner);
                      const selecting = !(getSelection()?.isCollapsed ?? true);
                      if (isOfRow && !selecting && event.currentTarget.contains(event.target as Node)) {
                        onOpen(row);
                      }
                    },
                    onKeyDown: (event) => onKeyDown(event, index, row),
                  })}
              className={cn(
                'border-b border-line transition-colors last:border-0 hover:bg-hover focus-visible:-outline-offset-2',
                onOpen !== undefined && 'cursor-pointer',
              )}
            >
              {columns.map((column) => (
                <td
                  key={column.id}
                  className={cn(
                    'h-11 px-3 whitespace-nowrap first:pl-4 last:pr-4',
                    column.align === 'right' && 'text-right',
                    column.hideBelow && hiding[column.hideBelow],
                    column.grow && 'w-full max-w-0 truncate',
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

interface HeaderCellProps<T> {
  readonly column: Column<T>;
  readonly sort: Sort | undefined;
  readonly onSort: (sort: Sort) => void;
}

const HeaderCell = <T,>({ column, sort, onSort }: HeaderCellProps<T>) => {
  const mine = sort?.column === column.id ? sort : undefined;
  const Icon = mine === undefined ? ChevronsUpDown : mine.descending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      {...(mine === undefined ? {} : { 'aria-sort': mine.descending ? 'descending' : 'ascending' })}
      className={cn(
        'h-9 px-3 text-left text-xs font-medium whitespace-nowrap text-ink-muted first:pl-4 last:pr-4',
        column.align === 'right' && 'text-right',
        column.hideBelow && hiding[column.hideBelow],
      )}
    >
      {column.sortBy === undefined ? (
        column.header
      ) : (
        <button
          type="button"
          onClick={() => onSort({ column: column.id, descending: mine !== undefined && !mine.descending })}
          className={cn('group relative rounded-sm hover:text-ink', mine !== undefined && 'text-ink')}
        >
          {column.header}
          <Icon
            aria-hidden
            className={cn(
              'absolute top-1/2 size-3 -translate-y-1/2',
              // Outside the text, where the cell has room: figures stay aligned with their header.
              column.align === 'right' ? 'right-full mr-0.5' : 'left-full ml-0.5',
              mine === undefined && 'opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100',
            )}
          />
        </button>
      )}
    </th>
  );
};
