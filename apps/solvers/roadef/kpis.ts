import { deliveredBy, drivingOf, kilometresOf, logisticRatio, shiftCost } from './costs.ts';
import type { Instance, Solution } from './data.ts';
import { layoversOf, readShifts, readSites } from './logbook.ts';
import { tankLevels } from './tank-levels.ts';

/** Tables of figures; see `schemas/kpis.json`. */
export const kpis = (instance: Instance, solution: Solution): Record<string, object[]> => {
  const sites = readSites(instance);
  const listed = readShifts(instance, solution);
  const shifts = listed.map((shift) => ({
    id_shift: shift.id,
    driver: shift.driver?.index,
    trailer: shift.trailer?.index,
    cost: rounded(shiftCost(sites, shift)),
    distance: rounded(kilometresOf(sites, shift)),
    duration: shift.end - shift.start,
    driving: drivingOf(sites, shift),
    layovers: layoversOf(shift),
    deliveries: shift.steps.filter(({ location }) => sites.customers.has(location)).length,
    delivered: rounded(deliveredBy(sites, shift)),
  }));
  const sum = (of: (shift: (typeof shifts)[number]) => number): number =>
    rounded(shifts.reduce((total, shift) => total + of(shift), 0));
  const levels = new Map(tankLevels(instance, listed).map((tank) => [tank.customer.index, tank.levels]));
  return {
    shifts,
    customers: instance.customers.map((customer) => {
      const steps = listed.flatMap((shift) =>
        shift.steps.filter(({ location }) => location === customer.index),
      );
      const row = {
        id_customer: customer.index,
        deliveries: steps.length,
        delivered: rounded(steps.reduce((total, { quantity }) => total - quantity, 0)),
      };
      const own = levels.get(customer.index);
      if (own === undefined || own.length === 0) return row;
      const lowest = Math.min(...own);
      return {
        ...row,
        lowest_level: rounded(lowest),
        lowest_hour: own.indexOf(lowest),
        safety_level: customer.SafetyLevel ?? 0,
        final_level: rounded(own.at(-1) ?? 0),
      };
    }),
    totals: [
      {
        logistic_ratio: logisticRatio(instance, solution),
        cost: sum(({ cost }) => cost),
        delivered: sum(({ delivered }) => delivered),
        distance: sum(({ distance }) => distance),
        driving: sum(({ driving }) => driving),
        duration: sum(({ duration }) => duration),
        shifts: shifts.length,
        deliveries: sum(({ deliveries }) => deliveries),
        layovers: sum(({ layovers }) => layovers),
      },
    ],
  };
};

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
