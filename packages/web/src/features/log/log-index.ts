import type { LogLevel, LogLine } from '@dumont/contracts/runs/logs';

export const levels = ['DEBUG', 'INFO', 'SUCCESS', 'WARN', 'ERROR'] as const satisfies readonly LogLevel[];

export interface LogFilter {
  /** The lowest level wanted. */
  readonly level: LogLevel | null;
  readonly system: string | null;
  /** What is searched for, in any case. */
  readonly search: string;
  /** Lines without a match are left out rather than only the matches marked. */
  readonly onlyMatches: boolean;
}

/** What the filter leaves. Positions count within `shown`; the arrays grow in place while lines are only added. */
export interface LogView {
  readonly shown: readonly LogLine[];
  readonly matches: readonly number[];
  readonly errors: readonly number[];
}

const sameFilter = (a: LogFilter, b: LogFilter): boolean =>
  a.level === b.level && a.system === b.system && a.search === b.search && a.onlyMatches === b.onlyMatches;

/** Looks at each line once: with the same filter, a longer array costs only its new lines. */
export const createLogIndex = () => {
  let source: readonly LogLine[] = [];
  let scanned = 0;
  let filter: LogFilter | undefined;
  let shown: LogLine[] = [];
  let matches: number[] = [];
  let errors: number[] = [];

  return (lines: readonly LogLine[], wanted: LogFilter): LogView => {
    if (lines !== source || filter === undefined || !sameFilter(filter, wanted)) {
      source = lines;
      filter = wanted;
      scanned = 0;
      shown = [];
      matches = [];
      errors = [];
    }
    const needle = wanted.search.toLowerCase();
    const lowest = wanted.level === null ? 0 : levels.indexOf(wanted.level);
    for (; scanned < lines.length; scanned += 1) {
      const line = lines[scanned];
      if (line === undefined) break;
      if (levels.indexOf(line.level) < lowest) continue;
      if (wanted.system !== null && line.system !== wanted.system) continue;
      const found = needle !== '' && line.message.toLowerCase().includes(needle);
      if (needle !== '' && wanted.onlyMatches && !found) continue;
      if (found) matches.push(shown.length);
      if (line.level === 'ERROR') errors.push(shown.length);
      shown.push(line);
    }
    return { shown, matches, errors };
  };
};
