import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Lease } from '../../kernel/lease/leased-worker.ts';
import { whileLeased } from '../../kernel/lease/while-leased.ts';
import type { Logger } from '../../kernel/log.ts';
import { markRunning, markWaiting } from './run-change-store.ts';
import type { RunRow } from './run-store.ts';

interface AnnounceDeps {
  readonly db: Database;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Logger;
}

export const runEvent = (
  name: string,
  run: Pick<RunRow, 'id' | 'project_id' | 'created_by' | 'subject'>,
) => ({
  name,
  topic: 'runs' as const,
  projectId: run.project_id,
  ownerId: run.created_by,
  entityId: run.id,
  subject: run.subject,
});

/** Tells people what the run waits for before it starts: each thing once, and only of a run that is ours. */
export const createAnnouncer = (run: RunRow, lease: Lease, deps: AnnounceDeps) => {
  let told: string | undefined;
  return {
    say: (message: string): void => {
      if (message === told) return;
      told = message;
      const waiting = markWaiting(run.id, lease.token, message);
      void deps.events
        .publishChange(deps.db, waiting, runEvent('run.waiting', run))
        .catch((error: unknown) =>
          deps.log.info({ error, runId: run.id }, 'what a run waits for was not told'),
        );
    },
    told: (): string | undefined => told,
  };
};

/** False when the lease is not ours any more. */
export const announceRunning = (
  run: RunRow,
  lease: Lease,
  waitedFor: string | undefined,
  deps: AnnounceDeps,
): Promise<boolean> => {
  const running = markRunning(run.id, lease.token, waitedFor, deps.clock.now());
  return whileLeased(
    lease,
    deps,
    async () =>
      (await deps.events.publishChange(deps.db, running, runEvent('run.started', run))) !== undefined,
  );
};
