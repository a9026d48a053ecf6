/** Python's repr of a float. Both languages write the fewest digits that survive; they differ in when exponents come. */
export const pythonFloat = (value: number): string => {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size >= 1e16 || (size < 1e-4 && size > 0)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
};

/** Whether Python reads a number's lexeme as an int. */
const isInteger = (lexeme: string): boolean => !/[.eEaIN]/.test(lexeme);

/** Python's repr of the number that it reads from a lexeme of JSON (or NaN, Infinity): an int of any size is exact. */
export const pythonNumber = (lexeme: string): string => {
  if (!isInteger(lexeme)) return pythonFloat(Number(lexeme));
  return lexeme === '-0' ? '0' : lexeme;
};

/** The same as `json.dumps` writes it. */
export const pythonJsonNumber = (lexeme: string): string => {
  const text = pythonNumber(lexeme);
  if (text === 'nan') return 'NaN';
  return text.replace('inf', 'Infinity');
};
