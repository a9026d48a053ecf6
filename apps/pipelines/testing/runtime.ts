import type { Runtime } from '../src/lib/runtime.ts';

export interface RecordedRuntime extends Runtime {
  readonly lines: string[];
  /** Milliseconds of each wait that was asked for; none is really waited. */
  readonly waits: number[];
}

/** A runtime on a fixed day that keeps what is printed and does not wait. */
export function recordedRuntime(day: string, outputFolder?: string): RecordedRuntime {
  const lines: string[] = [];
  const waits: number[] = [];
  return {
    lines,
    waits,
    outputFolder,
    now: () => new Date(`${day}T15:00:00Z`),
    sleep(milliseconds) {
      waits.push(milliseconds);
      return Promise.resolve();
    },
    random: () => 0.5,
    write: (line) => void lines.push(line),
  };
}
