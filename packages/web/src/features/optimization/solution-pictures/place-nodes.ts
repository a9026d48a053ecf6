import type { Fields } from '../document-tables.ts';
import { readFigure, readId, readLengths, readRows, type NodeId } from './picture-data.ts';
import { placeByLengths } from './place-by-lengths.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The square that pictures of nodes are drawn in. */
export const size = 400;
const margin = 28;

const tables = ['positions', 'coordinates', 'nodes'];
const axes = [
  ['x', 'y'],
  ['lng', 'lat'],
  ['longitude', 'latitude'],
] as const;

const pointOf = (row: Fields): Point | undefined => {
  for (const [x, y] of axes) {
    const point = { x: readFigure(row, x), y: readFigure(row, y) };
    if (Number.isFinite(point.x) && Number.isFinite(point.y)) return point;
  }
  return undefined;
};

/** Where an instance says that its nodes lie; undefined where it does not say so of every one of `ids`. */
export const readPositions = (instance: unknown, ids: readonly NodeId[]): Map<NodeId, Point> | undefined => {
  for (const table of tables) {
    const found = new Map<NodeId, Point>();
    for (const row of readRows(instance, table, []) ?? []) {
      const point = pointOf(row);
      if (point !== undefined) found.set(readId(row, 'n' in row ? 'n' : 'id'), point);
    }
    if (ids.length > 0 && ids.every((id) => found.has(id))) return found;
  }
  return undefined;
};

export interface Places {
  readonly points: ReadonlyMap<NodeId, Point>;
  /** Nothing says where they lie: it was found from the lengths between them. */
  readonly isFound: boolean;
}

/** Nodes in the square, where the instance says or its lengths tell that they lie; undefined where neither does. */
export const placesOf = (instance: unknown, ids: readonly NodeId[]): Places | undefined => {
  const given = readPositions(instance, ids);
  const points = given ?? placeByLengths(ids, readLengths(instance));
  if (points === undefined) return undefined;
  const wanted = new Map(ids.map((id) => [id, points.get(id) ?? { x: 0, y: 0 }]));
  return { points: fitPoints(wanted), isFound: given === undefined };
};

/** Puts points of any measure into the square, with their proportions, and up as up. */
export const fitPoints = (points: ReadonlyMap<NodeId, Point>): Map<NodeId, Point> => {
  const all = [...points.values()];
  const left = Math.min(...all.map(({ x }) => x));
  const bottom = Math.min(...all.map(({ y }) => y));
  const width = Math.max(...all.map(({ x }) => x)) - left;
  const height = Math.max(...all.map(({ y }) => y)) - bottom;
  const room = size - 2 * margin;
  const scale = room / (Math.max(width, height) || 1);
  const aside = (room - width * scale) / 2;
  const above = (room - height * scale) / 2;
  return new Map(
    [...points].map(([id, { x, y }]) => [
      id,
      { x: margin + aside + (x - left) * scale, y: size - margin - above - (y - bottom) * scale },
    ]),
  );
};

/** The part of the square, from top to bottom, in which there are points. */
export const spanOf = (
  points: ReadonlyMap<NodeId, Point>,
): { readonly top: number; readonly height: number } => {
  const heights = [...points.values()].map(({ y }) => y);
  const top = Math.min(...heights) - margin;
  return { top, height: Math.max(...heights) + margin - top };
};

/** Puts nodes on a circle, clockwise from the top in the order given. */
export const onCircle = (ids: readonly NodeId[]): Map<NodeId, Point> => {
  const radius = size / 2 - margin;
  return new Map(
    ids.map((id, index) => {
      const angle = (2 * Math.PI * index) / Math.max(1, ids.length) - Math.PI / 2;
      return [id, { x: size / 2 + radius * Math.cos(angle), y: size / 2 + radius * Math.sin(angle) }];
    }),
  );
};
