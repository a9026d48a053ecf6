import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { startLeasedWorker, type LeasedWorker } from '../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { nextFire } from '../../kernel/cron.ts';
import type { RunRequests } from './requests.ts';
import type { ScheduleRow, ScheduleStore } from './schedule-store.ts';

const pollMs = 1000;

export interface SchedulerDeps {
  readonly db: Database;
  readonly store: ScheduleStore;
  readonly requests: RunRequests;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/**
 * Fires schedules. Fires missed while nobody was there become one run. The fire's time is the run's
 * idempotency key, so that a crash between making the run and recording the fire does not make a second one.
 */
export const startScheduler = (deps: SchedulerDeps): LeasedWorker => {
  const fire = async (schedule: ScheduleRow, token: string): Promise<void> => {
    const now = deps.clock.now();
    const due = schedule.next_fire_at ?? now;
    let runId: string | null = null;
    let error: string | null = null;
    try {
      const run = await deps.requests.startScheduled(
        { id: schedule.id, projectId: schedule.project_id, createdBy: schedule.created_by, fireAt: due },
        { kind: 'pipeline', subject: schedule.subject, params: schedule.params as never },
      );
      runId = run.id;
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      error = cause.message;
      deps.log.warn({ scheduleId: schedule.id, code: cause.code }, 'a schedule could not start its run');
    }
    const next = nextFire(
      { cron: schedule.cron, timeZone: schedule.time_zone, businessDaysOnly: schedule.business_days_only },
      now,
    );
    await deps.store.recordFire(deps.db, {
      schedule,
      token,
      at: due,
      next: next ?? null,
      runId,
      error,
    });
  };

  return startLeasedWorker<ScheduleRow>(
    {
      name: 'schedules',
      concurrency: 20,
      pollMs,
      claim: (lease, limit) => deps.store.claimDue(lease, limit),
      renew: (held, expiresAt) => deps.store.renew(held, expiresAt),
      work: (schedule, lease) => fire(schedule, lease.token),
    },
    deps,
  );
};
