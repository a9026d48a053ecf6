import type { ExecutionState } from '@dumont/contracts/optimization/executions';

/** Numbers and sentences are Cornflow's; the words are ours. */
const states = [
  [2, 'loaded', 'The execution was loaded manually.'],
  [1, 'solved', 'The execution has been solved correctly.'],
  [0, 'running', 'The execution is currently running.'],
  [-1, 'failed', 'The execution has found an error.'],
  [-2, 'stopped', 'The execution has stopped running.'],
  [-3, 'not_started', "The execution couldn't start running."],
  [-4, 'not_run', "The execution wasn't run by user choice."],
  [-5, 'unknown', 'The execution has an unknown error.'],
  [-6, 'not_saved', 'The execution executed ok but failed while saving it.'],
  [-7, 'queued', 'The execution is currently queued.'],
] as const satisfies readonly (readonly [number, ExecutionState, string])[];

export type StateNumber = (typeof states)[number][0];

export const stateNumber = Object.fromEntries(states.map(([number, word]) => [word, number])) as Record<
  ExecutionState,
  StateNumber
>;

const byNumber = new Map<number, (typeof states)[number]>(states.map((state) => [state[0], state]));

const entry = (number: number): (typeof states)[number] => {
  const found = byNumber.get(number);
  if (found === undefined) throw new Error(`no execution is in state ${number}`);
  return found;
};

export const isStateNumber = (number: number): number is StateNumber => byNumber.has(number);
export const stateWord = (number: number): ExecutionState => entry(number)[1];
export const stateSentence = (number: number): string => entry(number)[2];

/** The columns of a state; `why` replaces its sentence. */
export const inState = (word: ExecutionState, why?: string) => ({
  state: stateNumber[word],
  state_message: why ?? stateSentence(stateNumber[word]),
});

const openStates: ReadonlySet<number> = new Set([stateNumber.queued, stateNumber.running]);
export const isOpen = (number: number): boolean => openStates.has(number);

/** What Cornflow calls `status_code` and `sol_code`, and the text that goes with the first. */
const solverStatuses = {
  optimal: [1, 'Optimal'],
  feasible: [2, 'Feasible'],
  infeasible: [-1, 'Infeasible'],
  unbounded: [-2, 'Unbounded'],
  time_limit: [5, 'Time limit'],
  stopped: [2, 'Feasible'],
  not_solved: [0, 'Not solved'],
  unknown: [-3, 'Unknown'],
} as const;
export type SolverStatus = keyof typeof solverStatuses;

export const isSolverStatus = (text: unknown): text is SolverStatus =>
  typeof text === 'string' && Object.hasOwn(solverStatuses, text);

export const solverStatusOf = (status: SolverStatus, hasSolution: boolean) => ({
  status: hasSolution || status !== 'stopped' ? solverStatuses[status][1] : 'Not solved',
  status_code: hasSolution || status !== 'stopped' ? solverStatuses[status][0] : 0,
  sol_code: hasSolution ? 2 : 0,
});
