import type { Findings } from '../src/lib/app.ts';
import type { Instance } from './data.ts';
import { legsOf, type ListedShift, readSites, type Sites } from './logbook.ts';

/** Rules for drivers and trailers from shift to shift (DRI01, DRI03, DRI08, TL01, TL03). */
export const checkResources = (instance: Instance, shifts: readonly ListedShift[]): Findings => {
  const sites = readSites(instance);
  const windows = Map.groupBy(instance.driversTimeWindows, ({ id_driver: id }) => id);
  const pairs = new Set(instance.driversTrailers.map((row) => `${row.id_driver} ${row.id_trailer}`));
  return {
    res_dr_01_intershift: followers(shifts, ({ driver }) => driver?.index).flatMap(({ last, shift }) => {
      const duration = shift.start - last.end;
      const minimum = shift.driver?.minInterSHIFTDURATION ?? 0;
      if (duration >= minimum) return [];
      return [
        {
          id_shift: shift.id,
          last_shift: last.id,
          id_driver: shift.driver?.index,
          duration,
          minimum_duration: minimum,
        },
      ];
    }),
    res_dr_03_max_duration: shifts.flatMap((shift) => {
      const duration = longestDriving(sites, shift);
      const maximum = shift.driver?.maxDrivingDuration ?? Number.POSITIVE_INFINITY;
      if (duration <= maximum) return [];
      return [{ id_shift: shift.id, id_driver: shift.driver?.index, duration, maximum_duration: maximum }];
    }),
    res_dr_08_driver_TW: shifts.flatMap(({ id, driver, start, end }) => {
      if (driver === undefined) return [];
      const fits = windows.get(driver.index)?.some((window) => window.start <= start && end <= window.end);
      return fits === true ? [] : [{ id_shift: id, id_driver: driver.index }];
    }),
    res_tl_01_shift_overlaps: followers(shifts, ({ trailer }) => trailer?.index)
      .filter(({ last, shift }) => shift.start < last.end)
      .map(({ last, shift }) => ({
        id_shift: shift.id,
        last_shift: last.id,
        id_trailer: shift.trailer?.index,
      })),
    res_tl_03_compatibility_dr_tr: shifts.flatMap(({ id, driver, trailer }) =>
      driver === undefined || trailer === undefined || pairs.has(`${driver.index} ${trailer.index}`)
        ? []
        : [{ id_shift: id, id_driver: driver.index, id_trailer: trailer.index }],
    ),
  };
};

/** Each shift with the one before it of the same driver, or the same trailer, which is the one that ends last. */
const followers = (
  shifts: readonly ListedShift[],
  of: (shift: ListedShift) => number | undefined,
): { readonly last: ListedShift; readonly shift: ListedShift }[] => {
  const lasts = new Map<number, ListedShift>();
  return shifts.flatMap((shift) => {
    const owner = of(shift);
    if (owner === undefined) return [];
    const last = lasts.get(owner);
    if (last === undefined || shift.end > last.end) lasts.set(owner, shift);
    return last === undefined ? [] : [{ last, shift }];
  });
};

/** The most minutes driven without a layover between them. */
const longestDriving = ({ wayBetween }: Sites, shift: ListedShift): number => {
  let driven = 0;
  let longest = 0;
  for (const { from, to } of legsOf(shift)) {
    const leg = wayBetween(from.location, to.location)?.time ?? 0;
    if (to.layover_before === 1) {
      const before = Math.min(leg, Math.max(0, to.driving_time_before_layover ?? 0));
      longest = Math.max(longest, driven + before);
      driven = leg - before;
    } else driven += leg;
    longest = Math.max(longest, driven);
  }
  return longest;
};
