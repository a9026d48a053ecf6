import type { RouteInput, RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import type { LogLine } from '@dumont/contracts/runs/logs';
import type { Clock } from '../../lib/clock.ts';
import type { EventStream } from '../../lib/events/event-stream.ts';
import { createLogBuffer } from './log-buffer.ts';

type ReadQuery = RouteInput<Routes['listRunLogs']>['query'];
type LogPage = RouteResponse<Routes['listRunLogs']>;

export interface LogSessionDeps {
  readonly runId: string;
  readonly read: (query: ReadQuery) => Promise<LogPage>;
  readonly stream: Pick<EventStream, 'subscribe'>;
  readonly clock: Clock;
  /** Lines kept in memory; 200,000 unless said. */
  readonly capacity?: number;
}

export interface LogSnapshot {
  readonly status: 'loading' | 'ready' | 'failed';
  readonly error: unknown;
  /** Grows in place while lines are only added: `version` tells that it did. */
  readonly lines: readonly LogLine[];
  readonly version: number;
  readonly systems: readonly string[];
  /** Lines before the first that are not in memory. */
  readonly earlier: number;
  /** No more fit into memory: earlier lines can only be downloaded. */
  readonly full: boolean;
  readonly readingEarlier: boolean;
}

export interface LogSession {
  readonly snapshot: () => LogSnapshot;
  readonly onChange: (listener: () => void) => () => void;
  readonly readEarlier: () => Promise<void>;
  /** The run says that it has lines up to here: those that do not come by themselves are asked for. */
  readonly expect: (lastSeq: number) => void;
  readonly start: () => Promise<void>;
  readonly stop: () => void;
}

const tailLines = 1000;
const pageLines = 5000;
/** What is read back unasked; further back on request. */
const readBackLines = 100_000;
/** Lines that arrive together are shown together. */
const batchMs = 60;
/** So long may live lines come after the run that names them. */
const lateMs = 1000;
const longestRetryMs = 30_000;

/**
 * The log of one run: first its end, then live from there, then back to its beginning in the background. A hole
 * in the numbers (the server dropped a slow subscription) is read over HTTP before anything after it is shown.
 */
export const createLogSession = (deps: LogSessionDeps): LogSession => {
  const { runId, read, stream, clock, capacity = 200_000 } = deps;
  const listeners = new Set<() => void>();
  const buffer = createLogBuffer(capacity);
  let current: LogSnapshot = {
    status: 'loading',
    error: undefined,
    lines: buffer.lines(),
    version: 0,
    systems: [],
    earlier: 0,
    full: false,
    readingEarlier: false,
  };
  let stopped = true;
  /** Grows with each start and stop: what an older one still awaits is dropped. */
  let generation = 0;
  let unsubscribe: (() => void) | undefined;
  let arrived: LogLine[] = [];
  let cancelBatch: (() => void) | undefined;
  let catchingUp = false;
  let failures = 0;
  let expected = 0;
  let cancelCheck: (() => void) | undefined;
  /** The server has nothing before the first line any more. */
  let isWhole = false;

  const publish = (change: Partial<LogSnapshot> = {}): void => {
    if (stopped) return;
    const lines = buffer.lines();
    current = {
      ...current,
      ...change,
      lines,
      version: current.version + 1,
      earlier: isWhole ? 0 : (lines[0]?.seq ?? 1) - 1,
      full: buffer.isFull(),
    };
    for (const listener of listeners) listener();
  };

  const withSystems = (names: readonly (string | null)[]): Partial<LogSnapshot> => {
    const fresh = new Set(
      names.flatMap((name) => (name === null || current.systems.includes(name) ? [] : [name])),
    );
    return fresh.size === 0 ? {} : { systems: [...current.systems, ...fresh].toSorted() };
  };

  const checkAfter = (delayMs: number, check: () => void): void => {
    if (stopped) return;
    cancelCheck ??= clock.after(delayMs, () => {
      cancelCheck = undefined;
      check();
    });
  };

  /** Live lines may be lost on their way, and after the last one no later one shows the hole. */
  const checkEnd = (): void => {
    if (current.status === 'ready' && buffer.lastSeq() < expected) void catchUp();
  };

  const catchUp = async (): Promise<void> => {
    if (catchingUp) return;
    catchingUp = true;
    try {
      for (;;) {
        const page = await read({ after: buffer.lastSeq(), limit: pageLines });
        if (stopped || !buffer.append(page.lines) || page.lines.length < pageLines) break;
        publish(withSystems(page.systems));
      }
      failures = 0;
    } catch {
      // What arrived meanwhile waits behind the hole: after the last line nothing else would try again.
      failures += 1;
      checkAfter(Math.min(longestRetryMs, lateMs * 2 ** failures), () => void catchUp());
      return;
    } finally {
      catchingUp = false;
    }
    // Lines that the server no longer keeps leave a hole for good: go on behind it.
    show();
  };

  const show = (): void => {
    const lines = arrived;
    arrived = [];
    const first = buffer.lines()[0];
    buffer.append(lines);
    if (buffer.lines()[0] !== first) isWhole = false;
    publish(withSystems(lines.map((line) => line.system)));
  };

  const takeBatch = (): void => {
    cancelBatch = undefined;
    const first = arrived[0];
    if (catchingUp || first === undefined) return;
    if (first.seq > buffer.lastSeq() + 1) void catchUp();
    else show();
  };

  const receive = (lines: readonly LogLine[]): void => {
    arrived.push(...lines);
    cancelBatch ??= clock.after(batchMs, takeBatch);
  };

  const readEarlier = async (wanted = pageLines * 10): Promise<void> => {
    if (current.readingEarlier || current.earlier === 0) return;
    publish({ readingEarlier: true });
    try {
      for (let got = 0; got < wanted && !stopped && !buffer.isFull();) {
        const first = buffer.lines()[0];
        if (first === undefined || first.seq <= 1) break;
        const page = await read({ before: first.seq, limit: pageLines });
        if (!buffer.prepend(page.lines)) {
          isWhole = true;
          break;
        }
        got += page.lines.length;
        publish(withSystems(page.systems));
      }
    } catch {
      // The lines that are there stay; the button to go on reading stays with them.
    } finally {
      publish({ readingEarlier: false });
    }
  };

  const start = async (): Promise<void> => {
    stopped = false;
    generation += 1;
    const mine = generation;
    publish({ status: 'loading', error: undefined });
    try {
      const page = await read({ limit: tailLines });
      if (mine !== generation) return;
      buffer.append(page.lines);
      publish({ status: 'ready', ...withSystems(page.systems) });
    } catch (error) {
      if (mine === generation) publish({ status: 'failed', error });
      return;
    }
    unsubscribe = stream.subscribe(
      `runs/${runId}/logs`,
      {
        onMessage: (message) => {
          if (message.type === 'log') receive(message.payload.lines);
        },
        onReset: () => void catchUp(),
      },
      buffer.lastSeq(),
    );
    if (buffer.lastSeq() < expected) checkAfter(lateMs, checkEnd);
    await readEarlier(readBackLines);
  };

  return {
    snapshot: () => current,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    readEarlier: () => readEarlier(),
    expect: (lastSeq) => {
      expected = Math.max(expected, lastSeq);
      if (buffer.lastSeq() < expected) checkAfter(lateMs, checkEnd);
    },
    start,
    stop: () => {
      stopped = true;
      generation += 1;
      unsubscribe?.();
      cancelBatch?.();
      cancelBatch = undefined;
      cancelCheck?.();
      cancelCheck = undefined;
      arrived = [];
    },
  };
};
