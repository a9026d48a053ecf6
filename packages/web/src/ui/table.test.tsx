import { render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { Table, type Column } from './table.tsx';

interface Row {
  readonly name: string;
  readonly size: number | null;
}

const rows: readonly Row[] = [
  { name: 'beta', size: 2 },
  { name: 'alpha', size: null },
  { name: 'gamma', size: 10 },
];
const columns: readonly Column<Row>[] = [
  { id: 'name', header: 'Name', cell: (row) => row.name, sortBy: (row) => row.name },
  { id: 'size', header: 'Size', cell: (row) => row.size ?? '–', sortBy: (row) => row.size, align: 'right' },
];

const show = (onOpen?: (row: Row) => void) => {
  render(
    <Table
      label="Things"
      rows={rows}
      columns={columns}
      rowKey={(row) => row.name}
      {...(onOpen === undefined ? {} : { onOpen })}
    />,
  );
  const body = screen.getAllByRole('rowgroup')[1] as HTMLElement;
  return () =>
    within(body)
      .getAllByRole('row')
      .map((row) => row.firstElementChild?.textContent);
};

test('rows come as given until a header sorts them; unknown values stay last in both directions', async () => {
  const names = show();
  expect(names()).toEqual(['beta', 'alpha', 'gamma']);
  await userEvent.click(screen.getByRole('button', { name: 'Size' }));
  expect(names()).toEqual(['beta', 'gamma', 'alpha']);
  expect(screen.getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort')).toBe('ascending');
  await userEvent.click(screen.getByRole('button', { name: 'Size' }));
  expect(names()).toEqual(['gamma', 'beta', 'alpha']);
  expect(screen.getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort')).toBe('descending');
});

test('a click on a row opens it, one on a button in it does not; not even among tabs', async () => {
  const onOpen = vi.fn();
  const onPress = vi.fn();
  const button = (row: Row) => (
    <button type="button" onClick={onPress}>
      Press {row.name}
    </button>
  );
  render(
    <div role="tabpanel">
      <Table
        label="Things"
        rows={rows}
        columns={[...columns, { id: 'press', header: '', cell: button }]}
        rowKey={(row) => row.name}
        onOpen={onOpen}
      />
    </div>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Press alpha' }));
  expect(onPress).toHaveBeenCalledOnce();
  expect(onOpen).not.toHaveBeenCalled();
  await userEvent.click(screen.getByText('gamma'));
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(rows[2]);
});

test('arrows move between rows and Enter opens one', async () => {
  const onOpen = vi.fn();
  show(onOpen);
  const row = (name: string) => screen.getByText(name).closest('tr') as HTMLElement;
  row('beta').focus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
  expect(document.activeElement).toBe(row('gamma'));
  await userEvent.keyboard('{Home}{Enter}');
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(rows[0]);
});
