/** Exact decimal arithmetic for amounts in files: a sum of a portfolio must not depend on the order of its parts. */
export interface Decimal {
  readonly units: bigint;
  /** Number of decimals. */
  readonly scale: number;
}

export const zero: Decimal = { units: 0n, scale: 0 };

/** Reads `-1234.5600`; undefined for anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d{1,30})(?:\.(\d{0,30}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, sign = '', whole = '0', decimals = ''] = match;
  const units = BigInt(whole + decimals);
  return { units: sign === '-' ? -units : units, scale: decimals.length };
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  const raise = (value: Decimal) => value.units * 10n ** BigInt(scale - value.scale);
  return { units: raise(a) + raise(b), scale };
}

export function negate(a: Decimal): Decimal {
  return { units: -a.units, scale: a.scale };
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

export function formatDecimal({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const decimals = digits.slice(digits.length - scale);
  return `${units < 0n ? '-' : ''}${whole}${scale > 0 ? `.${decimals}` : ''}`;
}
