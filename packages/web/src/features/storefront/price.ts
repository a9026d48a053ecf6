import { priceOf } from '@dumont/contracts/storefront/price';

/** What somebody typed, perhaps with `R$` before it, as the wire has it; see `priceOf`. */
export const parsePrice = (text: string): string | undefined =>
  priceOf(text.trim().replace(/^(?:R\$)?\s*/, ''));

/** As people type it: with the decimal sign of their language. */
export const editPrice = (price: string, locale: string): string =>
  locale === 'pt-BR' ? price.replace('.', ',') : price;
