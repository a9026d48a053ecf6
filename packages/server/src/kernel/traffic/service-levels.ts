import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Traffic, Window } from './traffic-store.ts';

/** The objective: so large a share of requests is answered without an error of ours. */
const objective = 0.999;
/** A few failures in a quiet night are no rate: fewer count as none. */
const fewestFailures = 5;
/** Several metrics of one page, and several rules of one round, are read from one look. */
const knownForMs = 2000;

export interface ServiceLevels {
  /** `bounds` are of `buckets`, in seconds. `read` may throw. */
  add(service: string, bounds: readonly number[], read: () => Promise<Traffic>): void;
}

interface Service {
  readonly name: string;
  readonly bounds: readonly number[];
  readonly look: () => Promise<Traffic | undefined>;
}

/**
 * How well requests are answered, over all replicas: errors, times, and how fast the error budget is used up. Rules
 * and dashboards read them as metrics.
 */
export const createServiceLevels = (deps: {
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
}): ServiceLevels => {
  const { metrics, clock } = deps;
  const services: Service[] = [];

  const gauge = (name: string, help: string, valueOf: (traffic: Traffic, service: Service) => number): void =>
    metrics.readGauges(name, help, ['service'], async () =>
      Promise.all(
        services.map(async (service) => {
          const traffic = await service.look();
          const value = traffic === undefined ? Number.NaN : valueOf(traffic, service);
          return { labels: { service: service.name }, value };
        }),
      ),
    );
  gauge(
    'dumont_error_ratio',
    'Share of the requests of the last five minutes that were answered with an error of ours, by all replicas; 0 below five errors',
    ({ last5m }) => errorRatio(last5m),
  );
  gauge(
    'dumont_response_p95_seconds',
    'Time in which 95 % of the requests of the last five minutes were answered, by all replicas: the bound of their bucket',
    ({ last5m }, { bounds }) => quantile(last5m.buckets, bounds, 0.95),
  );
  metrics.readGauges(
    'dumont_burn_rate',
    'How many times as fast as the objective of 99.9 % allows errors happen, in both windows of a pair',
    ['service', 'windows'],
    async () => {
      const burns = await Promise.all(
        services.map(async ({ name, look }) => {
          const traffic = await look();
          return Object.entries(pairs).map(([windows, of]) => ({
            labels: { service: name, windows },
            value: traffic === undefined ? Number.NaN : Math.min(...of(traffic).map(burnRate)),
          }));
        }),
      );
      return burns.flat();
    },
  );

  return {
    add: (name, bounds, read) => {
      let known: { readonly atMs: number; readonly traffic: Promise<Traffic | undefined> } | undefined;
      const look = (): Promise<Traffic | undefined> => {
        const nowMs = clock.elapsedMs();
        if (known !== undefined && nowMs - known.atMs <= knownForMs) return known.traffic;
        const traffic = read().catch((error: unknown) => {
          // A metric that throws would take all others of the page with it; unknown is no number.
          deps.log.warn({ error, service: name }, 'the figures of requests could not be read');
          return undefined;
        });
        known = { atMs: nowMs, traffic };
        return traffic;
      };
      services.push({ name, bounds, look });
    },
  };
};

/**
 * Both windows of a pair must burn: the long one says that it matters, the short one that it still goes on
 * (https://sre.google/workbook/alerting-on-slos/, multiwindow, multi-burn-rate alerts).
 */
const pairs: Readonly<Record<string, (traffic: Traffic) => readonly [Window, Window]>> = {
  '1h/5m': ({ last1h, last5m }) => [last1h, last5m],
  '6h/30m': ({ last6h, last30m }) => [last6h, last30m],
};

const errorRatio = ({ requests, serverErrors }: Window): number =>
  serverErrors < fewestFailures ? 0 : serverErrors / requests;

const burnRate = (window: Window): number => errorRatio(window) / (1 - objective);

/** Beyond the last bound it is the last bound, as Prometheus has it; 0 without any request. */
export const quantile = (counts: readonly number[], bounds: readonly number[], share: number): number => {
  const wanted = counts.reduce((sum, count) => sum + count, 0) * share;
  if (wanted === 0) return 0;
  let seen = 0;
  const index = counts.findIndex((count) => (seen += count) >= wanted);
  return bounds[index] ?? bounds.at(-1) ?? Number.NaN;
};
