import { savingsBaseline, type HibernationEvent, type Sleep } from '@dumont/contracts/machines/cost';
import { dayMs } from './charges-plan.ts';
import type { Period } from './cost-store.ts';
import type { Savings, SleepRow } from './savings-store.ts';

const monthDays = 30;
/** A weekend is unlike a working day: less than a week foretells no month. */
const projectedFromDays = 7;

export const usd = (microUsd: number): number => Math.round(microUsd) / 1_000_000;
export const hours = (seconds: number): number => Math.round(seconds / 3.6) / 1000;
export const dateOf = (day: Date): string => day.toISOString().slice(0, 10);

/** The last so many days in UTC, today included. */
export const periodOf = (days: number, now: Date): Period => ({
  from: new Date((Math.floor(now.getTime() / dayMs) - days + 1) * dayMs),
  now,
});

export const savedMicroUsd = ({ notPaidMicroUsd, paidMicroUsd }: Omit<Savings, 'hibernations'>): number =>
  notPaidMicroUsd - paidMicroUsd;

/** What is said of a sum of sleep; of none, nothing. */
export const showSavings = (savings: Savings | undefined) => ({
  hours_saved: savings === undefined ? null : hours(savings.seconds),
  savings_usd: savings === undefined ? null : usd(savedMicroUsd(savings)),
});

export const showVerdict = (savings: Savings | undefined) =>
  ({
    status: savings === undefined ? 'insufficient_data' : 'ok',
    baseline: savingsBaseline,
  }) as const;

/** A part of the whole, in percent; null where there is no whole. */
export const percentOf = (part: number, whole: number): number | null =>
  whole <= 0 ? null : Math.round((part / whole) * 1000) / 10;

/** Means by the day, over the time since there is a machine at all. */
export const showMeans = (savings: Savings | undefined, period: Period, since: Date | undefined) => {
  const from = since !== undefined && since > period.from ? since : period.from;
  const seenDays = (period.now.getTime() - from.getTime()) / dayMs;
  if (savings === undefined || seenDays < 1)
    return {
      avg_daily_savings_usd: null,
      avg_daily_hours_saved: null,
      projected_monthly_savings_usd: null,
    };
  const daily = savedMicroUsd(savings) / seenDays;
  return {
    avg_daily_savings_usd: usd(daily),
    avg_daily_hours_saved: hours(savings.seconds / seenDays),
    projected_monthly_savings_usd: seenDays < projectedFromDays ? null : usd(daily * monthDays),
  };
};

export const showSleep = (row: SleepRow): Sleep => ({
  id: row.id,
  slept_at: row.sleptAt.toISOString(),
  woke_at: row.wokeAt?.toISOString() ?? null,
  gpu_name: row.gpuName,
  reason: row.reason,
  hours: hours(row.seconds),
  baseline_dph: usd(row.pricePerHourMicroUsd),
  not_paid_usd: usd(row.notPaidMicroUsd),
  wake_cost_usd: usd(row.paidMicroUsd),
  wake_seconds: row.wakeSeconds,
  savings_usd: usd(savedMicroUsd(row)),
});

/** A sleep is told of twice: when it began and when it ended. */
export const showEvents = (row: SleepRow): HibernationEvent[] => {
  const event = (eventType: HibernationEvent['event_type'], at: Date): HibernationEvent => ({
    id: row.id,
    instance_id: row.machineId,
    event_type: eventType,
    at: at.toISOString(),
    gpu_name: row.gpuName,
    reason: row.reason,
    dph_total: usd(row.pricePerHourMicroUsd),
    snapshot_id: row.snapshotId,
    operation_id: row.operationId,
    sleep_hours: hours(row.seconds),
    wake_seconds: row.wakeSeconds,
    savings_usd: usd(savedMicroUsd(row)),
  });
  const slept = event('fell_asleep', row.sleptAt);
  return row.wokeAt === null ? [slept] : [event('woke', row.wokeAt), slept];
};
