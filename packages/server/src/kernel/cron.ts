import { Cron } from 'croner';
import { isBusinessDay } from '@dumont/contracts/calendar';
import { AppError } from './errors.ts';

export interface Timing {
  readonly cron: string;
  readonly timeZone: string;
  /** Weekends and Brazilian bank holidays are skipped. */
  readonly businessDaysOnly: boolean;
}

/** Days that are skipped: beyond it an expression such as "every Saturday" has no business day. */
const maxSkips = 400;

/** Throws `schedule.time_zone`. */
export const checkTimeZone = (timeZone: string): void => {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    throw new AppError('schedule.time_zone', { timeZone }, { cause });
  }
};

const parse = ({ cron, timeZone }: Timing): Cron => {
  checkTimeZone(timeZone);
  try {
    return new Cron(cron, { timezone: timeZone, paused: true, legacyMode: true, mode: 'auto' });
  } catch (cause) {
    throw new AppError(
      'schedule.cron',
      { reason: (cause as Error).message.replace(/^CronPattern: /, '') },
      { cause },
    );
  }
};

const dateIn = (time: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    time,
  );

/** The first fire after `after`, or undefined when there is none. Throws `schedule.cron`, `schedule.time_zone`. */
export const nextFire = (timing: Timing, after: Date): Date | undefined => {
  const cron = parse(timing);
  let from = after;
  for (let tries = 0; tries < maxSkips; tries += 1) {
    const fire = cron.nextRun(from);
    if (fire === null) return undefined;
    if (!timing.businessDaysOnly || isBusinessDay(dateIn(fire, timing.timeZone))) return fire;
    // The rest of the day at once: an expression that fires each minute has 1440 fires in it.
    const dayAfter = new Cron('0 0 0 * * *', { timezone: timing.timeZone, paused: true }).nextRun(fire);
    if (dayAfter === null) return undefined;
    from = new Date(dayAfter.getTime() - 1);
  }
  return undefined;
};

export const nextFires = (timing: Timing, after: Date, count: number): Date[] => {
  const fires: Date[] = [];
  for (let from: Date | undefined = after; fires.length < count;) {
    from = nextFire(timing, from);
    if (from === undefined) break;
    fires.push(from);
  }
  return fires;
};
