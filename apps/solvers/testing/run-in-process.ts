import type { BaseConfig, SolverApp } from '../src/lib/app.ts';
import { runApp } from '../src/lib/run-app.ts';
import type { TaskResult } from '../src/lib/task.ts';

export interface AppRun<Solution> {
  /** Undefined when none was written. */
  readonly result: (Omit<TaskResult, 'solution'> & { readonly solution: Solution | null }) | undefined;
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** Runs an app as its main module does, without a process: the task is a document, or the text of one. */
export const runInProcess = async <Instance, Solution, Config extends BaseConfig>(
  folder: string,
  app: SolverApp<Instance, Solution, Config>,
  task: unknown,
  stop: AbortSignal = new AbortController().signal,
): Promise<AppRun<Solution>> => {
  const lines: string[] = [];
  let json: string | undefined;
  let exitCode = 0;
  await runApp(folder, app, {
    readTask: () => Promise.resolve(typeof task === 'string' ? task : JSON.stringify(task)),
    writeResult: (written) => {
      json = written;
      return Promise.resolve();
    },
    writeLine: (line) => lines.push(line),
    stop,
    setExitCode: (code) => {
      exitCode = code;
    },
  });
  const result = json === undefined ? undefined : (JSON.parse(json) as AppRun<Solution>['result']);
  return { result, lines, exitCode };
};

/** The same, for a task that must have a result. */
export const resultOf = async <Instance, Solution, Config extends BaseConfig>(
  ...parameters: Parameters<typeof runInProcess<Instance, Solution, Config>>
): Promise<NonNullable<AppRun<Solution>['result']>> => {
  const { result, lines } = await runInProcess(...parameters);
  if (result === undefined) throw new Error(`there is no result: ${lines.at(-1)}`);
  return result;
};
