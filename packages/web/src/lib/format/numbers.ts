/** `12,345` / `12.345`; at most `digits` decimals (0 unless said). */
export const formatNumber = (value: number, locale: string, digits = 0): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);

/** Share of 1 as `97.4%` / `97,4%`. */
export const formatShare = (share: number, locale: string, digits = 1): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(share);

/** `1,234.5K`-style short figure for charts and cards. */
export const formatCompact = (value: number, locale: string): string =>
  new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value);

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Decimal units, as disks and networks count: `1.4 MB` / `1,4 MB`. */
export const formatBytes = (sizeBytes: number, locale: string): string => {
  const step = sizeBytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(sizeBytes) / 3));
  const value = sizeBytes / 1000 ** step;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: byteUnits[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 || value >= 100 ? 0 : 1,
  }).format(value);
};

export interface MoneyOptions {
  readonly compact?: boolean;
  /** Decimals, where cents are too coarse: prices by the hour. */
  readonly digits?: number;
}

/**
 * An amount as the API writes it (a decimal string) or a number, with its currency. The string goes to Intl as
 * it is, so that no digit of a large sum is lost to floating point.
 */
export const formatMoney = (
  amount: string | number,
  currency: string,
  locale: string,
  options: MoneyOptions = {},
): string =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    ...(options.compact ? { notation: 'compact', maximumFractionDigits: 1 } : {}),
    ...(options.digits === undefined
      ? {}
      : { minimumFractionDigits: options.digits, maximumFractionDigits: options.digits }),
    // Intl takes decimal strings exactly; the type of `format` allows only numeric literals.
  }).format(amount as number);
