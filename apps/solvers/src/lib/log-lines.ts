/** A task may report its progress thousands of times a second. */
const everyMilliseconds = 200;

export interface LogLines {
  say(line: string): void;
  progress(done: number, best?: number): void;
  fail(reason: string): void;
}

/** Lines in the form that the log of runs reads: progress as JSON, a failure with its level. */
export const createLogLines = (id: string, write: (line: string) => void): LogLines => {
  let writtenAt = -Infinity;
  return {
    say: write,
    progress: (done, best) => {
      const now = performance.now();
      if (done < 1 && now - writtenAt < everyMilliseconds) return;
      writtenAt = now;
      const percent = Math.round(Math.min(Math.max(done, 0), 1) * 1000) / 10;
      const message = best === undefined ? (done === 0 ? 'started' : 'working') : `best ${best}`;
      write(JSON.stringify({ message, progress: { percent, text: message } }));
    },
    fail: (reason) => write(`[ERROR] [${id}] ${reason.replaceAll(/\s*\n\s*/g, ' ')}`),
  };
};
