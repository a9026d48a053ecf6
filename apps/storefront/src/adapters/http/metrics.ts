import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Failure } from '../../application/failure.ts';
import type { Logger } from '../../lib/log.ts';

export interface MetricsDeps {
  readonly app: FastifyInstance;
  readonly log: Logger;
  readonly countOrders: () => Promise<ReadonlyMap<string, number>>;
  readonly countFailingPayments: () => Promise<number>;
  /** How long the oldest work of each queue waits beyond the time when it was due, in seconds. */
  readonly readOverdue: () => Promise<ReadonlyMap<string, number>>;
  readonly connections: () => { total: number; idle: number; waiting: number };
  /** Of the process and the event loop; off where several services share a process. */
  readonly ofProcess: boolean;
  /** Who shows it may read the metrics from elsewhere; undefined: nobody may. */
  readonly token: string | undefined;
}

const slowMs = 1000;

const isLoopback = (request: FastifyRequest): boolean =>
  ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress ?? '') &&
  request.headers['x-forwarded-for'] === undefined &&
  request.headers['forwarded'] === undefined;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The header's bearer is this token; it takes as long whichever character differs. */
const shows = (request: FastifyRequest, token: string): boolean =>
  timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`));

/** Counts and times every answer by route template, and serves `/metrics` to this host, and to who shows the token. */
export const serveMetrics = (deps: MetricsDeps): void => {
  const { app, log } = deps;
  const registry = new Registry();
  if (deps.ofProcess) collectDefaultMetrics({ register: registry });
  const labels = ['method', 'endpoint', 'status'] as const;
  const registers = [registry];
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered, by route template',
    labelNames: labels,
    registers,
  });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request, by route template',
    labelNames: labels,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
    registers,
  });
  /** Looked up when it is read; where the database does not answer the last value stays. */
  const gauge = (
    name: string,
    help: string,
    label: string,
    read: () => Promise<ReadonlyMap<string, number>>,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      async collect(this: Gauge) {
        const values = await read().catch(() => undefined);
        if (values === undefined) return;
        this.reset();
        for (const [value, count] of values) this.set({ [label]: value }, count);
      },
    });
  gauge('storefront_orders', 'Orders that are not over, by state', 'status', deps.countOrders);
  gauge(
    'storefront_database_connections',
    'Connections to the database',
    'state',
    async () => new Map(Object.entries(deps.connections())),
  );
  gauge(
    'storefront_work_overdue_seconds',
    'How long the oldest work waits that is due, by queue; 0 without any',
    'queue',
    deps.readOverdue,
  );
  gauge(
    'storefront_payments',
    'Payments that could repeatedly not be settled',
    'state',
    async () => new Map([['failing', await deps.countFailingPayments()]]),
  );

  app.addHook('onResponse', (request, reply, done) => {
    const { endpoint = 'other' } = request.routeOptions.config;
    const answered = { method: request.method, endpoint, status: String(reply.statusCode) };
    requests.inc(answered);
    duration.observe(answered, reply.elapsedTime / 1000);
    if (reply.elapsedTime > slowMs || reply.statusCode >= 500) {
      const durationMs = Math.round(reply.elapsedTime);
      log.warn({ requestId: request.id, ...answered, durationMs }, 'slow or failed request');
    }
    done();
  });
  app.get('/metrics', { config: { endpoint: '/metrics' } }, async (request, reply) => {
    const isTrusted = isLoopback(request) || (deps.token !== undefined && shows(request, deps.token));
    if (!isTrusted) throw new Failure('nao_encontrado');
    return reply.type(registry.contentType).send(await registry.metrics());
  });
};
