import { formatPlain } from '@dumont/contracts/format-plain';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import {
  formatBytes,
  formatCompact,
  formatMoney,
  formatNumber,
  formatShare,
  type MoneyOptions,
} from './numbers.ts';
import { formatDate, formatDuration, formatExact, formatRelative } from './times.ts';

/** The formatters, bound to the language that is shown. */
export const useFormat = () => {
  const locale = useTranslation().i18n.language;
  return useMemo(
    () => ({
      locale,
      number: (value: number, digits?: number) => formatNumber(value, locale, digits),
      plain: (value: number) => formatPlain(value, locale),
      share: (value: number, digits?: number) => formatShare(value, locale, digits),
      compact: (value: number) => formatCompact(value, locale),
      bytes: (sizeBytes: number) => formatBytes(sizeBytes, locale),
      money: (amount: string | number, currency: string, options?: MoneyOptions) =>
        formatMoney(amount, currency, locale, options),
      relative: (at: string, nowMs: number) => formatRelative(at, nowMs, locale),
      exact: (at: string) => formatExact(at, locale),
      date: (date: string, options?: Intl.DateTimeFormatOptions) => formatDate(date, locale, options),
      duration: (seconds: number, options?: { wholeSeconds?: boolean }) =>
        formatDuration(seconds, locale, options),
    }),
    [locale],
  );
};
