import type { Execution } from '@dumont/contracts/optimization/executions';

/** What solvers say where they have no solution, and why there is none. */
const reasons = {
  Infeasible: 'infeasible',
  Unbounded: 'unbounded',
  'Not solved': 'notFound',
  'Time limit': 'notFound',
  Unknown: 'notFound',
} as const;

const isReason = (status: string): status is keyof typeof reasons => Object.hasOwn(reasons, status);

/** Why an execution that has no solution has none; undefined where its solver said nothing that is known. */
export const whyNone = ({ solverStatus }: Pick<Execution, 'solverStatus'>) =>
  solverStatus !== null && isReason(solverStatus) ? reasons[solverStatus] : undefined;

/** A solver that was cut short may have one all the same, of apps that tell no objective. */
export const saysNone = (execution: Pick<Execution, 'solverStatus'>): boolean =>
  execution.solverStatus !== 'Time limit' && whyNone(execution) !== undefined;
