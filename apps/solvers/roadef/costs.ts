import type { Instance, Solution } from './data.ts';
import { layoversOf, legsOf, type ListedShift, readShifts, readSites, type Sites } from './logbook.ts';

/** What a shift costs: its kilometres, its minutes away from the base but for layovers, and each layover. */
export const shiftCost = (sites: Sites, shift: ListedShift): number => {
  const { driver, trailer, start, end } = shift;
  const layovers = layoversOf(shift);
  const worked = end - start - layovers * (driver?.LayoverDuration ?? 0);
  return (
    kilometresOf(sites, shift) * (trailer?.DistanceCost ?? 0) +
    worked * (driver?.TimeCost ?? 0) +
    layovers * (driver?.LayoverCost ?? 0)
  );
};

export const kilometresOf = ({ wayBetween }: Sites, shift: ListedShift): number =>
  legsOf(shift).reduce(
    (sum, { from, to }) => sum + (wayBetween(from.location, to.location)?.dist ?? Number.NaN),
    0,
  );

export const drivingOf = ({ wayBetween }: Sites, shift: ListedShift): number =>
  legsOf(shift).reduce(
    (sum, { from, to }) => sum + (wayBetween(from.location, to.location)?.time ?? Number.NaN),
    0,
  );

/** What all its customers get. */
export const deliveredBy = ({ customers }: Sites, { steps }: ListedShift): number =>
  steps.reduce((sum, { location, quantity }) => (customers.has(location) ? sum - quantity : sum), 0);

/**
 * To be minimized: the cost of all shifts for each unit of product delivered. A plan without shifts is worth 0, and one
 * that delivers nothing what it costs, as if it were one unit.
 */
export const logisticRatio = (instance: Instance, solution: Solution): number => {
  const sites = readSites(instance);
  const shifts = readShifts(instance, solution);
  const cost = shifts.reduce((sum, shift) => sum + shiftCost(sites, shift), 0);
  const delivered = shifts.reduce((sum, shift) => sum + deliveredBy(sites, shift), 0);
  return cost / Math.max(1, delivered);
};
