import type { Customer, Instance } from './data.ts';
import type { ListedShift } from './logbook.ts';

/** The level of a customer's tank at the end of each time step. */
export interface TankLevels {
  readonly customer: Customer;
  readonly levels: readonly number[];
}

/** Of customers that are not call-in; what arrives within a time step is there at its end. */
export const tankLevels = (instance: Instance, shifts: readonly ListedShift[]): TankLevels[] => {
  const { horizon, unit } = instance.parameters;
  const changes = new Map<number, number[]>();
  const add = (customer: number, step: number, amount: number): void => {
    if (step < 0 || step >= horizon) return;
    const row = changes.get(customer) ?? Array.from({ length: horizon }, () => 0);
    row[step] = (row[step] ?? 0) + amount;
    changes.set(customer, row);
  };
  for (const { id_customer: id, time, forecast } of instance.forecasts) add(id, time, -forecast);
  for (const { steps } of shifts)
    for (const { location, arrival, quantity } of steps) add(location, Math.floor(arrival / unit), -quantity);
  return instance.customers
    .filter(({ callIn }) => callIn !== 1)
    .map((customer) => {
      const row = changes.get(customer.index) ?? Array.from({ length: horizon }, () => 0);
      let level = customer.InitialTankQuantity;
      return {
        customer,
        levels: row.map((change) => {
          level += change;
          return level;
        }),
      };
    });
};
