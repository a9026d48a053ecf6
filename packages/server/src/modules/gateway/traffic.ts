import { addBuckets, countIn, emptyBuckets } from '../../kernel/traffic/buckets.ts';
import type { Exchange } from './plane/exchange.ts';

/** Upper bounds of the times to answer, in milliseconds; one more bucket holds what took longer. */
export const bucketBoundsMs = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000, 10_000] as const;
const minuteMs = 60_000;

/** What a route answered in some time. */
export interface RouteTotals {
  requests: number;
  clientErrors: number;
  rateLimited: number;
  serverErrors: number;
  totalMs: number;
}

export interface RouteFigures extends Readonly<RouteTotals> {
  readonly routeId: string;
  /** How many answers took how long; nothing where the times of single requests are not known. */
  readonly buckets?: readonly number[];
}

/** What a route answered within a minute. */
export interface TrafficMinute extends RouteTotals {
  readonly routeId: string;
  readonly atMs: number;
  readonly buckets: number[];
}

const nothing: RouteTotals = { requests: 0, clientErrors: 0, rateLimited: 0, serverErrors: 0, totalMs: 0 };

const add = (to: RouteTotals, more: RouteTotals): void => {
  to.requests += more.requests;
  to.clientErrors += more.clientErrors;
  to.rateLimited += more.rateLimited;
  to.serverErrors += more.serverErrors;
  to.totalMs += more.totalMs;
};

/** Counts what routes answer, until somebody takes it. */
export const createRouteCounter = () => {
  let figures = new Map<string, RouteTotals & { readonly routeId: string; readonly buckets: number[] }>();
  return {
    /** One request; without a route it is nobody's. */
    count: ({ route, status, error }: Exchange, waitedMs: number): void => {
      if (route === undefined) return;
      let counted = figures.get(route.id);
      if (counted === undefined) {
        counted = { routeId: route.id, ...nothing, buckets: emptyBuckets(bucketBoundsMs) };
        figures.set(route.id, counted);
      }
      counted.requests += 1;
      counted.totalMs += waitedMs;
      if (status >= 500) counted.serverErrors += 1;
      else if (status >= 400) counted.clientErrors += 1;
      if (error === 'request.rate_limited') counted.rateLimited += 1;
      countIn(counted.buckets, bucketBoundsMs, waitedMs);
    },
    take: (): readonly RouteFigures[] => {
      const taken = [...figures.values()];
      figures = new Map();
      return taken;
    },
  };
};
export type RouteCounter = ReturnType<typeof createRouteCounter>;

/** What all engines of this replica counted: by minute, for where all replicas' figures come together, and all of it. */
export const createTraffic = () => {
  let minutes = new Map<string, TrafficMinute>();
  const totals = new Map<string, RouteTotals>();
  const minuteOf = (routeId: string, nowMs: number): TrafficMinute => {
    const atMs = nowMs - (nowMs % minuteMs);
    const key = `${routeId} ${atMs}`;
    const minute = minutes.get(key) ?? { routeId, atMs, ...nothing, buckets: emptyBuckets(bucketBoundsMs) };
    minutes.set(key, minute);
    return minute;
  };
  return {
    add: (figures: readonly RouteFigures[], nowMs: number): void => {
      for (const each of figures) {
        const minute = minuteOf(each.routeId, nowMs);
        add(minute, each);
        addBuckets(minute.buckets, each.buckets ?? []);
        const total = totals.get(each.routeId) ?? { ...nothing };
        add(total, each);
        totals.set(each.routeId, total);
      }
    },
    /** What was added since the last call. */
    take: (): readonly TrafficMinute[] => {
      const taken = [...minutes.values()];
      minutes = new Map();
      return taken;
    },
    /** Since this replica began, of these routes; what is known of others is forgotten. */
    totals: (routeIds: ReadonlySet<string>): ReadonlyMap<string, Readonly<RouteTotals>> => {
      for (const id of totals.keys()) if (!routeIds.has(id)) totals.delete(id);
      return new Map([...routeIds].map((id) => [id, totals.get(id) ?? nothing]));
    },
  };
};
export type Traffic = ReturnType<typeof createTraffic>;

/** Upper bound of the bucket that holds this share of the requests; null beyond the last, and without any. */
export const quantileMs = (buckets: readonly number[], share: number): number | null => {
  const wanted = buckets.reduce((sum, count) => sum + count, 0) * share;
  if (wanted === 0) return null;
  let seen = 0;
  const index = buckets.findIndex((count) => (seen += count) >= wanted);
  return bucketBoundsMs[index] ?? null;
};
