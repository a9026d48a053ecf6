/**
 * The number of a Brazilian person: nine digits and two check digits. Kept as text of eleven digits, because many
 * begin with zeros.
 */

const firstWeights = [10, 9, 8, 7, 6, 5, 4, 3, 2];
const secondWeights = [11, ...firstWeights];

/** Modulo 11 over the leading digits that there are weights for. */
const checkDigit = (cpf: string, weights: readonly number[]): number => {
  const sum = weights.reduce((total, weight, index) => total + Number(cpf[index]) * weight, 0);
  const remainder = sum % 11;
  return remainder < 2 ? 0 : 11 - remainder;
};

/** Nine digits with their two check digits behind them. */
export const completeCpf = (nine: string): string => {
  const ten = `${nine}${checkDigit(nine, firstWeights)}`;
  return `${ten}${checkDigit(ten, secondWeights)}`;
};

/** Eleven digits without signs; says nothing of the check digits. */
export const cpfShape = /^\d{11}$/;

/** Eleven times the same digit passes the arithmetic and is nobody's. */
const isRepeated = (cpf: string): boolean => /^(\d)\1{10}$/.test(cpf);

/** Whether `52998224725` is one: in shape and check digits, without signs. */
export const isCpf = (text: string): boolean =>
  cpfShape.test(text) && !isRepeated(text) && completeCpf(text.slice(0, 9)) === text;

/** Takes `529.982.247-25` and `52998224725` to eleven digits, whatever signs are between; undefined when it is none. */
export const parseCpf = (text: string): string | undefined => {
  const digits = text.replaceAll(/\D/g, '');
  return isCpf(digits) ? digits : undefined;
};

/** `529.982.247-25`; anything that is not eleven digits as it is. */
export const formatCpf = (cpf: string): string =>
  cpf.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, '$1.$2.$3-$4');

/**
 * `***.982.247-**`, as public bodies in Brazil publish it: enough to tell two people of one name apart, and a
 * thousand people fit it. What is not eleven digits is masked whole, for it may be one with a typing error.
 */
export const maskCpf = (cpf: string): string =>
  cpfShape.test(cpf) ? formatCpf(cpf).replace(/^.{3}/, '***').replace(/.{2}$/, '**') : '***';
