import type { Findings } from '../src/lib/app.ts';
import { checkCourses } from './check-courses.ts';
import { checkOrders } from './check-orders.ts';
import { checkRecords } from './check-records.ts';
import { checkResources } from './check-resources.ts';
import { checkTanks } from './check-tanks.ts';
import { checkTrailers } from './check-trailers.ts';
import type { Instance, Solution } from './data.ts';
import { readShifts } from './logbook.ts';

/** Faults of a solution by the rule of the challenge that they break; see `schemas/solution_checks.json`. */
export const checkSolution = (instance: Instance, solution: Solution): Findings => {
  const shifts = readShifts(instance, solution);
  return {
    ...checkRecords(instance, solution, shifts),
    ...checkCourses(instance, shifts),
    ...checkTrailers(instance, shifts),
    ...checkTanks(instance, shifts),
    ...checkResources(instance, shifts),
    ...checkOrders(instance, shifts),
  };
};
