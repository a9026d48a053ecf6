/** Times, sizes and money as people read them. */

const pad = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-21 02:01:17` in this computer's time zone. */
export const formatTime = (timestamp: string): string => {
  const at = new Date(timestamp);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day} ${formatTimeOfDay(timestamp)}`;
};

export const formatTimeOfDay = (timestamp: string): string => {
  const at = new Date(timestamp);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
};

/** `850 ms`, `42 s`, `3 min 05 s`, `2 h 10 min`, `4 d 3 h`. */
export const formatDuration = (seconds: number): string => {
  if (seconds < 1) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${pad(Math.floor(whole / 60) % 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor(whole / 3600) % 24} h`;
};

/** `just now`, `3 min ago`, `in 2 h`; days beyond a month read as a date. */
export const formatRelative = (timestamp: string, now: Date): string => {
  const seconds = (now.getTime() - Date.parse(timestamp)) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 5) return 'just now';
  if (distance >= 31 * 86_400) return formatTime(timestamp).slice(0, 10);
  const [amount, unit] =
    distance < 60
      ? [distance, 's']
      : distance < 3600
        ? [distance / 60, 'min']
        : distance < 86_400
          ? [distance / 3600, 'h']
          : [distance / 86_400, 'd'];
  // What is past has not lasted longer than it has; what is to come is told as it was asked for.
  return seconds > 0 ? `${Math.floor(amount)} ${unit} ago` : `in ${Math.round(amount)} ${unit}`;
};

/** Seconds between two timestamps; up to `now` while the second is missing. */
export const secondsBetween = (start: string, end: string | null, now: Date): number =>
  Math.max(0, ((end === null ? now.getTime() : Date.parse(end)) - Date.parse(start)) / 1000);

/** `1 file`, `12 files` */
export const formatCount = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

const sizeUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export const formatSize = (bytes: number): string => {
  const power = bytes < 1024 ? 0 : Math.min(sizeUnits.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${sizeUnits[power]}`;
};

/** A decimal string with its thousands grouped; no digit is lost on the way. */
export const formatDecimal = (value: string): string => {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(value) ?? [
    undefined,
    '',
    value,
  ];
  return sign + whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') + fraction;
};

/** Money of the portfolio is in Brazilian reais. */
export const formatMoney = (value: string | null): string | null =>
  value === null ? null : `R$ ${formatDecimal(value)}`;

/** What machines cost is in dollars: `$0.412` of an hour; below a cent as many digits as it needs. */
export const formatDollars = (amount: number, digits = 3): string =>
  `${amount < 0 ? '-' : ''}$${Math.abs(amount).toFixed(amount !== 0 && Math.abs(amount) < 0.01 ? 5 : digits)}`;

export const formatShare = (share: number): string => `${(share * 100).toFixed(1)} %`;
