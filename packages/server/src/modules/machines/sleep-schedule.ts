import { nextFire } from '../../kernel/cron.ts';
import type { MachineRow } from './machine.ts';

const next = (cron: string | null, timeZone: string, now: Date): Date | null =>
  cron === null ? null : (nextFire({ cron, timeZone, businessDaysOnly: false }, now) ?? null);

/** When the schedule puts it to sleep and wakes it next. Throws `schedule.cron`, `schedule.time_zone`. */
export const nextSleepTimes = (
  machine: Pick<MachineRow, 'sleep_cron' | 'wake_cron' | 'time_zone'>,
  now: Date,
): { sleep_at: Date | null; wake_at: Date | null } => ({
  sleep_at: next(machine.sleep_cron, machine.time_zone, now),
  wake_at: next(machine.wake_cron, machine.time_zone, now),
});
