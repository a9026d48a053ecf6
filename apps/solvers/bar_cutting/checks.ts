import type { Findings } from '../src/lib/app.ts';
import { repeated } from '../src/lib/repeated.ts';
import type { Instance, PatternRow, Solution } from './data.ts';

const lengthsOf = (rows: readonly { readonly id: string; readonly length: number }[]): Map<string, number> =>
  new Map(rows.map(({ id, length }) => [id, length]));

const repeatedIds = (table: string, rows: readonly { readonly id: string }[]): object[] =>
  repeated(rows, ({ id }) => id).map(([id]) => ({ table, id }));

/** Length of what each pattern cuts, by bar and pattern. */
const patternLengths = (
  rows: readonly PatternRow[],
  products: ReadonlyMap<string, number>,
): { id_bar: string; id_pattern: string; length: number }[] => {
  const patterns = new Map<string, { id_bar: string; id_pattern: string; length: number }>();
  for (const { id_bar, id_pattern, id_product, number_of_products } of rows) {
    const key = JSON.stringify([id_bar, id_pattern]);
    const length = (patterns.get(key)?.length ?? 0) + (products.get(id_product) ?? 0) * number_of_products;
    patterns.set(key, { id_bar, id_pattern, length });
  }
  return [...patterns.values()];
};

const tooLong = (rows: readonly PatternRow[], { bars, products }: Instance): object[] => {
  const barLengths = lengthsOf(bars);
  return patternLengths(rows, lengthsOf(products)).flatMap((pattern) => {
    const bar_length = barLengths.get(pattern.id_bar) ?? Infinity;
    return pattern.length > bar_length ? [{ ...pattern, bar_length }] : [];
  });
};

const unknown = (table: string, rows: readonly PatternRow[], { bars, products }: Instance): object[] => {
  const barIds = new Set(bars.map(({ id }) => id));
  const productIds = new Set(products.map(({ id }) => id));
  return rows.flatMap(({ id_bar, id_product }) => [
    ...(barIds.has(id_bar) ? [] : [{ table, key: 'id_bar', id: id_bar }]),
    ...(productIds.has(id_product) ? [] : [{ table, key: 'id_product', id: id_product }]),
  ]);
};

export const checkInstance = (instance: Instance): Findings => {
  const { bars, products, demand, cutting_patterns } = instance;
  const productLengths = lengthsOf(products);
  const longest = bars.reduce((most, { length }) => Math.max(most, length), 0);
  const inPatterns = new Set(
    cutting_patterns.filter((row) => row.number_of_products > 0).map(({ id_product }) => id_product),
  );
  const wanted = demand.filter((row) => row.demand > 0);
  return {
    duplicate_ids: [
      ...repeatedIds('bars', bars),
      ...repeatedIds('products', products),
      ...repeatedIds('demand', demand),
    ],
    unknown_ids: [
      ...demand
        .filter(({ id }) => !productLengths.has(id))
        .map(({ id }) => ({ table: 'demand', key: 'id', id })),
      ...unknown('cutting_patterns', cutting_patterns, instance),
    ],
    products_too_long: wanted.flatMap(({ id }) => {
      const length = productLengths.get(id) ?? 0;
      return length > longest ? [{ id_product: id, length, longest_bar: longest }] : [];
    }),
    patterns_too_long: tooLong(cutting_patterns, instance),
    products_without_pattern:
      cutting_patterns.length === 0
        ? []
        : wanted.filter(({ id }) => !inPatterns.has(id)).map(({ id }) => ({ id_product: id })),
  };
};

export const checkSolution = (instance: Instance, solution: Solution): Findings => {
  const { detail_cutting_patterns: details, number_cutting_patterns: numbers } = solution;
  const key = (row: { id_bar: string; id_pattern: string }): string =>
    JSON.stringify([row.id_bar, row.id_pattern]);
  const times = new Map<string, number>();
  for (const row of numbers) times.set(key(row), (times.get(key(row)) ?? 0) + row.number_of_patterns);
  const produced = new Map<string, number>();
  for (const row of details) {
    const cut = row.number_of_products * (times.get(key(row)) ?? 0);
    produced.set(row.id_product, (produced.get(row.id_product) ?? 0) + cut);
  }
  const described = new Set(details.map(key));
  return {
    demand_satisfaction: instance.demand.flatMap(({ id, demand }) => {
      const cut = produced.get(id) ?? 0;
      return cut < demand ? [{ id_product: id, demand, produced: cut }] : [];
    }),
    patterns_too_long: tooLong(details, instance),
    patterns_without_detail: numbers
      .filter((row) => row.number_of_patterns > 0 && !described.has(key(row)))
      .map(({ id_bar, id_pattern }) => ({ id_bar, id_pattern })),
    unknown_ids: unknown('detail_cutting_patterns', details, instance),
  };
};
