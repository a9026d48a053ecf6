import type { Logger } from '../../kernel/log.ts';
import type { RequestMetrics } from '../../kernel/http/request-metrics.ts';
import type { Exchange } from './plane/exchange.ts';
import type { RouteCounter } from './traffic.ts';

/**
 * Writes each request into the access log, the metrics and the traffic of its route. These two are told how long the
 * answer was waited for, the log how long all of it took: an open stream or WebSocket is not slow.
 */
export const createRequestLog = (deps: {
  log: Logger;
  metrics: Pick<RequestMetrics, 'observe'>;
  traffic: Pick<RouteCounter, 'count'>;
}) => {
  const { log } = deps;
  return (exchange: Exchange, waitedMs: number, tookMs: number): void => {
    const { route, consumer } = exchange;
    deps.metrics.observe(exchange.method, route?.template.text ?? 'other', exchange.status, waitedMs / 1000);
    deps.traffic.count(exchange, waitedMs);
    log.access(
      {
        requestId: exchange.requestId,
        address: exchange.address,
        method: exchange.method,
        // Without its query: that is where secrets travel.
        path: exchange.path,
        status: exchange.status,
        bytes: exchange.bytes,
        ms: Math.round(tookMs * 10) / 10,
        route: route?.name,
        subject: consumer?.subject,
        upstream: exchange.upstream,
        retries: exchange.retries === 0 ? undefined : exchange.retries,
        error: exchange.error,
      },
      'request',
    );
  };
};
