import type { Findings } from '../src/lib/app.ts';
import { repeated } from '../src/lib/repeated.ts';
import type { Instance, Solution } from './data.ts';

const repeatedIds = (rows: readonly { readonly id: number }[]): object[] =>
  repeated(rows, ({ id }) => id).map(([id]) => ({ id }));

export const checkInstance = ({ parameters, items }: Instance): Findings => ({
  duplicate_ids: repeatedIds(items),
  non_valid_objects: items
    .filter(({ width, height }) => width > parameters.width || height > parameters.height)
    .map(({ id }) => ({ id })),
});

export const checkSolution = ({ parameters, items }: Instance, { included }: Solution): Findings => {
  const known = new Map(items.map((item) => [item.id, item]));
  const boxes = included.flatMap(({ id, x, y }) => {
    const item = known.get(id);
    return item === undefined ? [] : [{ id, x, y, right: x + item.width, top: y + item.height }];
  });
  return {
    unknown_items: included.filter(({ id }) => !known.has(id)).map(({ id }) => ({ id })),
    repeated_items: repeatedIds(included),
    outside: boxes
      .filter(({ x, y, right, top }) => x < 0 || y < 0 || right > parameters.width || top > parameters.height)
      .map(({ id, x, y }) => ({ id, x, y })),
    overlaps: boxes.flatMap((a, at) =>
      boxes
        .slice(at + 1)
        .filter((b) => a.x < b.right && b.x < a.right && a.y < b.top && b.y < a.top)
        .map((b) => ({ id_1: a.id, id_2: b.id })),
    ),
  };
};
