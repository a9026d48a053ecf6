import type { Exchange } from './plane/exchange.ts';

/** Upper bounds of the times to answer, in milliseconds; one more bucket holds what took longer. */
export const bucketBoundsMs = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000, 10_000] as const;
const minuteMs = 60_000;

/** What a route answered within a minute. */
export interface TrafficMinute {
  readonly routeId: string;
  readonly atMs: number;
  requests: number;
  clientErrors: number;
  rateLimited: number;
  serverErrors: number;
  totalMs: number;
  readonly buckets: number[];
}

/** What a route answered in some time, as an engine tells it that counts for itself. */
export type RouteFigures = Readonly<
  Pick<TrafficMinute, 'routeId' | 'requests' | 'clientErrors' | 'rateLimited' | 'serverErrors' | 'totalMs'>
>;

/** What a route answered since this replica began. */
export type RouteTotals = Pick<
  TrafficMinute,
  'requests' | 'clientErrors' | 'rateLimited' | 'serverErrors' | 'totalMs'
>;

const nothing: RouteTotals = { requests: 0, clientErrors: 0, rateLimited: 0, serverErrors: 0, totalMs: 0 };

const sum = (a: RouteTotals, b: RouteTotals): RouteTotals => ({
  requests: a.requests + b.requests,
  clientErrors: a.clientErrors + b.clientErrors,
  rateLimited: a.rateLimited + b.rateLimited,
  serverErrors: a.serverErrors + b.serverErrors,
  totalMs: a.totalMs + b.totalMs,
});

/** Adds up what happens until somebody takes it to where all replicas' figures come together. */
export const createTrafficCounter = () => {
  /** Of the minutes that were taken: what counts a request need not add it up twice. */
  const taken = new Map<string, RouteTotals>();
  let minutes = new Map<string, TrafficMinute>();
  /** Of each route the minute that was counted in last: it is nearly always the same. */
  const latest = new Map<string, TrafficMinute>();
  const minuteOf = (routeId: string, nowMs: number): TrafficMinute => {
    const atMs = nowMs - (nowMs % minuteMs);
    const last = latest.get(routeId);
    if (last?.atMs === atMs) return last;
    const key = `${routeId} ${atMs}`;
    const minute = minutes.get(key) ?? {
      routeId,
      atMs,
      requests: 0,
      clientErrors: 0,
      rateLimited: 0,
      serverErrors: 0,
      totalMs: 0,
      buckets: Array.from({ length: bucketBoundsMs.length + 1 }, () => 0),
    };
    minutes.set(key, minute);
    latest.set(routeId, minute);
    return minute;
  };
  return {
    /** Without the times of single requests. */
    addFigures: (figures: readonly RouteFigures[], nowMs: number): void => {
      for (const each of figures) {
        const minute = minuteOf(each.routeId, nowMs);
        minute.requests += each.requests;
        minute.clientErrors += each.clientErrors;
        minute.rateLimited += each.rateLimited;
        minute.serverErrors += each.serverErrors;
        minute.totalMs += each.totalMs;
      }
    },
    add: ({ route, status, error }: Exchange, waitedMs: number, nowMs: number): void => {
      if (route === undefined) return;
      const minute = minuteOf(route.id, nowMs);
      minute.requests += 1;
      minute.totalMs += waitedMs;
      if (status >= 500) minute.serverErrors += 1;
      else if (status >= 400) minute.clientErrors += 1;
      if (error === 'request.rate_limited') minute.rateLimited += 1;
      const index = bucketOf(waitedMs);
      minute.buckets[index] = (minute.buckets[index] ?? 0) + 1;
    },
    take: (): readonly TrafficMinute[] => {
      const all = [...minutes.values()];
      minutes = new Map();
      latest.clear();
      for (const minute of all) taken.set(minute.routeId, sum(taken.get(minute.routeId) ?? nothing, minute));
      return all;
    },
    /** Since this replica began, of these routes; what is known of others is forgotten. */
    totals: (routeIds: ReadonlySet<string>): ReadonlyMap<string, RouteTotals> => {
      for (const id of taken.keys()) if (!routeIds.has(id)) taken.delete(id);
      const totals = new Map([...routeIds].map((id) => [id, taken.get(id) ?? nothing]));
      for (const minute of minutes.values()) {
        const total = totals.get(minute.routeId);
        if (total !== undefined) totals.set(minute.routeId, sum(total, minute));
      }
      return totals;
    },
  };
};
export type TrafficCounter = ReturnType<typeof createTrafficCounter>;

const bucketOf = (ms: number): number => {
  const index = bucketBoundsMs.findIndex((bound) => ms <= bound);
  return index === -1 ? bucketBoundsMs.length : index;
};

/** Upper bound of the bucket that holds this share of the requests; null beyond the last, and without any. */
export const quantileMs = (buckets: readonly number[], share: number): number | null => {
  const wanted = buckets.reduce((sum, count) => sum + count, 0) * share;
  if (wanted === 0) return null;
  let seen = 0;
  const index = buckets.findIndex((count) => (seen += count) >= wanted);
  return bucketBoundsMs[index] ?? null;
};
