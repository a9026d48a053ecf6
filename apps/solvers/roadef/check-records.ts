import type { Findings } from '../src/lib/app.ts';
import { repeated } from '../src/lib/repeated.ts';
import type { Instance, Solution } from './data.ts';
import { isPlace, type ListedShift, readSites } from './logbook.ts';

/** Whether the two tables are of one plan, and name what there is. */
export const checkRecords = (
  instance: Instance,
  { info_shifts: shifts, details_shifts: rows }: Solution,
  listed: readonly ListedShift[],
): Findings => {
  const sites = readSites(instance);
  const known = new Set(shifts.map(({ id_shift: id }) => id));
  const end = instance.parameters.horizon * instance.parameters.unit;
  return {
    repeated_shifts: repeated(shifts, ({ id_shift: id }) => id).map(([id]) => ({ id_shift: id })),
    repeated_positions: repeated(rows, ({ id_shift: id, position }) => `${id} ${position}`).map(([key]) => {
      const [id, position] = key.split(' ').map(Number);
      return { id_shift: id, position };
    }),
    steps_without_shift: rows
      .filter(({ id_shift: id }) => !known.has(id))
      .map(({ id_shift: id, position }) => ({ id_shift: id, position })),
    not_from_base: listed
      .filter(
        ({ steps }) =>
          steps.length < 2 ||
          steps[0]?.location !== sites.base ||
          steps.at(-1)?.location !== sites.base ||
          steps.slice(1, -1).some(({ location }) => location === sites.base),
      )
      .map(({ id }) => ({ id_shift: id })),
    driver_and_trailer: listed
      .filter(({ driver, trailer }) => driver === undefined || trailer === undefined)
      .map(({ id, driver, trailer }) => ({
        id_shift: id,
        missing_driver: driver === undefined,
        missing_trailer: trailer === undefined,
      })),
    c_03_wrong_index: rows
      .filter(({ location }) => !isPlace(sites, location))
      .map(({ id_shift: id, position }) => ({ id_shift: id, position })),
    outside_horizon: rows
      .filter(({ location, arrival }) => location !== sites.base && (arrival < 0 || arrival >= end))
      .map(({ id_shift: id, position, arrival }) => ({ id_shift: id, position, arrival })),
  };
};
