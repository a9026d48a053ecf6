/** As Python's `isoformat` of a time without zone: `2026-11-20T22:12:59.527000`, and no fraction where it is 0. */
export const toNaive = (time: Date): string => {
  const text = time.toISOString();
  return time.getUTCMilliseconds() === 0 ? text.slice(0, 19) : `${text.slice(0, 23)}000`;
};

const shape =
  /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6})\d{0,6})?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

/** What clients give for a moment; those without zone are in UTC. */
export interface Moment {
  readonly milliseconds: number;
  /** Beyond the milliseconds: ours have none, so a filter must round to its inside. */
  readonly microseconds: number;
}

const offsetMinutes = (zone: string | undefined): number => {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return zone.startsWith('-') ? -minutes : minutes;
};

/** Undefined for what is no ISO date with a time, or a day that does not exist. */
export const parseMoment = (text: string): Moment | undefined => {
  const found = shape.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const fraction = (found[7] ?? '').padEnd(6, '0');
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(hour, minute, second, Number(fraction.slice(0, 3)));
  const same =
    time.getUTCMonth() === month - 1 &&
    time.getUTCDate() === day &&
    time.getUTCHours() === hour &&
    time.getUTCMinutes() === minute &&
    time.getUTCSeconds() === second;
  if (!same || year === 0) return undefined;
  return {
    milliseconds: time.getTime() - offsetMinutes(found[8]) * 60_000,
    microseconds: Number(fraction.slice(3)),
  };
};

/** The first of our times that is not before it. */
export const ceilMoment = ({ milliseconds, microseconds }: Moment): Date =>
  new Date(milliseconds + (microseconds > 0 ? 1 : 0));
/** The last of our times that is not after it. */
export const floorMoment = ({ milliseconds }: Moment): Date => new Date(milliseconds);
