import { readId, readRows, type NodeId, type PictureProps } from './picture-data.ts';

export interface Roster {
  readonly employees: readonly { readonly id: NodeId; readonly name: string }[];
  /** Time slots in order, as the app writes them: `2026-09-07T08:00`. */
  readonly slots: readonly string[];
  /** Days with the place of their first slot and the number of slots, in order. */
  readonly days: readonly { readonly day: string; readonly start: number; readonly count: number }[];
  readonly works: ReadonlySet<string>;
  /** People at work by slot. */
  readonly staff: readonly number[];
}

export const workKey = (employee: NodeId, slot: string): string => `${employee} ${slot}`;

/** Who works when. People without work have a line too; slots are those in which anybody works. */
export const readRoster = ({ instance, solution }: PictureProps): Roster | undefined => {
  const rows = readRows(solution, 'works', ['id_employee', 'time_slot']);
  if (rows === undefined) return undefined;
  const names = new Map<NodeId, string>();
  for (const row of readRows(instance, 'employees', ['id']) ?? []) {
    const id = readId(row, 'id');
    names.set(id, typeof row['name'] === 'string' ? row['name'] : String(id));
  }
  for (const row of rows) {
    const id = readId(row, 'id_employee');
    if (!names.has(id)) names.set(id, String(id));
  }
  const bySlot = Map.groupBy(rows, (row) => String(readId(row, 'time_slot')));
  const slots = [...bySlot.keys()].toSorted();
  const byDay = Map.groupBy(slots, (slot) => slot.slice(0, 10));
  return {
    employees: [...names].map(([id, name]) => ({ id, name })),
    slots,
    days: [...byDay].map(([day, { length }]) => ({
      day,
      start: slots.findIndex((slot) => slot.startsWith(day)),
      count: length,
    })),
    works: new Set(rows.map((row) => workKey(readId(row, 'id_employee'), String(readId(row, 'time_slot'))))),
    staff: slots.map((slot) => new Set(bySlot.get(slot)?.map((row) => readId(row, 'id_employee'))).size),
  };
};
