import type { Findings } from '../src/lib/app.ts';
import type { Instance } from './data.ts';

type Row = Readonly<Record<string, unknown>>;

/** Columns that cannot be below zero, by table. */
const amounts: readonly (readonly [keyof Instance, readonly string[]])[] = [
  ['matrices', ['dist', 'time']],
  ['drivers', ['minInterSHIFTDURATION', 'maxDrivingDuration', 'LayoverDuration', 'LayoverCost', 'TimeCost']],
  ['trailers', ['Capacity', 'InitialQuantity', 'DistanceCost']],
  ['sources', ['setupTime']],
  ['customers', ['setupTime', 'Capacity', 'InitialTankQuantity', 'MinOperationQuantity', 'SafetyLevel']],
  ['forecasts', ['time', 'forecast']],
  ['orders', ['Quantity', 'orderQuantityFlexibility']],
];

/** Numbers that nothing can have. */
export const checkAmounts = (instance: Instance): Findings => {
  const { parameters, customers, trailers, orders } = instance;
  const rowsOf = (table: keyof Instance): readonly Row[] => (instance[table] ?? []) as readonly Row[];
  const turned = (table: keyof Instance, first: string, last: string): object[] =>
    rowsOf(table).flatMap((row, index) =>
      Number(row[first]) <= Number(row[last])
        ? []
        : [{ table, row: index + 1, start: row[first], end: row[last] }],
    );
  return {
    bad_horizon:
      parameters.unit > 0 && parameters.horizon > 0
        ? []
        : [{ unit: parameters.unit, horizon: parameters.horizon }],
    negative_numbers: amounts.flatMap(([table, columns]) =>
      rowsOf(table).flatMap((row, index) =>
        columns
          .filter((column) => Number(row[column] ?? 0) < 0)
          .map((column) => ({ table, row: index + 1, column, value: row[column] })),
      ),
    ),
    turned_windows: [
      ...turned('customersTimeWindows', 'start', 'end'),
      ...turned('driversTimeWindows', 'start', 'end'),
      ...turned('orders', 'earliestTime', 'latestTime'),
    ],
    over_capacity: [
      ...trailers
        .filter((row) => row.InitialQuantity > row.Capacity)
        .map((row) => ({
          table: 'trailers',
          index: row.index,
          column: 'InitialQuantity',
          value: row.InitialQuantity,
          capacity: row.Capacity,
        })),
      ...customers
        .filter(({ callIn }) => callIn !== 1)
        .flatMap((row) =>
          (['InitialTankQuantity', 'SafetyLevel', 'MinOperationQuantity'] as const)
            .filter((column) => (row[column] ?? 0) > row.Capacity)
            .map((column) => ({
              table: 'customers',
              index: row.index,
              column,
              value: row[column],
              capacity: row.Capacity,
            })),
        ),
    ],
    bad_flexibility: orders.flatMap(({ id_customer: id, orderQuantityFlexibility: flexibility }, index) =>
      flexibility > 100 ? [{ row: index + 1, id_customer: id, orderQuantityFlexibility: flexibility }] : [],
    ),
    orders_of_others: orders.flatMap(({ id_customer: id }, index) =>
      customers.some((row) => row.index === id && row.callIn !== 1)
        ? [{ row: index + 1, id_customer: id }]
        : [],
    ),
  };
};
