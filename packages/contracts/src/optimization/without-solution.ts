import type { Execution } from './executions.ts';

/** What solvers say where they have no solution, and why there is none. */
const reasons = {
  Infeasible: 'infeasible',
  Unbounded: 'unbounded',
  'Not solved': 'notFound',
  'Time limit': 'notFound',
  Unknown: 'notFound',
} as const;

type Said = Pick<Execution, 'solverStatus'>;

const isReason = (status: string): status is keyof typeof reasons => Object.hasOwn(reasons, status);

/** Why an execution that has no solution has none; undefined where its solver said nothing that is known. */
export const whyNone = ({ solverStatus }: Said) =>
  solverStatus !== null && isReason(solverStatus) ? reasons[solverStatus] : undefined;

/** A solver that was cut short may have one all the same, of apps that tell no objective. */
export const saysNone = (execution: Said): boolean =>
  execution.solverStatus !== 'Time limit' && whyNone(execution) !== undefined;
