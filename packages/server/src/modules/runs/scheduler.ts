import type { Clock } from '../../kernel/clock.ts';
import type { Database, Executor } from '../../kernel/db/database.ts';
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

/** Another replica holds the schedule by now: the fire is its. */
class FireFenced extends Error {
  override readonly name = 'FireFenced';
}

/**
 * Fires schedules. Fires missed while nobody was there become one run. The run is made in the transaction that records
 * the fire, guarded by the lease: one fire makes one run, whatever dies or is late.
 */
export const startScheduler = (deps: SchedulerDeps): LeasedWorker => {
  const fire = async (schedule: ScheduleRow, token: string): Promise<void> => {
    const now = deps.clock.now();
    let next: Date | null = null;
    const record = async (executor: Executor, runId: string | null, error: string | null): Promise<void> => {
      const at = schedule.next_fire_at ?? now;
      const isOurs = await deps.store.recordFire(executor, { schedule, token, at, next, runId, error });
      if (!isOurs) throw new FireFenced();
    };
    try {
      const { cron, time_zone: timeZone, business_days_only: businessDaysOnly } = schedule;
      next = nextFire({ cron, timeZone, businessDaysOnly }, now) ?? null;
      await deps.requests.startScheduled(
        { id: schedule.id, projectId: schedule.project_id, createdBy: schedule.created_by },
        { kind: 'pipeline', subject: schedule.subject, params: schedule.params as never },
        (tx, runId) => record(tx, runId, null),
      );
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      deps.log.warn({ scheduleId: schedule.id, code: cause.code }, 'a schedule could not start its run');
      await record(deps.db, null, cause.message);
    }
  };

  return startLeasedWorker<ScheduleRow>(
    {
      name: 'schedules',
      concurrency: 20,
      pollMs,
      claim: (lease, limit) => deps.store.claimDue(lease, limit),
      renew: (held, expiresAt) => deps.store.renew(held, expiresAt),
      work: (schedule, lease) =>
        fire(schedule, lease.token).catch((error: unknown) => {
          if (!(error instanceof FireFenced)) throw error;
          deps.log.info({ scheduleId: schedule.id }, 'a schedule was fired by another replica');
        }),
    },
    deps,
  );
};
