import type { Findings, SolverLog, Status } from './app.ts';

/** What is asked: a document on standard input. `check` asks only for the checks and the KPIs of what is given. */
export interface Task {
  readonly task: 'solve' | 'check';
  readonly instance: unknown;
  readonly solution?: unknown;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What is answered: a document on standard output. */
export interface TaskResult {
  readonly status: Status;
  readonly solution: unknown;
  /** Null without rows. */
  readonly instanceChecks: Findings | null;
  readonly solutionChecks: Findings | null;
  readonly kpis: Readonly<Record<string, readonly object[]>> | null;
  readonly objective: number | null;
  readonly log: SolverLog & { readonly time: number; readonly solver: string };
}

/** The task itself is at fault, and nothing was worked on: its message is for whoever wrote it. */
export class BrokenTask extends Error {}

export const parseTask = (text: string): Task => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new BrokenTask(`the task is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(document)) throw new BrokenTask('the task must be an object with task, instance and config');
  const { task, instance, solution, config = {} } = document;
  if (task !== 'solve' && task !== 'check')
    throw new BrokenTask(`task must be "solve" or "check" (it is ${JSON.stringify(task)})`);
  if (instance === undefined) throw new BrokenTask('the task must have the key "instance"');
  if (!isObject(config)) throw new BrokenTask('config must be an object');
  return { task, instance, config, ...(solution !== undefined && solution !== null && { solution }) };
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
