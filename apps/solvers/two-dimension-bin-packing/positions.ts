import type { Constraint, Model, Variable } from '../src/lib/mip.ts';
import { candidatesOf, type Instance, type Item, type Place, type Solution } from './data.ts';

/** Items of one size and value are one kind: that they could be exchanged would only make the search longer. */
interface Kind {
  readonly width: number;
  readonly height: number;
  readonly value: number;
  readonly ids: readonly number[];
}

interface Position {
  readonly kind: number;
  readonly x: number;
  readonly y: number;
}

export interface PositionModel {
  readonly model: Model;
  readonly kinds: readonly Kind[];
  readonly positions: readonly Position[];
}

/**
 * Beasley's model (An exact two-dimensional non-guillotine cutting tree search procedure, Operations Research 33,
 * 1985): a binary variable for each kind of item and each place of its lower left corner, and no point of the bin may be
 * covered twice. Pushed down and to the left, items of a packing stand where widths (heights) of others add up to, so
 * only these places and points are looked at. Undefined when there are more than `most` places.
 */
export const positionModel = (instance: Instance, most: number): PositionModel | undefined => {
  const kinds = kindsOf(candidatesOf(instance));
  const { width, height } = instance.parameters;
  const columns = kinds.map((kind) => sums(kinds, kind, width, (one) => one.width));
  const lines = kinds.map((kind) => sums(kinds, kind, height, (one) => one.height));
  const count = kinds.reduce((sum, _, at) => sum + (columns[at]?.length ?? 0) * (lines[at]?.length ?? 0), 0);
  if (count > most) return undefined;
  const positions = kinds.flatMap((_, kind) =>
    (columns[kind] ?? []).flatMap((x) => (lines[kind] ?? []).map((y): Position => ({ kind, x, y }))),
  );
  const variables: Variable[] = positions.map(({ kind }, at) => ({
    name: `p${at}`,
    upper: 1,
    integer: true,
    cost: kinds[kind]?.value ?? 0,
  }));
  const constraints: Constraint[] = kinds.map(({ ids }, kind) => ({
    name: `kind_${kind}`,
    terms: positions.flatMap((one, at) => (one.kind === kind ? [[at, 1] as const] : [])),
    upper: ids.length,
  }));
  constraints.push(...pointRows(kinds, positions));
  return { model: { sense: 'maximize', variables, constraints }, kinds, positions };
};

const kindsOf = (items: readonly Item[]): Kind[] => {
  const kinds = new Map<string, Kind & { ids: number[] }>();
  for (const { id, width, height, value } of items) {
    const key = `${width}x${height}=${value}`;
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { width, height, value, ids: [id] });
    else kind.ids.push(id);
  }
  return [...kinds.values()];
};

/** What lengths of the other items add up to and leaves room for one of this kind. */
const sums = (kinds: readonly Kind[], own: Kind, room: number, length: (kind: Kind) => number): number[] => {
  const isSum = new Uint8Array(room + 1);
  isSum[0] = 1;
  for (const kind of kinds) {
    const copies = Math.min(
      kind === own ? kind.ids.length - 1 : kind.ids.length,
      Math.floor(room / length(kind)),
    );
    for (let copy = 0; copy < copies; copy++) {
      for (let at = room; at >= length(kind); at--) {
        if (isSum[at - length(kind)] === 1) isSum[at] = 1;
      }
    }
  }
  return [...isSum.keys()].filter((at) => isSum[at] === 1 && at + length(own) <= room);
};

/** One row for each point where a corner may be: an overlap of two items holds the corner of their common part. */
const pointRows = (kinds: readonly Kind[], positions: readonly Position[]): Constraint[] => {
  const xs = [...new Set(positions.map(({ x }) => x))].toSorted((a, b) => a - b);
  const ys = [...new Set(positions.map(({ y }) => y))].toSorted((a, b) => a - b);
  const terms = xs.map(() => ys.map((): [number, number][] => []));
  for (const [at, { kind, x, y }] of positions.entries()) {
    const { width = 0, height = 0 } = kinds[kind] ?? {};
    for (let column = xs.indexOf(x); (xs[column] ?? Infinity) < x + width; column++) {
      for (let line = ys.indexOf(y); (ys[line] ?? Infinity) < y + height; line++)
        terms[column]?.[line]?.push([at, 1]);
    }
  }
  return terms.flat().map((row) => ({ terms: row, upper: 1 }));
};

/** The packing that values of the model's variables say. */
export const placesOf = ({ kinds, positions }: PositionModel, values: readonly number[]): Place[] => {
  const left = kinds.map(({ ids }) => [...ids]);
  return positions.flatMap(({ kind, x, y }, at) => {
    const id = values[at] === 1 ? left[kind]?.shift() : undefined;
    return id === undefined ? [] : [{ id, x, y }];
  });
};

/** The other way round; undefined where an item stands on no place of the model. */
export const valuesOf = (
  { kinds, positions }: PositionModel,
  { included }: Solution,
): number[] | undefined => {
  const key = ({ kind, x, y }: Position): string => `${kind}:${x}:${y}`;
  const index = new Map(positions.map((position, at) => [key(position), at]));
  const values = positions.map(() => 0);
  for (const { id, x, y } of included) {
    const kind = kinds.findIndex(({ ids }) => ids.includes(id));
    const at = index.get(key({ kind, x, y }));
    if (at === undefined) return undefined;
    values[at] = 1;
  }
  return values;
};
