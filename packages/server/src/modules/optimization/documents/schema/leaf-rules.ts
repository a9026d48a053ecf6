import { isUnique, stableText } from './same-value.ts';
import type { Words } from './spot.ts';
import { listOf, nameOfType, plural, shortText, sizeOf, withArticle } from './words.ts';

/** A keyword that looks at one value and at nothing inside of it. */
export interface LeafRule {
  fails(value: unknown, limit: unknown, matches: (pattern: string, text: string) => boolean): boolean;
  inPython(words: Words, limit: unknown): string;
  inEnglish(value: unknown, limit: unknown): string;
}

const isType = (value: unknown, type: unknown): boolean => {
  if (type === 'integer') return Number.isInteger(value);
  return nameOfType(value) === type;
};

const typesOf = (limit: unknown): unknown[] => (Array.isArray(limit) ? limit : [limit]);

const butIs = (value: unknown): string => `but is ${shortText(value)}`;

const ofNumbers = (
  isRight: (value: number, limit: number) => boolean,
  python: string,
  english: string,
): LeafRule => ({
  fails: (value, limit) => typeof value === 'number' && typeof limit === 'number' && !isRight(value, limit),
  inPython: ({ value, limit }) => `${value} ${python} ${limit}`,
  inEnglish: (value, limit) => `must be ${english} ${String(limit)}, ${butIs(value)}`,
});

const ofSizes = (type: string, isMaximum: boolean, python: string, unit: string): LeafRule => ({
  fails: (value, limit) => {
    const size = nameOfType(value) === type ? sizeOf(value) : undefined;
    if (size === undefined || typeof limit !== 'number') return false;
    return isMaximum ? size > limit : size < limit;
  },
  inPython: ({ value }, limit) => {
    if (isMaximum) return `${value} ${limit === 0 ? 'is expected to be empty' : python}`;
    return `${value} ${limit === 1 ? 'should be non-empty' : python}`;
  },
  inEnglish: (value, limit) => {
    const bound = `at ${isMaximum ? 'most' : 'least'} ${plural(Number(limit), unit)}`;
    return `must have ${bound}, but has ${String(sizeOf(value))}`;
  },
});

export const leafRules: Readonly<Record<string, LeafRule>> = {
  type: {
    fails: (value, limit) => !typesOf(limit).some((type) => isType(value, type)),
    inPython: ({ value }, limit) =>
      `${value} is not of type ${typesOf(limit)
        .map((type) => `'${String(type)}'`)
        .join(', ')}`,
    inEnglish: (value, limit) => `must be ${listOf(typesOf(limit).map(withArticle))}, ${butIs(value)}`,
  },
  enum: {
    fails: (value, limit) =>
      Array.isArray(limit) && !limit.some((each) => stableText(each) === stableText(value)),
    inPython: ({ value, limit }) => `${value} is not one of ${limit}`,
    inEnglish: (value, limit) => `must be ${listOf((limit as unknown[]).map(shortText))}, ${butIs(value)}`,
  },
  const: {
    fails: (value, limit) => stableText(value) !== stableText(limit),
    inPython: ({ limit }) => `${limit} was expected`,
    inEnglish: (value, limit) => `must be ${shortText(limit)}, ${butIs(value)}`,
  },
  pattern: {
    fails: (value, limit, matches) =>
      typeof value === 'string' && typeof limit === 'string' && !matches(limit, value),
    inPython: ({ value, limit }) => `${value} does not match ${limit}`,
    inEnglish: (value, limit) => `must match the pattern ${String(limit)}, ${butIs(value)}`,
  },
  uniqueItems: {
    fails: (value, limit) => limit === true && Array.isArray(value) && !isUnique(value),
    inPython: ({ value }) => `${value} has non-unique elements`,
    inEnglish: () => 'must not have the same element twice',
  },
  // A NaN is neither more nor less than anything: it is refused where there is a bound.
  minimum: ofNumbers((value, limit) => value >= limit, 'is less than the minimum of', 'at least'),
  maximum: ofNumbers((value, limit) => value <= limit, 'is greater than the maximum of', 'at most'),
  exclusiveMinimum: ofNumbers(
    (value, limit) => value > limit,
    'is less than or equal to the minimum of',
    'greater than',
  ),
  exclusiveMaximum: ofNumbers(
    (value, limit) => value < limit,
    'is greater than or equal to the maximum of',
    'less than',
  ),
  multipleOf: ofNumbers(
    (value, limit) => Number.isInteger(value / limit),
    'is not a multiple of',
    'a multiple of',
  ),
  minLength: ofSizes('string', false, 'is too short', 'character'),
  maxLength: ofSizes('string', true, 'is too long', 'character'),
  minItems: ofSizes('array', false, 'is too short', 'element'),
  maxItems: ofSizes('array', true, 'is too long', 'element'),
  minProperties: ofSizes('object', false, 'does not have enough properties', 'key'),
  maxProperties: ofSizes('object', true, 'has too many properties', 'key'),
};
