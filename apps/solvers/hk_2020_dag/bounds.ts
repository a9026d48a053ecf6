import type { Job, Mode, Project } from './project.ts';

const shortest = ({ modes }: Job): number => Math.min(...modes.map(({ duration }) => duration));

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
    return work === 0 ? 0 : Math.ceil(work / capacity);
  });
  return Math.max(0, ...ways, ...works);
};
