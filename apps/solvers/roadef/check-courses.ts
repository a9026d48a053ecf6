import type { Findings } from '../src/lib/app.ts';
import type { Instance } from './data.ts';
import { isPlace, layoversOf, legsOf, type ListedShift, readSites } from './logbook.ts';

/** Rules for one shift by itself: its times, where its trailer may go, and its layovers (SHI02 to SHI05, LAY02, LAY03). */
export const checkCourses = (instance: Instance, shifts: readonly ListedShift[]): Findings => {
  const sites = readSites(instance);
  const windows = Map.groupBy(instance.customersTimeWindows, ({ id_customer: id }) => id);
  const allowed = Map.groupBy(instance.allowedTrailers, ({ id_location: id }) => id);
  const steps = shifts.flatMap((shift) => shift.steps.map((step) => ({ shift, step })));
  const at = (id: number, location: number) => ({ id_shift: id, id_location: location });
  return {
    c_02_timeline: shifts.flatMap((shift) => [
      ...shift.steps
        .slice(0, 1)
        .filter(({ arrival, departure }) => arrival !== shift.start || departure < arrival)
        .map(({ location }) => at(shift.id, location)),
      ...legsOf(shift)
        .filter(({ from, to }) => {
          if (!isPlace(sites, from.location) || !isPlace(sites, to.location)) return false;
          const way = sites.wayBetween(from.location, to.location);
          const layover = to.layover_before === 1 ? (shift.driver?.LayoverDuration ?? 0) : 0;
          return way === undefined || to.arrival < from.departure + way.time + layover;
        })
        .map(({ to }) => at(shift.id, to.location)),
    ]),
    c_03_setup_times: steps
      .filter(({ step }) => step.departure < step.arrival + (sites.setup.get(step.location) ?? 0))
      .filter(({ step }) => sites.setup.has(step.location))
      .map(({ shift, step }) => at(shift.id, step.location)),
    c_04_customer_TW: steps
      .filter(
        ({ step: { location, arrival, departure } }) =>
          sites.customers.has(location) &&
          !windows.get(location)?.some(({ start, end }) => start <= arrival && departure <= end),
      )
      .map(({ shift, step }) => at(shift.id, step.location)),
    c_05_sites_accessible: steps.flatMap(({ shift: { id, trailer }, step: { location } }) => {
      const rows = allowed.get(location);
      if (trailer === undefined || rows === undefined) return [];
      if (rows.some((row) => row.id_trailer === trailer.index)) return [];
      return [{ ...at(id, location), id_trailer: trailer.index }];
    }),
    lay_02_layover_without_customer: shifts
      .filter(
        (shift) =>
          layoversOf(shift) > 0 &&
          !shift.steps.some(({ location }) => sites.customers.get(location)?.LayoverCustomer === 1),
      )
      .map(({ id }) => ({ id_shift: id })),
    lay_03_layovers: shifts
      .filter((shift) => layoversOf(shift) > 1)
      .map((shift) => ({ id_shift: shift.id, layovers: layoversOf(shift) })),
  };
};
