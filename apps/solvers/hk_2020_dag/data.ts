import type { BaseConfig } from '../src/lib/app.ts';

/** The form of Cornflow's app `hk_2020_dag`: multi-mode project scheduling. */
export interface Instance {
  readonly jobs: readonly JobRow[];
  readonly durations: readonly DurationRow[];
  readonly needs: readonly NeedRow[];
  readonly resources: readonly ResourceRow[];
}

/** What must end before what begins: a row for each pair, or a row for each job with all that come after it. */
export interface JobRow {
  readonly id: number;
  readonly successor?: number;
  readonly successors?: readonly number[];
}

/** Each row is a mode of a job. */
export interface DurationRow {
  readonly job: number;
  readonly mode: number;
  readonly duration: number;
}

export interface NeedRow {
  readonly job: number;
  readonly mode: number;
  readonly resource: string;
  readonly need: number;
}

export interface ResourceRow {
  readonly id: string;
  readonly available: number;
  /** `R` renewable, else not; without it the first letter of the id says so. */
  readonly type?: string;
}

/** `period` is where the job begins; the first is 0. */
export interface Solution {
  readonly assignment: readonly Assignment[];
}

export interface Assignment {
  readonly job: number;
  readonly mode: number;
  readonly period: number;
}

export interface Config extends BaseConfig {
  /** Schedules without a better one after which the search ends. */
  readonly rounds?: number;
}

/** A renewable resource is there again in each period, another only once for the whole project. */
export const isRenewable = ({ id, type }: ResourceRow): boolean =>
  type === undefined ? id.startsWith('R') : type === 'R';

export interface Precedence {
  readonly before: number;
  readonly after: number;
}

export const precedencesOf = ({ jobs }: Instance): Precedence[] =>
  jobs.flatMap(({ id, successor, successors = [] }) =>
    [...(successor === undefined ? [] : [successor]), ...successors].map((after) => ({ before: id, after })),
  );

/** Every job that is named as one. */
export const jobIdsOf = (instance: Instance): number[] => [
  ...new Set([
    ...instance.jobs.map(({ id }) => id),
    ...precedencesOf(instance).map(({ after }) => after),
    ...instance.durations.map(({ job }) => job),
  ]),
];

/** The key of a mode among those of all jobs. */
export const modeKey = (job: number, mode: number): string => `${job} ${mode}`;
