import { pino } from 'pino';

/** Where a logger puts its lines, each with the end of a line behind it. */
export interface Destination {
  write(lines: string): void;
  /** Writes it together with others, later; at once where there is no such thing. */
  keep?(line: string): void;
}

const keptMs = 100;
/** For a thread that has something to write to be given a core. */
const threadMs = 50;

/** Gives lines that may wait `chars` at once, at most 100 ms later, in the order in which they were written. */
export const gatherLines = (
  chars: number,
  give: (lines: string) => void,
): Required<Destination> & { /** Gives what waits. */ handOver(): void } => {
  let kept = '';
  let timer: NodeJS.Timeout | undefined;
  const handOver = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (kept === '') return;
    give(kept);
    kept = '';
  };
  return {
    handOver,
    write: (lines) => {
      handOver();
      give(lines);
    },
    keep: (line) => {
      kept += line;
      if (kept.length >= chars) handOver();
      else timer ??= setTimeout(handOver, keptMs).unref();
    },
  };
};

/** The writer looks at each piece that it is given for longer than it takes to make a line. */
export const toStdout = (): Destination => {
  let hasWritten = false;
  const gathered = gatherLines(8192, (lines) => {
    hasWritten = true;
    stdout.write(lines);
  });
  /**
   * What a thread writes at this moment the writer takes for written; what is left it writes at once, past a thread
   * that has not come to it yet, and then the process ends.
   */
  const letThreadsWrite = (): void => {
    if (hasWritten) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, threadMs);
  };
  // Before the writer hears of it, who takes nothing from then on.
  process.once('beforeExit', gathered.handOver).once('exit', () => {
    gathered.handOver();
    letThreadsWrite();
  });
  const stdout = pino.destination({ dest: 1, sync: false });
  return gathered;
};
