import { tailsOf } from './bounds.ts';
import type { Job, Mode, Project } from './project.ts';
import { type ChooseMode, justify, orderOf, type Schedule, scheduleInOrder } from './schedule.ts';
import { fitStocks, leftAfter, leftOf } from './stocks.ts';

/** An order of jobs and a mode of each, which together say a schedule. */
export interface Genes {
  readonly order: readonly Job[];
  readonly modes: readonly Mode[];
}

/** A schedule with the order of jobs that leads to it. */
export interface Member extends Schedule, Genes {}

/** Part of the jobs that change place or mode in a child by chance. */
const mutations = 0.06;
/** Part of the jobs that look for a mode in which they end earlier. */
const improved = 0.3;

/** The schedule that genes say, improved: jobs may take modes in which they end earlier, then it is justified. */
export const grow = (project: Project, genes: Genes, random: () => number): Member => {
  const first = scheduleInOrder(project, genes.order, improving(project, genes.modes, random));
  const schedule = justify(project, first);
  return { ...schedule, order: orderOf(project, schedule) };
};

const improving = (project: Project, modes: readonly Mode[], random: () => number): ChooseMode => {
  let left = leftOf(project, modes);
  return (job, from, profile) => {
    const own = modes[job.index] as Mode;
    if (job.modes.length < 2 || random() >= improved) return own;
    let best = own;
    let bestEnd = profile.earliest(from, own.duration, own.uses) + own.duration;
    for (const mode of job.modes) {
      if (mode === own || leftAfter(left, own, mode).some((value) => value < 0)) continue;
      const end = profile.earliest(from, mode.duration, mode.uses) + mode.duration;
      if (end >= bestEnd) continue;
      best = mode;
      bestEnd = end;
    }
    left = leftAfter(left, own, best);
    return best;
  };
};

/**
 * The two-point crossover of Hartmann (Naval Research Logistics 45, 1998; with modes: Annals of Operations Research
 * 102, 2001): the middle of the list comes from the father, in his order, and every job keeps the mode of the parent
 * that gave it its place.
 */
export const cross = (mother: Genes, father: Genes, random: () => number): Genes => {
  const size = mother.order.length;
  const one = Math.floor(random() * (size + 1));
  const other = Math.floor(random() * (size + 1));
  const middle = Math.min(one, other);
  const last = Math.max(one, other);
  const order: Job[] = [];
  const modes = [...mother.modes];
  const isTaken = new Uint8Array(size);
  const take = (job: Job, from: Genes): void => {
    isTaken[job.index] = 1;
    modes[job.index] = from.modes[job.index] as Mode;
    order.push(job);
  };
  for (const job of mother.order.slice(0, middle)) take(job, mother);
  for (const job of father.order) if (order.length < last && isTaken[job.index] === 0) take(job, father);
  for (const job of mother.order) if (isTaken[job.index] === 0) take(job, mother);
  return { order, modes };
};

/** Genes with some jobs a place further and some in other modes; undefined where the stocks then cannot suffice. */
export const mutate = (project: Project, genes: Genes, random: () => number): Genes | undefined => {
  const order = [...genes.order];
  const modes = [...genes.modes];
  for (let place = 1; place < order.length; place++) {
    const [first, second] = [order[place - 1], order[place]];
    if (random() >= mutations || first === undefined || second === undefined) continue;
    if (first.successors.includes(second)) continue;
    order[place - 1] = second;
    order[place] = first;
  }
  for (const job of project.jobs) if (random() < mutations) modes[job.index] = randomMode(job, random);
  return fitStocks(project, modes, random) ? { order, modes } : undefined;
};

export const randomMode = ({ modes }: Job, random: () => number): Mode =>
  modes[Math.floor(random() * modes.length)] as Mode;

/** An order in which jobs that much still comes after are more likely to come early. */
export const randomOrder = (project: Project, random: () => number): Job[] => {
  const { jobs } = project;
  const tails = tailsOf(project);
  const waitingFor = jobs.map(({ predecessors }) => predecessors.length);
  const open = jobs.filter(({ predecessors }) => predecessors.length === 0);
  const order: Job[] = [];
  while (open.length > 0) {
    let place = 0;
    let most = 0;
    for (const [candidate, { index }] of open.entries()) {
      const worth = (1 + (tails[index] ?? 0)) * (0.3 + random());
      if (worth > most) {
        most = worth;
        place = candidate;
      }
    }
    const [job] = open.splice(place, 1);
    if (job === undefined) break;
    order.push(job);
    for (const next of job.successors) {
      const left = (waitingFor[next.index] ?? 0) - 1;
      waitingFor[next.index] = left;
      if (left === 0) open.push(next);
    }
  }
  return order;
};
