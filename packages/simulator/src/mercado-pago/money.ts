/** Cents of an amount as the Orders API takes it: "50" or "50.00". Undefined for anything else. */
export const parseAmount = (value: unknown): number | undefined =>
  typeof value === 'string' && /^\d{1,9}(\.\d{2})?$/.test(value)
    ? Math.round(Number(value) * 100)
    : undefined;

export const formatAmount = (cents: number): string => (cents / 100).toFixed(2);

/** Cents of an amount as the older API takes it: a number with at most two decimals. */
export const readNumber = (value: unknown): number | undefined => {
  if (typeof value !== 'number' || !(value >= 0) || value > 1e9) return undefined;
  const cents = Math.round(value * 100);
  return Math.abs(cents - value * 100) < 1e-6 ? cents : undefined;
};
