import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';

export type TrafficMinute = RouteResponse<Routes['getGatewayTraffic']>['items'][number];

/** What a route answered in a while. Times are milliseconds, null where nothing came. */
export interface Traffic {
  readonly requests: number;
  readonly clientErrors: number;
  readonly rateLimited: number;
  readonly serverErrors: number;
  readonly meanMs: number | null;
  /** Of the slowest minute. Infinity: above all that is measured. */
  readonly p95Ms: number | null;
}

export const addUp = (minutes: readonly TrafficMinute[]): Traffic => {
  const sum = (figure: (minute: TrafficMinute) => number): number =>
    minutes.reduce((total, minute) => total + figure(minute), 0);
  const requests = sum((minute) => minute.requests);
  return {
    requests,
    clientErrors: sum((minute) => minute.clientErrors),
    rateLimited: sum((minute) => minute.rateLimited),
    serverErrors: sum((minute) => minute.serverErrors),
    meanMs: requests === 0 ? null : sum((minute) => minute.meanMs * minute.requests) / requests,
    p95Ms: requests === 0 ? null : Math.max(...minutes.map(({ p95Ms }) => p95Ms ?? Infinity)),
  };
};

export const trafficByRoute = (minutes: readonly TrafficMinute[]): ReadonlyMap<string, Traffic> =>
  new Map([...Map.groupBy(minutes, ({ routeId }) => routeId)].map(([routeId, own]) => [routeId, addUp(own)]));

export interface TrafficStep extends Traffic {
  /** Milliseconds since the epoch, at which the step begins. */
  readonly at: number;
}

/** Steps of `stepMinutes` that end now, those without a request among them. */
export const trafficSteps = (
  items: readonly TrafficMinute[],
  range: { readonly minutes: number; readonly stepMinutes: number; readonly nowMs: number },
): TrafficStep[] => {
  const stepMs = range.stepMinutes * 60_000;
  const stepOf = (ms: number): number => Math.floor(ms / stepMs);
  const byStep = Map.groupBy(items, ({ at }) => stepOf(Date.parse(at)));
  const count = Math.ceil(range.minutes / range.stepMinutes);
  const first = stepOf(range.nowMs) - count + 1;
  return Array.from({ length: count }, (_, index) => {
    const step = first + index;
    return { at: step * stepMs, ...addUp(byStep.get(step) ?? []) };
  });
};
