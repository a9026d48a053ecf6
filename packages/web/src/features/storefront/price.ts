/** `24,9`, `24.90`, `R$ 24` as the wire has it: `24.90`. Undefined for what is none, or not from 0.01 to 99999.99. */
export const parsePrice = (text: string): string | undefined => {
  const match = /^(?:R\$)?\s*(\d{1,5})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, whole = '', cents = ''] = match;
  const price = `${Number(whole)}.${cents.padEnd(2, '0')}`;
  return Number(price) > 0 ? price : undefined;
};

/** As people type it: with the decimal sign of their language. */
export const editPrice = (price: string, locale: string): string =>
  locale === 'pt-BR' ? price.replace('.', ',') : price;
