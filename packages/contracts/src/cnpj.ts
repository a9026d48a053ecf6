/**
 * The number of a Brazilian company or fund: twelve digits or capital letters (letters since July 2026) and two
 * check digits, as laid down in IN RFB 2.229/2024.
 */

const firstWeights = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
const secondWeights = [6, ...firstWeights];

/** Modulo 11; each character counts as its ASCII code minus 48, which is its value where it is a digit. */
const checkDigit = (cnpj: string, weights: readonly number[]): number => {
  const sum = weights.reduce((total, weight, index) => total + (cnpj.charCodeAt(index) - 48) * weight, 0);
  const remainder = sum % 11;
  return remainder < 2 ? 0 : 11 - remainder;
};

/** Fourteen characters without signs; says nothing of the check digits. */
export const cnpjShape = /^[0-9A-Z]{12}\d{2}$/;

/** Whether `12ABC34501DE35` is one: in shape and check digits, without signs. */
export const isCnpj = (text: string): boolean =>
  cnpjShape.test(text) &&
  checkDigit(text, firstWeights) * 10 + checkDigit(text, secondWeights) === Number(text.slice(12));

/** Takes `00.017.024/0001-53` and `00017024000153` to 14 characters; undefined when shape or check digits are wrong. */
export const parseCnpj = (raw: string): string | undefined => {
  const bare = raw.length === 14 ? raw : raw.replaceAll(/[.\-/ ]/g, '');
  return isCnpj(bare) ? bare : undefined;
};

/** `00.017.024/0001-53`; anything that is not fourteen characters of a CNPJ as it is. */
export const maskCnpj = (cnpj: string): string =>
  cnpjShape.test(cnpj) ? cnpj.replace(/^(..)(...)(...)(....)(..)$/, '$1.$2.$3/$4-$5') : cnpj;
