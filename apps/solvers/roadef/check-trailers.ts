import type { Findings } from '../src/lib/app.ts';
import type { Instance } from './data.ts';
import { type ListedShift, readSites } from './logbook.ts';

/** Decimals that tell one amount from another. */
const tolerance = 0.01;

/** What trailers hold, and what goes in and out (SHI06, SHI07, SHI11, SHI16). */
export const checkTrailers = (instance: Instance, shifts: readonly ListedShift[]): Findings => {
  const { sources, customers } = readSites(instance);
  const operations = shifts.flatMap(({ id, steps }) =>
    steps.map(({ location, quantity }) => ({ id_shift: id, id_location: location, quantity })),
  );
  const supplied = operations.flatMap((row) => {
    const customer = customers.get(row.id_location);
    return customer === undefined || customer.callIn === 1 ? [] : [{ row, customer }];
  });
  const loads = shifts.flatMap(({ id, trailer, initial, steps }) => {
    let load = initial;
    return steps.map(({ location, quantity }) => {
      load += quantity;
      return { trailer, row: { id_shift: id, id_location: location, quantity: load } };
    });
  });
  return {
    c_0607_inventory_trailer_negative: loads
      .filter(({ row }) => row.quantity < -tolerance)
      .map(({ row }) => row),
    c_0607_inventory_trailer_above_capacity: loads.flatMap(({ trailer, row }) =>
      trailer === undefined || row.quantity <= trailer.Capacity + tolerance
        ? []
        : [{ ...row, id_trailer: trailer.index, capacity: trailer.Capacity }],
    ),
    c_0607_inventory_trailer_initial_inventory: wrongBeginnings(shifts),
    c_11_quantity_delivered: operations.filter(({ id_location: location, quantity }) => {
      if (sources.has(location)) return quantity < 0;
      return customers.has(location) ? quantity > 0 : quantity !== 0;
    }),
    c_16_customer_tank_exceeds: supplied
      .filter(({ row, customer }) => -row.quantity > customer.Capacity + tolerance)
      .map(({ row, customer }) => ({ ...row, capacity: customer.Capacity })),
    c_16_customer_tank_too_low: supplied
      .filter(
        ({ row, customer }) =>
          row.quantity <= 0 && -row.quantity < (customer.MinOperationQuantity ?? 0) - tolerance,
      )
      .map(({ row, customer }) => ({ ...row, minimum_quantity: customer.MinOperationQuantity })),
  };
};

/** A trailer leaves with what it came back with the last time. */
const wrongBeginnings = (shifts: readonly ListedShift[]): object[] => {
  const left = new Map<number, number>();
  return shifts.flatMap(({ id, trailer, initial, steps }) => {
    if (trailer === undefined) return [];
    const last = left.get(trailer.index) ?? trailer.InitialQuantity;
    left.set(
      trailer.index,
      steps.reduce((sum, { quantity }) => sum + quantity, initial),
    );
    return Math.abs(last - initial) <= tolerance
      ? []
      : [
          {
            id_shift: id,
            initial_quantity: initial,
            last_shift_final_inventory: last,
            id_trailer: trailer.index,
          },
        ];
  });
};
