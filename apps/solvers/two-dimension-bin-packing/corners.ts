import type { Instance, Item, Place } from './data.ts';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly top: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Takes the items in order and puts each on the lowest, then leftmost corner where it fits; what fits on none stays
 * out. Corners are those that placed items leave to their right and above them, and the same slid down and to the left
 * until something is met.
 */
export const placeInOrder = ({ parameters }: Instance, order: readonly Item[]): Place[] => {
  const boxes: Box[] = [];
  const places: Place[] = [];
  let corners: Point[] = [{ x: 0, y: 0 }];
  const isFree = (box: Box): boolean =>
    box.right <= parameters.width &&
    box.top <= parameters.height &&
    boxes.every(
      (other) => box.x >= other.right || other.x >= box.right || box.y >= other.top || other.y >= box.top,
    );
  for (const { id, width, height } of order) {
    const at = corners.find(({ x, y }) => isFree({ x, y, right: x + width, top: y + height }));
    if (at === undefined) continue;
    const box = { ...at, right: at.x + width, top: at.y + height };
    boxes.push(box);
    places.push({ id, x: at.x, y: at.y });
    corners = [...corners, ...newCorners(box, boxes)]
      .filter((corner) => !isInside(corner, box))
      .toSorted((a, b) => a.y - b.y || a.x - b.x);
  }
  return places;
};

const isInside = ({ x, y }: Point, box: Box): boolean =>
  x >= box.x && x < box.right && y >= box.y && y < box.top;

const newCorners = (box: Box, boxes: readonly Box[]): Point[] => {
  const below = boxes.filter(({ x, right, top }) => x <= box.right && right > box.right && top <= box.y);
  const beside = boxes.filter(({ y, top, right }) => y <= box.top && top > box.top && right <= box.x);
  return [
    { x: box.right, y: box.y },
    { x: box.right, y: below.reduce((most, { top }) => Math.max(most, top), 0) },
    { x: box.x, y: box.top },
    { x: beside.reduce((most, { right }) => Math.max(most, right), 0), y: box.top },
  ];
};
