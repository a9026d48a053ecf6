import type { Job, Mode, Project } from './project.ts';

const shortest = ({ modes }: Job): number => Math.min(...modes.map(({ duration }) => duration));

/** The greatest number that all durations are multiples of: jobs of a schedule begin at multiples of it. */
export const stepOf = ({ jobs }: Project): number => {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const durations = jobs.flatMap(({ modes }) => modes.map(({ duration }) => duration));
  return durations.reduce(divisor, 0) || 1;
};

/** A bound with what is known of all ends: they are multiples of the step. */
export const roundUp = (project: Project, bound: number): number => {
  const step = stepOf(project);
  return Math.ceil(bound / step - 1e-6) * step;
};

/** By job: the least time from the beginning of the project to the beginning of the job. */
export const headsOf = ({ jobs }: Project): number[] => {
  const heads: number[] = [];
  for (const { index, predecessors } of jobs)
    heads[index] = Math.max(0, ...predecessors.map((job) => (heads[job.index] ?? 0) + shortest(job)));
  return heads;
};

/** By job: the least time from the end of the job to the end of the project. */
export const tailsOf = ({ jobs }: Project): number[] => {
  const tails: number[] = [];
  for (const { index, successors } of jobs.toReversed())
    tails[index] = Math.max(0, ...successors.map((job) => (tails[job.index] ?? 0) + shortest(job)));
  return tails;
};

const workOf = ({ duration, uses }: Mode, resource: number): number => duration * (uses[resource] ?? 0);

/** No schedule ends before this: neither the longest way through the jobs nor the work for any resource is done sooner. */
export const lowerBound = (project: Project): number => {
  const heads = headsOf(project);
  const tails = tailsOf(project);
  const ways = project.jobs.map((job) => (heads[job.index] ?? 0) + shortest(job) + (tails[job.index] ?? 0));
  const works = project.capacities.map((capacity, resource) => {
    const work = project.jobs.reduce(
      (sum, { modes }) => sum + Math.min(...modes.map((mode) => workOf(mode, resource))),
      0,
    );
    return work === 0 ? 0 : work / capacity;
  });
  return roundUp(
    project,
    [...ways, ...works].reduce((most, least) => Math.max(most, least), 0),
  );
};
