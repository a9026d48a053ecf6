// Without a validator: the console reads it too, and its bundle holds none.

/** `24,9`, `24.90`, `24` as the wire has it: `24.90`. Undefined for what is none, or not from 0.01 to 99999.99. */
export const priceOf = (text: string): string | undefined => {
  const match = /^(\d{1,5})(?:[.,](\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '', cents = ''] = match;
  const price = `${Number(whole)}.${cents.padEnd(2, '0')}`;
  return Number(price) > 0 ? price : undefined;
};
