import type { Metrics } from '../metrics.ts';
import { timeBoundsSeconds } from '../traffic/request-minutes.ts';

/** Requests by method, route template and status, under the names that dashboards and alert rules of the field know. */
export interface RequestMetrics {
  /** `endpoint` is the template of a route, never a path: paths are without number. */
  observe(method: string, endpoint: string, status: number, seconds: number): void;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const names = ['method', 'endpoint', 'status'] as const;

interface Answers {
  readonly labels: Readonly<Record<(typeof names)[number], string>>;
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** Counted here and handed over when they are read: every request of every gateway passes. */
export const createRequestMetrics = (metrics: Metrics): RequestMetrics => {
  const byEndpoint = new Map<string, Map<string, Answers>>();
  const answersOf = (method: string, endpoint: string, status: number): Answers => {
    const known = byEndpoint.get(endpoint) ?? new Map<string, Answers>();
    byEndpoint.set(endpoint, known);
    const key = `${method} ${status}`;
    let answers = known.get(key);
    if (answers === undefined) {
      const buckets = Array.from({ length: timeBoundsSeconds.length + 1 }, () => 0);
      answers = { labels: { method, endpoint, status: String(status) }, buckets, sum: 0, count: 0 };
      known.set(key, answers);
    }
    return answers;
  };
  const all = (): Answers[] => [...byEndpoint.values()].flatMap((known) => [...known.values()]);

  metrics.series('counter', 'http_requests_total', 'Requests that were answered', names, () =>
    all().map(({ labels, count }) => ({ labels, value: count })),
  );
  metrics.distributions(
    'http_request_duration_seconds',
    'Time to answer a request',
    names,
    timeBoundsSeconds,
    all,
  );
  return {
    observe: (method, endpoint, status, seconds) => {
      const answers = answersOf(methods.has(method) ? method : 'other', endpoint, status);
      const found = timeBoundsSeconds.findIndex((bound) => seconds <= bound);
      const index = found === -1 ? timeBoundsSeconds.length : found;
      answers.buckets[index] = (answers.buckets[index] ?? 0) + 1;
      answers.sum += seconds;
      answers.count += 1;
    },
  };
};
