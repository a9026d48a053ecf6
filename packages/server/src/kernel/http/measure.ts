import type { FastifyInstance } from 'fastify';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';

/** Counts and times requests by operation, and writes one access line for each that failed or was slow. */
export const measureRequests = (app: FastifyInstance, metrics: Metrics, log: Logger): void => {
  const duration = metrics.histogram(
    'dumont_http_request_seconds',
    'Time to answer a request, by operation and status',
    ['operation', 'status'],
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  );
  const slowMs = 1000;
  app.addHook('onResponse', (request, reply, done) => {
    const operation = request.routeOptions.config.operation ?? 'other';
    const ms = reply.elapsedTime;
    duration.observe({ operation, status: reply.statusCode }, ms / 1000);
    if (reply.statusCode >= 500 || ms > slowMs) {
      log.warn(
        { requestId: request.id, operation, status: reply.statusCode, durationMs: Math.round(ms) },
        'slow or failed request',
      );
    }
    done();
  });
};
