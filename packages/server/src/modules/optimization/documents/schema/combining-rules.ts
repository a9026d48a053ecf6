import type { NestedRule } from './nested-rules.ts';
import { extend, isObject, type Spot, type SpotFault, type Step } from './spot.ts';

const under = (spot: Spot, schema: unknown, ...steps: Step[]): Spot => ({
  ...spot,
  schema,
  schemaPath: extend(spot.schemaPath, ...steps),
  location: extend(spot.location, ...steps),
  holder: spot,
});

const none = (spot: Spot, rule: string, limit: unknown): SpotFault => ({
  spot,
  rule,
  limit,
  keys: [],
  inPython: ({ value }) => `${value} is not valid under any of the given schemas`,
  inEnglish: 'fits none of the forms that the schema allows',
});

export const combiningRules: Readonly<Record<string, NestedRule>> = {
  *allOf(spot, limit, walk) {
    if (!Array.isArray(limit)) return;
    for (const [index, schema] of limit.entries()) yield* walk.faultsAt(under(spot, schema, 'allOf', index));
  },

  *anyOf(spot, limit, walk) {
    if (!Array.isArray(limit)) return;
    if (!limit.some((schema) => walk.isValid({ ...spot, schema }))) yield none(spot, 'anyOf', limit);
  },

  *oneOf(spot, limit, walk) {
    if (!Array.isArray(limit)) return;
    const [first, ...others] = [...limit.keys()].filter((index) =>
      walk.isValid({ ...spot, schema: limit[index] as unknown }),
    );
    if (first === undefined) yield none(spot, 'oneOf', limit);
    if (first === undefined || others.length === 0) return;
    yield {
      spot,
      rule: 'oneOf',
      limit,
      keys: [],
      inPython: ({ value, element }) =>
        `${value} is valid under each of ${[...others, first].map(element).join(', ')}`,
      inEnglish: `fits ${others.length + 1} of the forms of which the schema allows one`,
    };
  },

  *not(spot, limit, walk) {
    if (!walk.isValid({ ...spot, schema: limit })) return;
    yield {
      spot,
      rule: 'not',
      limit,
      keys: [],
      inPython: (words) => `${words.value} should not be valid under ${words.limit}`,
      inEnglish: 'has a form that the schema forbids',
    };
  },

  *if(spot, limit, walk) {
    if (!isObject(spot.schema)) return;
    const branch = walk.isValid({ ...spot, schema: limit }) ? 'then' : 'else';
    if (!Object.hasOwn(spot.schema, branch)) return;
    // jsonschema leaves out the `if` that led here.
    yield* walk.faultsAt(under(spot, spot.schema[branch], branch));
  },
};
