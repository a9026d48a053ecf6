import type { FastifyInstance } from 'fastify';
import type { Logger } from '../log.ts';
import type { RequestMetrics } from './request-metrics.ts';

/** Counts and times requests by the template of their route, and writes one line for each that failed or was slow. */
export const measureRequests = (app: FastifyInstance, metrics: RequestMetrics, log: Logger): void => {
  const slowMs = 1000;
  app.addHook('onResponse', (request, reply, done) => {
    const { url, config } = request.routeOptions;
    const ms = reply.elapsedTime;
    metrics.observe(request.method, url ?? 'other', reply.statusCode, ms / 1000);
    if (reply.statusCode >= 500 || ms > slowMs) {
      log.warn(
        {
          requestId: request.id,
          operation: config.operation ?? 'other',
          status: reply.statusCode,
          durationMs: Math.round(ms),
        },
        'slow or failed request',
      );
    }
    done();
  });
};
