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

/** Counts by minute, until somebody takes it. */
export const createTrafficMinutes = () => {
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
      ...nothing,
      buckets: Array.from({ length: bucketBoundsMs.length + 1 }, () => 0),
    };
    minutes.set(key, minute);
    latest.set(routeId, minute);
    return minute;
  };
  return {
    /** One request; without a route it is nobody's. */
    count: ({ route, status, error }: Exchange, waitedMs: number, nowMs: number): void => {
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
    /** What was counted elsewhere. */
    add: (counted: TrafficMinute): void => {
      const minute = minuteOf(counted.routeId, counted.atMs);
      Object.assign(minute, sum(minute, counted));
      for (const [index, value] of counted.buckets.entries())
        minute.buckets[index] = (minute.buckets[index] ?? 0) + value;
    },
    take: (): readonly TrafficMinute[] => {
      const all = [...minutes.values()];
      minutes = new Map();
      latest.clear();
      return all;
    },
  };
};

export type TrafficMinutes = ReturnType<typeof createTrafficMinutes>;

/** What the engines of this replica count: to be taken to where all replicas' figures come together, and all of it. */
export const createTraffic = () => {
  const untold = createTrafficMinutes();
  const totals = new Map<string, RouteTotals>();
  const add = (minute: TrafficMinute): void => {
    untold.add(minute);
    totals.set(minute.routeId, sum(totals.get(minute.routeId) ?? nothing, minute));
  };
  return {
    add,
    /** Without the times of single requests. */
    addFigures: (figures: readonly RouteFigures[], nowMs: number): void => {
      for (const each of figures) add({ ...each, atMs: nowMs, buckets: [] });
    },
    /** What was counted since the last call, by minute. */
    take: untold.take,
    /** Since this replica began, of these routes; what is known of others is forgotten. */
    totals: (routeIds: ReadonlySet<string>): ReadonlyMap<string, RouteTotals> => {
      for (const id of totals.keys()) if (!routeIds.has(id)) totals.delete(id);
      return new Map([...routeIds].map((id) => [id, totals.get(id) ?? nothing]));
    },
  };
};
export type Traffic = ReturnType<typeof createTraffic>;

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
