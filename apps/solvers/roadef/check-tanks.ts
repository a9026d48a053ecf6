import type { Findings } from '../src/lib/app.ts';
import type { Instance } from './data.ts';
import type { ListedShift } from './logbook.ts';
import { tankLevels } from './tank-levels.ts';

const tolerance = 0.001;

/** What is in tanks at the end of each time step (DYN01, QS02). */
export const checkTanks = (instance: Instance, shifts: readonly ListedShift[]): Findings => {
  const tanks = tankLevels(instance, shifts);
  const hours = tanks.flatMap(({ customer, levels }) =>
    levels.map((inventory, hour) => ({ customer, hour, inventory })),
  );
  return {
    site_inventory_negative: hours
      .filter(({ inventory }) => inventory < -tolerance)
      .map(({ customer, hour, inventory }) => ({ id_location: customer.index, hour, inventory })),
    site_inventory_exceeds: hours
      .filter(({ customer, inventory }) => inventory > customer.Capacity + tolerance)
      .map(({ customer, hour, inventory }) => ({
        id_location: customer.index,
        hour,
        inventory,
        capacity: customer.Capacity,
      })),
    qs_02_runouts: tanks
      .map(({ customer, levels }) => ({
        id_location: customer.index,
        nb_run_outs: levels.filter((level) => level < (customer.SafetyLevel ?? 0) - tolerance).length,
      }))
      .filter((row) => row.nb_run_outs > 0),
  };
};
