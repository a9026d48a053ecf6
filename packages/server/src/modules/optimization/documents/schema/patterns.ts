import { SchemaError } from './schema-error.ts';

const longestPattern = 2000;

/** Patterns are searched for anywhere in a text, and not all that Python takes is Unicode-strict. */
const compilePattern = (pattern: string): RegExp => {
  if (pattern.length > longestPattern) {
    const problem = `A pattern of the schema is longer than ${longestPattern} characters`;
    throw new SchemaError('schema_too_large', problem);
  }
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
};

/** Each pattern once. Throws a `SchemaError` or `SyntaxError`. */
export const createPatterns = (): ((pattern: string) => RegExp) => {
  const compiled = new Map<string, RegExp>();
  return (pattern) => {
    const known = compiled.get(pattern) ?? compilePattern(pattern);
    compiled.set(pattern, known);
    return known;
  };
};
