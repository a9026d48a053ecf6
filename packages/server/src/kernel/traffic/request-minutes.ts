import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { countIn, emptyBuckets } from './buckets.ts';
import type { TrafficStore } from './traffic-store.ts';

/** Upper bounds of the times to answer, in seconds; one more bucket holds what took longer. */
export const timeBoundsSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10] as const;
const minuteMs = 60_000;
/** How late the others learn what this replica answered. */
export const tellMs = 5000;
/** The longest window that is looked at takes six hours. */
const keptMs = 7 * 60 * minuteMs;

export interface RequestMinute {
  readonly atMs: number;
  requests: number;
  serverErrors: number;
  readonly buckets: number[];
}

/** Adds up what this replica answers until it is told to the others. */
export const createRequestMinutes = (clock: Pick<Clock, 'now'>) => {
  let minutes: RequestMinute[] = [];
  const present = (): RequestMinute => {
    const nowMs = clock.now().getTime();
    const atMs = nowMs - (nowMs % minuteMs);
    const last = minutes.at(-1);
    if (last?.atMs === atMs) return last;
    const buckets = emptyBuckets(timeBoundsSeconds);
    const minute: RequestMinute = { atMs, requests: 0, serverErrors: 0, buckets };
    minutes.push(minute);
    return minute;
  };
  return {
    add: (status: number, seconds: number): void => {
      const minute = present();
      minute.requests += 1;
      if (status >= 500) minute.serverErrors += 1;
      countIn(minute.buckets, timeBoundsSeconds, seconds);
    },
    take: (): readonly RequestMinute[] => {
      const taken = minutes;
      minutes = [];
      return taken;
    },
  };
};
export type RequestMinutes = ReturnType<typeof createRequestMinutes>;

/** Tells the database what this replica answered, every few seconds and once more at its end. */
export const startTellingRequests = (deps: {
  readonly minutes: RequestMinutes;
  readonly store: TrafficStore;
  readonly clock: Clock;
  readonly log: Logger;
}): AsyncDisposable => {
  const { minutes, store, clock, log } = deps;
  const stop = new AbortController();
  let tidiedMs = Number.NEGATIVE_INFINITY;
  const tell = async (): Promise<void> => {
    try {
      await store.addRequests(minutes.take());
      if (clock.elapsedMs() - tidiedMs < keptMs / 7) return;
      tidiedMs = clock.elapsedMs();
      await store.deleteRequestsBefore(new Date(clock.now().getTime() - keptMs));
    } catch (error) {
      // Without the database nothing can be answered either: that it is away is seen elsewhere.
      log.warn({ error }, 'what was answered could not be told; its figures are lost');
    }
  };
  const running = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(tellMs, stop.signal);
      await tell();
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
    },
  };
};
