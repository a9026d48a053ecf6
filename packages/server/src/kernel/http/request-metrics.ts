import type { Metrics } from '../metrics.ts';
import { addBuckets, countIn, emptyBuckets } from '../traffic/buckets.ts';
import { timeBoundsSeconds } from '../traffic/request-minutes.ts';

/** Requests by method, route template and status, under the names that dashboards and alert rules of the field know. */
export interface RequestMetrics {
  /** `endpoint` is the template of a route, never a path: paths are without number. */
  observe(method: string, endpoint: string, status: number, seconds: number): void;
  /** What was counted in a thread. */
  add(counted: readonly Answers[]): void;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const names = ['method', 'endpoint', 'status'] as const;

/** What was answered alike. */
export interface Answers {
  readonly labels: Readonly<Record<(typeof names)[number], string>>;
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** Counts answers until somebody reads or takes them: every request of every gateway passes, prom-client would be felt. */
export const createAnswerCounter = () => {
  let byEndpoint = new Map<string, Map<string, Answers>>();
  const answersOf = (method: string, endpoint: string, status: number | string): Answers => {
    const known = byEndpoint.get(endpoint) ?? new Map<string, Answers>();
    byEndpoint.set(endpoint, known);
    const key = `${method} ${status}`;
    let answers = known.get(key);
    if (answers === undefined) {
      const buckets = emptyBuckets(timeBoundsSeconds);
      answers = { labels: { method, endpoint, status: String(status) }, buckets, sum: 0, count: 0 };
      known.set(key, answers);
    }
    return answers;
  };
  const all = (): readonly Answers[] => [...byEndpoint.values()].flatMap((known) => [...known.values()]);
  return {
    all,
    /** What was counted since the last call. */
    take: (): readonly Answers[] => {
      const taken = all();
      byEndpoint = new Map();
      return taken;
    },
    /** What was counted elsewhere. */
    add: (counted: readonly Answers[]): void => {
      for (const { labels, buckets, sum, count } of counted) {
        const answers = answersOf(labels.method, labels.endpoint, labels.status);
        addBuckets(answers.buckets, buckets);
        answers.sum += sum;
        answers.count += count;
      }
    },
    observe: (method: string, endpoint: string, status: number, seconds: number): void => {
      const answers = answersOf(methods.has(method) ? method : 'other', endpoint, status);
      countIn(answers.buckets, timeBoundsSeconds, seconds);
      answers.sum += seconds;
      answers.count += 1;
    },
  };
};

/** Registers what is counted here. */
export const createRequestMetrics = (metrics: Metrics): RequestMetrics => {
  const counter = createAnswerCounter();
  metrics.series('counter', 'http_requests_total', 'Requests that were answered', names, () =>
    counter.all().map(({ labels, count }) => ({ labels, value: count })),
  );
  metrics.distributions(
    'http_request_duration_seconds',
    'Time to answer a request',
    names,
    timeBoundsSeconds,
    counter.all,
  );
  return counter;
};
