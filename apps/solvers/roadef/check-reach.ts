import type { Findings } from '../src/lib/app.ts';
import type { Customer, Instance } from './data.ts';

/** Warnings: customers of whom the data alone say that they cannot be served, or not soon enough. */
export const checkReach = (instance: Instance): Findings => {
  const { customers, driversTrailers, driversTimeWindows } = instance;
  const driven = new Set(driversTrailers.map(({ id_trailer: id }) => id));
  const allowed = Map.groupBy(instance.allowedTrailers, ({ id_location: id }) => id);
  const windows = Map.groupBy(instance.customersTimeWindows, ({ id_customer: id }) => id);
  const orders = Map.groupBy(instance.orders, ({ id_customer: id }) => id);
  const lowest = firstShortages(instance);
  const begins = Math.min(...driversTimeWindows.map(({ start }) => start));
  const isWanting = ({ index, callIn }: Customer): boolean =>
    callIn === 1 ? orders.has(index) : lowest.has(index);
  return {
    no_trailer: customers
      .filter(isWanting)
      .filter(({ index }) => {
        const rows = allowed.get(index);
        return rows === undefined ? driven.size === 0 : !rows.some(({ id_trailer: id }) => driven.has(id));
      })
      .map(({ index }) => ({ id_customer: index })),
    never_open: customers
      .filter(isWanting)
      .filter(
        ({ index, setupTime }) => !windows.get(index)?.some(({ start, end }) => end - start >= setupTime),
      )
      .map(({ index }) => ({ id_customer: index })),
    early_run_outs: customers.flatMap(({ index }) => {
      const hour = lowest.get(index);
      const arrival = begins + quickestWay(instance, index);
      if (hour === undefined || arrival < (hour + 1) * instance.parameters.unit) return [];
      return [{ id_customer: index, hour, ...(Number.isFinite(arrival) ? { arrival } : {}) }];
    }),
  };
};

/** The first time step at whose end a tank is below its safety level, if nothing is delivered. */
const firstShortages = ({ customers, forecasts, parameters: { horizon } }: Instance): Map<number, number> => {
  const rows = Map.groupBy(forecasts, ({ id_customer: id }) => id);
  const found = new Map<number, number>();
  for (const { index, callIn, InitialTankQuantity: initial, SafetyLevel: safety = 0 } of customers) {
    if (callIn === 1) continue;
    let level = initial;
    if (level < safety) found.set(index, 0);
    const used = (rows.get(index) ?? [])
      .filter(({ time }) => time < horizon)
      .toSorted((one, other) => one.time - other.time);
    for (const { time, forecast } of used) {
      level -= forecast;
      if (level < safety - 0.001 && !found.has(index)) found.set(index, time);
    }
  }
  return found;
};

/** No trailer can be there in fewer minutes: directly, or from any source. */
const quickestWay = ({ bases, sources, matrices }: Instance, customer: number): number => {
  const from = new Set([...bases, ...sources].map(({ index }) => index));
  return Math.min(
    ...matrices.filter(({ L1, L2 }) => L2 === customer && from.has(L1)).map(({ time }) => time),
  );
};
