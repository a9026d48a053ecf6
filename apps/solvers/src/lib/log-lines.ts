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
  let written = '';
  return {
    say: write,
    progress: (done, best) => {
      const now = performance.now();
      if (done < 1 && now - writtenAt < everyMilliseconds) return;
      const percent = Math.floor(Math.min(Math.max(done, 0), 1) * 100);
      const message = best === undefined ? (done === 0 ? 'started' : 'working') : `best ${best}`;
      const line = JSON.stringify({ message, progress: { percent, text: message } });
      // The log of an hour is not to be fourteen thousand times the same.
      if (line === written) return;
      written = line;
      writtenAt = now;
      write(line);
    },
    fail: (reason) => write(`[ERROR] [${id}] ${reason.replaceAll(/\s*\n\s*/g, ' ')}`),
  };
};
