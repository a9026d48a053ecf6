import type { Instance, Solution } from './data.ts';
import { doingsOf, stretchesOf, takenOf } from './usage.ts';

/** Figures of a solution without faults. */
export const kpis = (instance: Instance, solution: Solution) => {
  const doings = doingsOf(instance, solution);
  const end = doings.reduce((last, doing) => Math.max(last, doing.end), 0);
  const work = doings.reduce((sum, doing) => sum + doing.end - doing.period, 0);
  const available = new Map(instance.resources.map((row) => [row.id, row.available]));
  const stretches = Map.groupBy(stretchesOf(instance, doings), ({ resource }) => resource);
  const takenBy = new Map(takenOf(instance, doings).map(({ resource, taken }) => [resource, taken]));
  const renewable = instance.resources.filter(({ id }) => !takenBy.has(id));
  return {
    project: [{ end, jobs: doings.length, work, jobs_at_once: end === 0 ? 0 : round(work / end) }],
    renewable_resources: renewable.map(({ id }) => {
      const used = stretches.get(id) ?? [];
      const total = used.reduce((sum, row) => sum + row.used * (row.last - row.first + 1), 0);
      return {
        resource: id,
        available: available.get(id) ?? 0,
        most: used.reduce((most, row) => Math.max(most, row.used), 0),
        used_percent: percent(total, (available.get(id) ?? 0) * end),
      };
    }),
    non_renewable_resources: [...takenBy].map(([resource, taken]) => ({
      resource,
      available: available.get(resource) ?? 0,
      taken,
      taken_percent: percent(taken, available.get(resource) ?? 0),
    })),
  };
};

const round = (value: number): number => Math.round(value * 100) / 100;

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : round((100 * part) / whole));
