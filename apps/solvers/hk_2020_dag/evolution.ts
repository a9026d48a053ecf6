import type { Work } from '../src/lib/app.ts';
import { createBreathing } from '../src/lib/breathing.ts';
import { cross, type Genes, grow, type Member, mutate, randomMode, randomOrder } from './offspring.ts';
import type { Mode, Project } from './project.ts';
import { fitStocks } from './stocks.ts';

const populationSize = 50;
/** Schedules without a better one after which everybody but the best is somebody new. */
const patience = 2500;

interface Search {
  readonly project: Project;
  /** Genes to begin with, one at least, of which the modes leave no stock short. */
  readonly starts: readonly Genes[];
  readonly rounds: number;
  /** No schedule ends before this: one that ends then is where the search ends. */
  readonly bound: number;
}

/**
 * A genetic algorithm over orders of jobs and modes, every child with forward-backward improvement, as the best of
 * heuristics for this problem have it (Van Peteghem and Vanhoucke, European Journal of Operational Research 201, 2010).
 */
export const evolve = async (search: Search, work: Work): Promise<Member> => {
  const { project, starts, rounds, bound } = search;
  const { random } = work;
  const breathing = createBreathing();
  let people = starts.map((genes) => grow(project, genes, random));
  let best = people.reduce((one, other) => (other.end < one.end ? other : one));
  work.progress(0, best.end);
  for (let stale = 0, idle = 0; stale < rounds && best.end > bound; stale++, idle++) {
    if (breathing.isDue()) {
      await breathing.breathe();
      work.progress(stale / rounds, best.end);
    }
    if (work.signal.aborted || work.secondsLeft() <= 0) break;
    if (idle >= patience) {
      people = [best];
      idle = 0;
    }
    const isFull = people.length >= populationSize;
    const genes = isFull ? childOf(project, people, random) : newcomer(project, best, random);
    if (genes === undefined) continue;
    const member = grow(project, genes, random);
    if (isFull) replace(people, member);
    else people.push(member);
    if (member.end >= best.end) continue;
    best = member;
    stale = 0;
    idle = 0;
    work.progress(0, best.end);
  }
  return best;
};

/** Random modes that the stocks suffice for, and a random order. Where the stocks are scarce, the modes of the best. */
const newcomer = (project: Project, best: Genes, random: () => number): Genes => {
  const modes: Mode[] = project.jobs.map((job) => randomMode(job, random));
  const order = randomOrder(project, random);
  return { order, modes: fitStocks(project, modes, random) ? modes : [...best.modes] };
};

const childOf = (project: Project, people: readonly Member[], random: () => number): Genes | undefined =>
  mutate(project, cross(better(people, random), better(people, random), random), random);

/** The better of two random members. */
const better = (people: readonly Member[], random: () => number): Member => {
  const one = people[Math.floor(random() * people.length)] as Member;
  const other = people[Math.floor(random() * people.length)] as Member;
  return other.end < one.end ? other : one;
};

/** In the place of the worst, unless it is worse or there already. */
const replace = (people: Member[], member: Member): void => {
  let worst = 0;
  for (const [place, { end }] of people.entries()) if (end > (people[worst]?.end ?? 0)) worst = place;
  if (member.end > (people[worst]?.end ?? 0) || people.some((other) => isSame(other, member))) return;
  people[worst] = member;
};

const isSame = (one: Member, other: Member): boolean =>
  one.end === other.end &&
  one.starts.every((start, job) => start === other.starts[job]) &&
  one.modes.every((mode, job) => mode === other.modes[job]);
