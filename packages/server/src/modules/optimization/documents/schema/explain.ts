import { combiningRules } from './combining-rules.ts';
import { leafRules } from './leaf-rules.ts';
import { nestedRules, type Walk } from './nested-rules.ts';
import { resolveReference } from './references.ts';
import { extend, isObject, type Spot, type SpotFault } from './spot.ts';

export type Dialect = Walk['dialect'];

const onlyIn: Readonly<Record<string, readonly Dialect[]>> = {
  additionalItems: ['draft-07', '2019-09'],
  dependencies: ['draft-07'],
  dependentRequired: ['2019-09', '2020-12'],
  dependentSchemas: ['2019-09', '2020-12'],
  prefixItems: ['2020-12'],
};

/** What only ajv knows. */
const foreign = ['$dynamicRef', '$recursiveRef', 'unevaluatedItems', 'unevaluatedProperties'];

class Explainer implements Walk {
  /** Nothing was met that is not understood. */
  isSure = true;
  readonly dialect: Dialect;
  readonly #root: unknown;
  readonly #pattern: (pattern: string) => RegExp;

  constructor(root: unknown, dialect: Dialect, pattern: (pattern: string) => RegExp) {
    this.#root = root;
    this.dialect = dialect;
    this.#pattern = pattern;
  }

  isValid(spot: Spot): boolean {
    return this.faultsAt(spot).next().done === true;
  }

  matches(pattern: string, text: string): boolean {
    return this.#pattern(pattern).test(text);
  }

  *faultsAt(spot: Spot): Generator<SpotFault, void> {
    if (spot.schema === false) yield this.#refusal(spot);
    if (!isObject(spot.schema)) return;
    const reference = spot.schema.$ref;
    if (typeof reference === 'string' && this.dialect === 'draft-07') {
      // What stands beside it is ignored.
      yield* this.#atReference(spot, reference);
      return;
    }
    for (const [keyword, limit] of Object.entries(spot.schema)) {
      if (keyword === '$ref' && typeof limit === 'string') yield* this.#atReference(spot, limit);
      else if (onlyIn[keyword]?.includes(this.dialect) !== false)
        yield* this.#atKeyword(spot, keyword, limit);
    }
  }

  *#atKeyword(spot: Spot, keyword: string, limit: unknown): Iterable<SpotFault> {
    if (Object.hasOwn(leafRules, keyword)) {
      const rule = leafRules[keyword];
      if (rule?.fails(spot.value, limit, (pattern, text) => this.matches(pattern, text)) !== true) return;
      yield {
        spot,
        rule: keyword,
        limit,
        keys: [],
        inPython: (words) => rule.inPython(words, limit),
        inEnglish: rule.inEnglish(spot.value, limit),
      };
      return;
    }
    if (foreign.includes(keyword) && this.dialect !== 'draft-07') this.isSure = false;
    const rules = Object.hasOwn(nestedRules, keyword) ? nestedRules : combiningRules;
    if (Object.hasOwn(rules, keyword)) yield* rules[keyword]?.(spot, limit, this) ?? [];
  }

  *#atReference(spot: Spot, reference: string): Iterable<SpotFault> {
    const target = resolveReference(this.#root, reference);
    if (target === undefined) {
      this.isSure = false;
      return;
    }
    yield* this.faultsAt({ ...spot, schema: target.schema, location: extend(undefined, ...target.location) });
  }

  #refusal(spot: Spot): SpotFault {
    return {
      spot,
      rule: null,
      limit: undefined,
      keys: [],
      inPython: ({ value }) => `False schema does not allow ${value}`,
      inEnglish: 'is not allowed',
    };
  }
}

/**
 * What is wrong with a value, in the order of Python's jsonschema: the first `max` faults. It walks through value and
 * schema, much slower than a compiled validator. `isSure`: it knows all that the schema says, so that no fault is none.
 */
export const explain = (
  root: { readonly schema: unknown; readonly dialect: Dialect },
  pattern: (pattern: string) => RegExp,
  value: unknown,
  max: number,
): { readonly faults: SpotFault[]; readonly isSure: boolean } => {
  const explainer = new Explainer(root.schema, root.dialect, pattern);
  const spot = { schemaPath: undefined, location: undefined, path: undefined, schema: root.schema, value };
  const faults = explainer.faultsAt(spot).take(max).toArray();
  return { faults, isSure: explainer.isSure };
};
