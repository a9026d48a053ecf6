/** How a form asks for a time: the usual cases by fields, everything else as a cron expression. */
export const timings = ['daily', 'weekdays', 'monthly', 'custom'] as const;
export type Timing = (typeof timings)[number];

interface TimingFields {
  readonly timing: Timing;
  /** `HH:MM` */
  readonly time: string;
  readonly dayOfMonth: string;
  readonly cron: string;
}

export const cronOf = ({ timing, time, dayOfMonth, cron }: TimingFields): string => {
  if (timing === 'custom') return cron.trim();
  const [hour = '0', minute = '0'] = time.split(':');
  const at = `${Number(minute)} ${Number(hour)}`;
  if (timing === 'monthly') return `${at} ${dayOfMonth} * *`;
  return `${at} * * ${timing === 'weekdays' ? '1-5' : '*'}`;
};

/** The fields that spell an expression. */
export const timingOf = (cron: string): TimingFields => {
  const [, minute, hour, day, weekday] = /^(\d{1,2}) (\d{1,2}) (\d{1,2}|\*) \* (\*|1-5)$/.exec(cron) ?? [];
  const custom: TimingFields = { timing: 'custom', time: '06:00', dayOfMonth: '1', cron };
  if (minute === undefined || hour === undefined || day === undefined) return custom;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (day !== '*') return weekday === '*' ? { ...custom, timing: 'monthly', time, dayOfMonth: day } : custom;
  return { ...custom, timing: weekday === '*' ? 'daily' : 'weekdays', time };
};
