import { readFigure, readId, readLengths, readRows, type NodeId } from './picture-data.ts';

/** The nodes of a table in the order of `pos`; undefined where there is no such table. */
export const readOrder = (solution: unknown, table: string): readonly NodeId[] | undefined =>
  readRows(solution, table, ['pos', 'node'])
    ?.toSorted((a, b) => readFigure(a, 'pos') - readFigure(b, 'pos'))
    .map((row) => readId(row, 'node'));

export interface Leg {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly length: number | undefined;
}

/** From each node to the next, and home again unless the order says so itself. */
export const legsOf = (order: readonly NodeId[], instance: unknown): readonly Leg[] => {
  const lengthOf = readLengths(instance);
  const [first] = order;
  const isClosed = order.length > 1 && order.at(-1) === first;
  const stops = isClosed || first === undefined ? order : [...order, first];
  return stops.slice(1).map((to, index) => {
    const from = stops[index] as NodeId;
    return { from, to, length: lengthOf(from, to) };
  });
};

/** Undefined where a leg has no length: a sum without it would be wrong. */
export const lengthOfLegs = (legs: readonly Leg[]): number | undefined =>
  legs.reduce<number | undefined>(
    (sum, { length }) => (sum === undefined || length === undefined ? undefined : sum + length),
    0,
  );
