import { z } from 'zod';

/** What may be missing or null, which is the same. */
export const maybe = <T extends z.ZodType>(shape: T) =>
  shape.nullish().transform((value) => value ?? undefined);

/** The provider writes some numbers as text. */
export const numeric = z.union([
  z.number(),
  z
    .string()
    .trim()
    .regex(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i)
    .transform(Number),
]);

export const identifier = z.union([z.number().int(), z.string().min(1)]).transform(String);

const decimal = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/**
 * Dollars as the provider writes them, to the nearest micro-dollar, half away from zero: by digits, since a product
 * of doubles may lie on the other side of a half.
 */
export const toMicroUsd = (dollars: number | string): number => {
  const match = decimal.exec(String(dollars).trim());
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (match === null || whole + fraction === '') throw new RangeError(`not an amount: ${dollars}`);
  const digits = whole + fraction;
  // Digits before the point, once it is moved to micro-dollars.
  const point = whole.length + Number(exponent) + 6;
  const kept = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const next = point < 0 ? '0' : (digits[point] ?? '0');
  const micro = Number(kept) + (next >= '5' ? 1 : 0);
  if (!Number.isSafeInteger(micro)) throw new RangeError(`not an amount: ${dollars}`);
  return sign === '-' && micro !== 0 ? -micro : micro;
};

/** Dollars, in the reply as a number or text, as micro-dollars. */
export const microUsd = z.union([z.number(), z.string().max(64)]).transform((value, context) => {
  try {
    return toMicroUsd(value);
  } catch {
    context.addIssue({ code: 'custom', message: 'not an amount' });
    return z.NEVER;
  }
});

/** Exact: both ends write the shortest decimal that gives the same double. */
export const toUsd = (micro: number): number => micro / 1_000_000;

/** The price of a disk for an hour, from the price of a GB for a month of 30 days. */
export const diskPerHourMicroUsd = (diskGb: number, perGbMonthMicroUsd: number): number =>
  Math.round((diskGb * perGbMonthMicroUsd) / (30 * 24));
