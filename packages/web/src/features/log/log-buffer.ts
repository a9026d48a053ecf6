import type { LogLine } from '@dumont/contracts/runs/logs';

export interface LogBuffer {
  /** Ascending by seq, without duplicates. The same array while lines are only added at the end. */
  readonly lines: () => readonly LogLine[];
  /** Seq of the last line; 0 while there is none. */
  readonly lastSeq: () => number;
  /** Adds what is newer than the last line; true when anything was. */
  readonly append: (lines: readonly LogLine[]) => boolean;
  /** Adds what is older than the first line; true when anything was. */
  readonly prepend: (lines: readonly LogLine[]) => boolean;
  readonly isFull: () => boolean;
}

/**
 * What of a log is kept in memory: at most `capacity` lines, the newest. Trimming takes a tenth more at a time, so
 * that a flood does not copy the array for each line.
 */
export const createLogBuffer = (capacity: number): LogBuffer => {
  let kept: LogLine[] = [];
  const lastSeq = () => kept.at(-1)?.seq ?? 0;
  return {
    lines: () => kept,
    lastSeq,
    append: (lines) => {
      const before = kept.length;
      for (const line of lines) if (line.seq > lastSeq()) kept.push(line);
      const added = kept.length > before;
      if (kept.length > capacity * 1.1) kept = kept.slice(-capacity);
      return added;
    },
    prepend: (lines) => {
      const first = kept[0]?.seq ?? Infinity;
      const older = lines.filter((line) => line.seq < first);
      if (older.length === 0) return false;
      kept = older.concat(kept);
      return true;
    },
    isFull: () => kept.length >= capacity,
  };
};
