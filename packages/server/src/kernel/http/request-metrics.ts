import type { Metrics } from '../metrics.ts';
import { timeBoundsSeconds } from '../traffic/request-minutes.ts';

/** Requests by method, route template and status, under the names that dashboards and alert rules of the field know. */
export interface RequestMetrics {
  /** `endpoint` is the template of a route, never a path: paths are without number. */
  observe(method: string, endpoint: string, status: number, seconds: number): void;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export const createRequestMetrics = (metrics: Metrics): RequestMetrics => {
  const names = ['method', 'endpoint', 'status'] as const;
  const total = metrics.counter('http_requests_total', 'Requests that were answered', names);
  const duration = metrics.histogram(
    'http_request_duration_seconds',
    'Time to answer a request',
    names,
    timeBoundsSeconds,
  );
  return {
    observe: (method, endpoint, status, seconds) => {
      const labels = { method: methods.has(method) ? method : 'other', endpoint, status: String(status) };
      total.inc(labels);
      duration.observe(labels, seconds);
    },
  };
};
