/** A computed figure among ids: six digits or four decimals, whichever says more, and no separators of thousands. */
export const formatPlain = (value: number, locale: string): string =>
  new Intl.NumberFormat(locale, {
    maximumSignificantDigits: 6,
    maximumFractionDigits: 4,
    roundingPriority: 'morePrecision',
    useGrouping: false,
  }).format(value);
