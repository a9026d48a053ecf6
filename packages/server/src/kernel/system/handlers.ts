import { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import { Reply, type Handlers } from '../http/handlers.ts';
import type { Metrics } from '../metrics.ts';
import { version } from '../version.ts';
import { runChecks, type Check } from './checks.ts';

const databaseTimeoutMs = 1000;

export const createSystemHandlers = (deps: {
  db: Database;
  clock: Clock;
  metrics: Metrics;
  roles: readonly string[];
  dataDir: string;
  checks: () => readonly Check[];
}): Handlers<'health' | 'installation' | 'metrics'> => {
  const startedAt = deps.clock.now();
  const databaseAnswers = async (): Promise<boolean> => {
    const answer = sql`select 1`.execute(deps.db).then(
      () => true,
      () => false,
    );
    return Promise.race([answer, deps.clock.sleep(databaseTimeoutMs).then(() => false)]);
  };
  return {
    health: async () => {
      const isUp = await databaseAnswers();
      return {
        status: isUp ? 'ok' : 'degraded',
        timestamp: deps.clock.now().toISOString(),
        version,
        database: isUp ? 'ok' : 'unreachable',
      };
    },
    installation: async () => ({
      version,
      roles: [...deps.roles],
      startedAt: startedAt.toISOString(),
      now: deps.clock.now().toISOString(),
      checks: await runChecks({ ...deps, more: deps.checks }),
    }),
    metrics: async () =>
      new Reply({
        stream: {
          content: Readable.from([await deps.metrics.registry.metrics()]),
          mediaType: deps.metrics.registry.contentType,
        },
      }),
  };
};
