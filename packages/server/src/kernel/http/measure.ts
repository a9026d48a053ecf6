import type { FastifyInstance } from 'fastify';
import type { Logger } from '../log.ts';
import type { RequestMinutes } from '../traffic/request-minutes.ts';
import type { RequestMetrics } from './request-metrics.ts';

/** Counts and times requests by the template of their route, and writes one line for each that failed or was slow. */
export const measureRequests = (
  app: FastifyInstance,
  {
    requestMetrics: metrics,
    requestMinutes,
    log,
  }: {
    readonly requestMetrics: RequestMetrics;
    readonly requestMinutes: RequestMinutes;
    readonly log: Logger;
  },
): void => {
  const slowMs = 1000;
  app.addHook('onResponse', (request, reply, done) => {
    const { url, config } = request.routeOptions;
    const ms = reply.elapsedTime;
    // A socket of hours is no answer that somebody waited for.
    if (request.ws) return done();
    metrics.observe(request.method, url ?? 'other', reply.statusCode, ms / 1000);
    // How long a body of a slow line took says nothing about us.
    if (config.slowBody !== true) requestMinutes.add(reply.statusCode, ms / 1000);
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
