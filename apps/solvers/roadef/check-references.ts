import type { Findings } from '../src/lib/app.ts';
import { repeated } from '../src/lib/repeated.ts';
import type { Instance } from './data.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows that name what there is not, or what there is already. */
export const checkReferences = (instance: Instance): Findings => {
  const { bases, sources, customers, drivers, trailers, matrices } = instance;
  const indices = (rows: readonly { readonly index: number }[]): number[] => rows.map(({ index }) => index);
  const places = [...indices(bases), ...indices(sources), ...indices(customers)];
  const known = {
    location: new Set(places),
    customer: new Set(indices(customers)),
    driver: new Set(indices(drivers)),
    trailer: new Set(indices(trailers)),
  };
  const unknown = (table: keyof Instance, column: string, kind: keyof typeof known): object[] =>
    ((instance[table] ?? []) as readonly Row[]).flatMap((row, index) =>
      known[kind].has(Number(row[column])) ? [] : [{ table, row: index + 1, column, index: row[column] }],
    );
  const ways = new Set(matrices.map(({ L1, L2 }) => `${L1} ${L2}`));
  return {
    not_one_base: bases.length === 1 ? [] : [{ bases: bases.length }],
    repeated_indices: [
      ...repeated(places, (index) => index).map(([index]) => ({ table: 'locations', index })),
      ...repeated(indices(drivers), (index) => index).map(([index]) => ({ table: 'drivers', index })),
      ...repeated(indices(trailers), (index) => index).map(([index]) => ({ table: 'trailers', index })),
    ],
    unknown_references: [
      ...unknown('forecasts', 'id_customer', 'customer'),
      ...unknown('customersTimeWindows', 'id_customer', 'customer'),
      ...unknown('orders', 'id_customer', 'customer'),
      ...unknown('driversTimeWindows', 'id_driver', 'driver'),
      ...unknown('driversTrailers', 'id_driver', 'driver'),
      ...unknown('driversTrailers', 'id_trailer', 'trailer'),
      ...unknown('allowedTrailers', 'id_location', 'location'),
      ...unknown('allowedTrailers', 'id_trailer', 'trailer'),
    ],
    unknown_locations: [
      ...unknown('matrices', 'L1', 'location'),
      ...unknown('matrices', 'L2', 'location'),
      ...unknown('coordinates', 'location', 'location'),
    ],
    repeated_ways: repeated(matrices, ({ L1, L2 }) => `${L1} ${L2}`).map(([key]) => {
      const [L1, L2] = key.split(' ').map(Number);
      return { L1, L2 };
    }),
    missing_ways: [...known.location].flatMap((L1) =>
      [...known.location].filter((L2) => L1 !== L2 && !ways.has(`${L1} ${L2}`)).map((L2) => ({ L1, L2 })),
    ),
  };
};
