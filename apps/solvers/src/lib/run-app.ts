import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { BaseConfig, SolverApp } from './app.ts';
import { readDefinition } from './definition.ts';
import { performTask } from './pipeline.ts';
import { seededRandom } from './random.ts';
import { createLogLines } from './log-lines.ts';
import { BrokenTask, parseTask } from './task.ts';

/** The outside world of an app. Tests give their own. */
export interface AppHost {
  readTask(): Promise<string>;
  writeResult(json: string): Promise<void>;
  /** For the log of the run. */
  writeLine(line: string): void;
  /** Aborts when an end is asked for. */
  readonly stop: AbortSignal;
  setExitCode(code: number): void;
}

/** The main of an app: one task in, one result out, exit code 1 and the reason as the last line when there is no result. */
export const runApp = async <Instance, Solution, Config extends BaseConfig>(
  folder: string,
  app: SolverApp<Instance, Solution, Config>,
  host: AppHost = processHost(),
): Promise<void> => {
  const definition = await readDefinition(folder);
  const lines = createLogLines(definition.id, host.writeLine);
  try {
    const json = await host.readTask();
    const task = parseTask(json);
    if (task.task === 'solve') lines.progress(0);
    const result = await performTask(app, definition, task, {
      say: lines.say,
      progress: lines.progress,
      random: seededRandom(json),
      stop: host.stop,
    });
    await host.writeResult(JSON.stringify(result));
  } catch (error) {
    if (error instanceof Error && error.stack !== undefined && !(error instanceof BrokenTask))
      lines.say(error.stack);
    lines.fail(error instanceof Error ? error.message : String(error));
    host.setExitCode(1);
  }
};

const fileIn = (folder: string | undefined, name: string | undefined): string | undefined =>
  name === undefined ? undefined : resolve(folder ?? '', name);

/**
 * Standard streams, or the files that the environment names, below the folders of the run; TERM and INT ask for an end.
 */
const processHost = (): AppHost => {
  const { env } = process;
  const taskFile = fileIn(env['DUMONT_WORK'], env['DUMONT_TASK_FILE']);
  const resultFile = fileIn(env['DUMONT_OUTPUT'], env['DUMONT_RESULT_FILE']);
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => controller.abort());
  return {
    readTask: () => (taskFile === undefined ? text(process.stdin) : readFile(taskFile, 'utf8')),
    writeResult: async (json) => {
      if (resultFile === undefined) process.stdout.write(`${json}\n`);
      else await writeFile(resultFile, json);
    },
    writeLine: (line) => void process.stderr.write(`${line}\n`),
    stop: controller.signal,
    setExitCode: (code) => {
      process.exitCode = code;
    },
  };
};
