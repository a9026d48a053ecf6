import type { Constraint, Model, Variable } from '../src/lib/mip.ts';
import { headsOf, tailsOf } from './bounds.ts';
import type { Job, Mode, Project } from './project.ts';
import type { Schedule } from './schedule.ts';

/** A job that may begin at a time in a mode. */
interface Pulse {
  readonly job: number;
  readonly mode: Mode;
  readonly start: number;
  readonly variable: number;
}

type Term = readonly [number, number];

export interface TimeModel {
  readonly model: Model;
  scheduleOf(values: readonly number[]): Schedule;
}

interface Window {
  /** No schedule ends before or after. */
  readonly earliest: number;
  readonly latest: number;
  /** All times are multiples of it. */
  readonly step: number;
}

/** How many variables `timeModel` would have. */
export const pulseCount = (project: Project, { latest, step }: Window): number => {
  const heads = headsOf(project);
  const tails = tailsOf(project);
  return project.jobs
    .flatMap(({ index, modes }) =>
      modes.map(({ duration }) => latest - (tails[index] ?? 0) - duration - (heads[index] ?? 0)),
    )
    .reduce((sum, room) => sum + Math.max(0, Math.floor(room / step) + 1), 0);
};

/**
 * The time-indexed model with disaggregated precedences (Pritsker et al., Management Science 16, 1969; Christofides et
 * al., European Journal of Operational Research 29, 1987): a variable for each time at which a job may begin in a mode.
 */
export const timeModel = (project: Project, window: Window): TimeModel => {
  const { earliest, latest, step } = window;
  const variables: Variable[] = [];
  const pulses = pulsesOf(project, window, variables);
  const ends = timesBetween(earliest, latest, step).map((time) => ({
    time,
    variable: variables.push({ name: `end_${time}`, upper: 1, integer: true, cost: time }) - 1,
  }));
  const constraints: Constraint[] = [
    { terms: ends.map(({ variable }) => [variable, 1]), lower: 1, upper: 1 },
    ...project.jobs.map(({ index }): Constraint => ({
      terms: ones(pulses[index] ?? []),
      lower: 1,
      upper: 1,
    })),
    ...project.jobs.flatMap((job) => precedences(job, pulses, ends, window)),
    ...resourceRows(project, pulses.flat(), window),
    ...project.stocks.map((available, stock): Constraint => ({
      terms: pulses.flat().flatMap(({ variable, mode }) => term(variable, mode.costs[stock])),
      upper: available,
    })),
  ];
  return {
    model: { sense: 'minimize', variables, constraints },
    scheduleOf: (values) => {
      const begun = pulses.map(
        (ofJob) => ofJob.find(({ variable }) => (values[variable] ?? 0) > 0.5) ?? ofJob[0],
      ) as Pulse[];
      return {
        starts: begun.map(({ start }) => start),
        modes: begun.map(({ mode }) => mode),
        end: begun.reduce((last, { start, mode }) => Math.max(last, start + mode.duration), 0),
      };
    },
  };
};

const timesBetween = (first: number, last: number, step: number): number[] =>
  Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, at) => first + at * step);

const term = (variable: number, factor: number | undefined): Term[] =>
  factor === undefined || factor === 0 ? [] : [[variable, factor]];

const ones = (items: readonly { readonly variable: number }[]): Term[] =>
  items.map(({ variable }) => [variable, 1]);

/** By the index of the job. */
const pulsesOf = (project: Project, { latest, step }: Window, variables: Variable[]): Pulse[][] => {
  const heads = headsOf(project);
  const tails = tailsOf(project);
  return project.jobs.map(({ index, modes }) =>
    modes.flatMap((mode, place) =>
      timesBetween(heads[index] ?? 0, latest - (tails[index] ?? 0) - mode.duration, step).map((start) => {
        const name = `job_${index}_mode_${place}_at_${start}`;
        return { job: index, mode, start, variable: variables.push({ name, upper: 1, integer: true }) - 1 };
      }),
    ),
  );
};

/** At no time has a job begun of which another that must end before goes on after it. */
const precedences = (
  { index, successors }: Job,
  pulses: readonly (readonly Pulse[])[],
  ends: readonly { readonly time: number; readonly variable: number }[],
  { latest, step }: Window,
): Constraint[] => {
  const own = pulses[index] ?? [];
  const afters =
    successors.length === 0
      ? [ends]
      : successors.map((job) =>
          (pulses[job.index] ?? []).map(({ start, variable }) => ({ time: start, variable })),
        );
  return afters.flatMap((after) =>
    timesBetween(0, latest, step).flatMap((time): Constraint[] => {
      const going = own.filter(({ start, mode }) => start + mode.duration > time);
      const begun = after.filter((pulse) => pulse.time <= time);
      return going.length === 0 || begun.length === 0
        ? []
        : [{ terms: [...ones(going), ...ones(begun)], upper: 1 }];
    }),
  );
};

const resourceRows = (
  { capacities }: Project,
  pulses: readonly Pulse[],
  { latest, step }: Window,
): Constraint[] =>
  timesBetween(0, latest - step, step).flatMap((time) => {
    const going = pulses.filter(({ start, mode }) => start <= time && time < start + mode.duration);
    return capacities.flatMap((capacity, resource): Constraint[] => {
      const terms = going.flatMap(({ variable, mode }) => term(variable, mode.uses[resource]));
      return terms.length === 0 ? [] : [{ terms, upper: capacity }];
    });
  });
