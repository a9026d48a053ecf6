import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../lib/clock.ts';

/** What we depend on. Without what is `vital` nothing works; without the rest some things do not. */
export interface HealthCheck {
  readonly name: string;
  readonly isVital: boolean;
  isUp(): Promise<boolean>;
}

type Status = 'pass' | 'warn' | 'fail';
interface Health {
  readonly status: Status;
  readonly checks: Readonly<Record<string, { readonly status: Status; readonly time: string }>>;
}

const patienceMs = 1000;
/** Asking is not free, and whoever asks needs no newer answer. */
const freshMs = 2000;

const mediaType = 'application/health+json; charset=utf-8';

export const serveHealth = (
  app: FastifyInstance,
  deps: { clock: Clock; checks: readonly HealthCheck[] },
): void => {
  const { clock } = deps;
  let last: { atMs: number; health: Promise<Health> } | undefined;

  const examine = async (): Promise<Health> => {
    const results = await Promise.all(
      deps.checks.map(async ({ name, isVital, isUp }) => {
        const answered = new AbortController();
        const up = await Promise.race([
          isUp().catch(() => false),
          clock.sleep(patienceMs, answered.signal).then(() => false),
        ]);
        answered.abort();
        const status: Status = up ? 'pass' : isVital ? 'fail' : 'warn';
        return [name, { status, time: clock.now().toISOString() }] as const;
      }),
    );
    const statuses = results.map(([, { status }]) => status);
    const worst = (['fail', 'warn', 'pass'] as const).find((status) => statuses.includes(status)) ?? 'pass';
    return { status: worst, checks: Object.fromEntries(results) };
  };
  const ready = (): Promise<Health> => {
    const nowMs = clock.elapsedMs();
    if (last === undefined || nowMs - last.atMs > freshMs) last = { atMs: nowMs, health: examine() };
    return last.health;
  };

  app.get('/health/livez', { config: { endpoint: '/health/livez' } }, async (_request, reply) =>
    reply.type(mediaType).send(JSON.stringify({ status: 'pass', checks: {} })),
  );
  for (const path of ['/health', '/health/readyz']) {
    app.get(path, { config: { endpoint: path } }, async (_request, reply) => {
      const health = await ready();
      return reply
        .code(health.status === 'fail' ? 503 : 200)
        .type(mediaType)
        .header('cache-control', 'no-store')
        .send(JSON.stringify(health));
    });
  }
};
