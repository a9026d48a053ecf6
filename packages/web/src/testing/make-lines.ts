import type { LogLine } from '@dumont/contracts/runs/logs';

/** Lines numbered from `first` to `last`. */
export const makeLines = (first: number, last: number, changes: Partial<LogLine> = {}): LogLine[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => ({
    seq: first + index,
    ts: '2025-11-21T12:00:00.000Z',
    level: 'INFO',
    system: null,
    source: 'stdout',
    message: `line ${first + index}`,
    ...changes,
  }));
