import { setTimeout as sleepFor } from 'node:timers/promises';

/**
 * What a pipeline takes from the outside world. Everything else is given a `Runtime`, so that tests choose the
 * day, skip the waiting and read the lines.
 */
export interface Runtime {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
  /** A number from 0 to 1, for jitter only. */
  random(): number;
  write(line: string): void;
  /** The folder whose files become the run's artifacts; undefined when started by hand without one. */
  readonly outputFolder: string | undefined;
}

export function processRuntime(): Runtime {
  return {
    now: () => new Date(),
    sleep: (milliseconds) => sleepFor(milliseconds).then(() => undefined),
    random: () => Math.random(),
    write: (line) => void process.stdout.write(`${line}\n`),
    outputFolder: process.env['DUMONT_OUTPUT'],
  };
}
