import type { Assignment, Solution } from './data.ts';
import { createProfile, type Profile } from './profile.ts';
import type { Job, Mode, Project } from './project.ts';
import { dominates } from './useful-modes.ts';

/** By the index of the job. */
export interface Schedule {
  readonly starts: readonly number[];
  readonly modes: readonly Mode[];
  readonly end: number;
}

/** Which mode a job takes that may begin at that time. */
export type ChooseMode = (job: Job, from: number, profile: Profile) => Mode;

/**
 * The serial schedule generation scheme: one job after the other, each as early as what it waits for and the resources
 * allow. `backward` turns time around: jobs wait for those that come after them, and times are counted from the end.
 * Each job is listed after all that it waits for.
 */
export const scheduleInOrder = (
  project: Project,
  order: readonly Job[],
  choose: ChooseMode,
  direction: 'forward' | 'backward' = 'forward',
): Schedule => {
  const profile = createProfile(project.capacities);
  const starts = order.map(() => 0);
  const ends = order.map(() => 0);
  const modes: Mode[] = [];
  let end = 0;
  for (const job of order) {
    let from = 0;
    for (const { index } of direction === 'forward' ? job.predecessors : job.successors)
      from = Math.max(from, ends[index] ?? 0);
    const mode = choose(job, from, profile);
    const start = profile.earliest(from, mode.duration, mode.uses);
    profile.occupy(start, mode.duration, mode.uses);
    modes[job.index] = mode;
    starts[job.index] = start;
    ends[job.index] = start + mode.duration;
    end = Math.max(end, start + mode.duration);
  }
  return { starts, modes, end };
};

/** Jobs by when they begin; of those at one time, each after what it waits for. */
export const orderOf = ({ jobs }: Project, { starts }: Pick<Schedule, 'starts'>): Job[] =>
  jobs.toSorted((a, b) => (starts[a.index] ?? 0) - (starts[b.index] ?? 0) || a.index - b.index);

/**
 * Forward-backward improvement (Li and Willis, European Journal of Operational Research 56, 1992): all jobs as late as
 * they can without the end moving, then all as early as they can. Never later than what is given; the modes stay.
 */
export const justify = (project: Project, { starts, modes }: Schedule): Schedule => {
  const keep: ChooseMode = ({ index }) => modes[index] as Mode;
  const endOf = ({ index }: Job): number => (starts[index] ?? 0) + (modes[index]?.duration ?? 0);
  const fromTheEnd = project.jobs.toSorted((a, b) => endOf(b) - endOf(a) || b.index - a.index);
  const late = scheduleInOrder(project, fromTheEnd, keep, 'backward');
  const lateStarts = late.starts.map((start, index) => -start - (modes[index]?.duration ?? 0));
  return scheduleInOrder(project, orderOf(project, { starts: lateStarts }), keep);
};

export const toSolution = ({ jobs }: Project, { starts, modes }: Schedule): Solution => ({
  assignment: jobs
    .map(({ id, index }): Assignment => ({
      job: id,
      mode: modes[index]?.id ?? 0,
      period: starts[index] ?? 0,
    }))
    .toSorted((a, b) => a.period - b.period || a.job - b.job),
});

/** The order and the modes of a solution that was given; jobs that it leaves out come first. */
export const fromSolution = (
  project: Project,
  { assignment }: Solution,
): { readonly order: Job[]; readonly modes: Mode[] } => {
  const rows = new Map(assignment.map((row) => [row.job, row]));
  const starts: number[] = [];
  for (const { id, index, predecessors } of project.jobs) {
    const before = predecessors.map((job) => starts[job.index] ?? 0);
    starts[index] = Math.max(rows.get(id)?.period ?? 0, ...before);
  }
  const modes = project.jobs.map(({ id, modes: useful, given }) => {
    const wanted = given.find((mode) => mode.id === rows.get(id)?.mode);
    const asGood = wanted && useful.find((mode) => mode === wanted || dominates(mode, wanted));
    return (asGood ?? useful[0]) as Mode;
  });
  return { order: orderOf(project, { starts }), modes };
};
