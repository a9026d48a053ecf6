import type { Findings } from '../src/lib/app.ts';
import { repeated } from '../src/lib/repeated.ts';
import { type Instance, jobIdsOf, modeKey, precedencesOf, type Solution } from './data.ts';
import { doingsOf, stretchesOf, takenOf } from './usage.ts';

/** What is wrong with a solution, by table; see `schemas/solution_checks.json`. */
export const checkSolution = (instance: Instance, solution: Solution): Findings => {
  const { assignment } = solution;
  const done = new Set(assignment.map(({ job }) => job));
  const modes = new Set(instance.durations.map(({ job, mode }) => modeKey(job, mode)));
  return {
    all_jobs_once: jobIdsOf(instance)
      .filter((job) => !done.has(job))
      .map((job) => ({ job })),
    repeated_jobs: repeated(assignment, ({ job }) => job).map(([job, times]) => ({ job, times })),
    unknown_modes: assignment
      .filter(({ job, mode }) => !modes.has(modeKey(job, mode)))
      .map(({ job, mode }) => ({ job, mode })),
    negative_periods: assignment
      .filter(({ period }) => period < 0)
      .map(({ job, period }) => ({ job, period })),
    successors: earlyStarts(instance, solution),
    resources_r: overuse(instance, solution),
    resources_nr: overdrafts(instance, solution),
  };
};

/** When the last job ends. */
export const endOf = (instance: Instance, solution: Solution): number =>
  doingsOf(instance, solution).reduce((last, { end }) => Math.max(last, end), 0);

const earlyStarts = (instance: Instance, solution: Solution): object[] => {
  const doings = Map.groupBy(doingsOf(instance, solution), ({ job }) => job);
  const pairs = new Map(precedencesOf(instance).map((pair) => [`${pair.before} ${pair.after}`, pair]));
  return [...pairs.values()].flatMap(({ before, after }) =>
    (doings.get(before) ?? []).flatMap(({ end }) =>
      (doings.get(after) ?? [])
        .filter(({ period }) => period < end)
        .map(({ period }) => ({ job1: before, job2: after, difference: end - period })),
    ),
  );
};

const overuse = (instance: Instance, solution: Solution): object[] => {
  const available = new Map(instance.resources.map((row) => [row.id, row.available]));
  return stretchesOf(instance, doingsOf(instance, solution)).flatMap(({ resource, first, last, used }) => {
    const quantity = used - (available.get(resource) ?? 0);
    return quantity > 0 ? [{ resource, period: first, last_period: last, quantity }] : [];
  });
};

const overdrafts = (instance: Instance, solution: Solution): object[] => {
  const available = new Map(instance.resources.map((row) => [row.id, row.available]));
  return takenOf(instance, doingsOf(instance, solution)).flatMap(({ resource, taken }) => {
    const quantity = taken - (available.get(resource) ?? 0);
    return quantity > 0 ? [{ resource, quantity }] : [];
  });
};
