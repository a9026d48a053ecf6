import { boundedRepr, pythonRepr } from '../python-repr.ts';
import {
  extend,
  isObject,
  longestRepr,
  type Members,
  type Spot,
  type SpotFault,
  type Step,
  type Words,
} from './spot.ts';
import { listOf, plural, quoted } from './words.ts';

/** The schemas of one compilation, as the rules walk through them. */
export interface Walk {
  readonly dialect: 'draft-07' | '2019-09' | '2020-12';
  faultsAt(spot: Spot): Iterable<SpotFault>;
  isValid(spot: Spot): boolean;
  matches(pattern: string, text: string): boolean;
}

/** A keyword that looks into a value, or hands it to other schemas. */
export type NestedRule = (spot: Spot, limit: unknown, walk: Walk) => Iterable<SpotFault>;

/** A schema below a keyword of this one, with what it is for. */
const down = (
  spot: Spot,
  schema: unknown,
  steps: readonly Step[],
  value: { readonly value: unknown; readonly step?: Step } = { value: spot.value },
): Spot => ({
  schema,
  schemaPath: extend(spot.schemaPath, ...steps),
  location: extend(spot.location, ...steps),
  value: value.value,
  path: value.step === undefined ? spot.path : extend(spot.path, value.step),
  holder: spot,
});

const fault = (
  spot: Spot,
  rule: string,
  inPython: (words: Words) => string,
  inEnglish: string,
  keys: readonly string[] = [],
): SpotFault => ({ spot, rule, limit: (spot.schema as Members)[rule], keys, inPython, inEnglish });

const strings = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];

function* required(spot: Spot, limit: unknown): Iterable<SpotFault> {
  if (!isObject(spot.value)) return;
  for (const key of strings(limit)) {
    if (Object.hasOwn(spot.value, key)) continue;
    yield fault(spot, 'required', () => `${pythonRepr(key)} is a required property`, 'is missing', [key]);
  }
}

function* properties(spot: Spot, limit: unknown, walk: Walk): Iterable<SpotFault> {
  if (!isObject(spot.value) || !isObject(limit)) return;
  for (const [key, schema] of Object.entries(limit)) {
    if (!Object.hasOwn(spot.value, key)) continue;
    yield* walk.faultsAt(down(spot, schema, ['properties', key], { value: spot.value[key], step: key }));
  }
}

function* patternProperties(spot: Spot, limit: unknown, walk: Walk): Iterable<SpotFault> {
  if (!isObject(spot.value) || !isObject(limit)) return;
  for (const [pattern, schema] of Object.entries(limit)) {
    for (const [key, value] of Object.entries(spot.value)) {
      if (!walk.matches(pattern, key)) continue;
      yield* walk.faultsAt(down(spot, schema, ['patternProperties', pattern], { value, step: key }));
    }
  }
}

const inCodePoints = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const sayExtras = (extras: readonly string[], patterns: readonly string[] | undefined): string => {
  const reprs = extras.map((key) => pythonRepr(key)).join(', ');
  if (patterns === undefined) {
    const verb = extras.length === 1 ? 'was' : 'were';
    return `Additional properties are not allowed (${reprs} ${verb} unexpected)`;
  }
  const regexes = patterns.map((pattern) => pythonRepr(pattern)).join(', ');
  return `${reprs} ${extras.length === 1 ? 'does' : 'do'} not match any of the regexes: ${regexes}`;
};

function* additionalProperties(spot: Spot, limit: unknown, walk: Walk): Iterable<SpotFault> {
  if (!isObject(spot.value) || !isObject(spot.schema)) return;
  const { properties: known, patternProperties: patterned } = spot.schema;
  const patterns = isObject(patterned) ? Object.keys(patterned) : undefined;
  const extras = Object.keys(spot.value).filter(
    (key) =>
      !(isObject(known) && Object.hasOwn(known, key)) &&
      patterns?.some((pattern) => walk.matches(pattern, key)) !== true,
  );
  if (isObject(limit)) {
    for (const key of extras) {
      yield* walk.faultsAt(
        down(spot, limit, ['additionalProperties'], { value: spot.value[key], step: key }),
      );
    }
  } else if (limit === false && extras.length > 0) {
    const sorted = extras.toSorted(inCodePoints);
    const others = sorted.slice(1).map(quoted);
    yield fault(
      spot,
      'additionalProperties',
      () => sayExtras(sorted, patterns?.toSorted(inCodePoints)),
      `is no key that the schema knows${others.length > 0 ? `, nor ${others.length === 1 ? 'is' : 'are'} ${listOf(others, 'and')}` : ''}`,
      sorted,
    );
  }
}

function* propertyNames(spot: Spot, limit: unknown, walk: Walk): Iterable<SpotFault> {
  if (!isObject(spot.value)) return;
  for (const key of Object.keys(spot.value)) {
    yield* walk.faultsAt({ ...down(spot, limit, ['propertyNames'], { value: key }), isKey: true });
  }
}

const dependencies = (keyword: string): NestedRule =>
  function* (spot, limit, walk) {
    if (!isObject(spot.value) || !isObject(limit)) return;
    for (const [key, dependency] of Object.entries(limit)) {
      if (!Object.hasOwn(spot.value, key)) continue;
      if (!Array.isArray(dependency)) {
        yield* walk.faultsAt(down(spot, dependency, [keyword, key]));
        continue;
      }
      for (const needed of strings(dependency)) {
        if (Object.hasOwn(spot.value, needed)) continue;
        const inPython = (): string => `${pythonRepr(needed)} is a dependency of ${pythonRepr(key)}`;
        yield fault(spot, keyword, inPython, `is missing: ${quoted(key)} needs it`, [needed]);
      }
    }
  };

function* eachItem(
  spot: Spot,
  schema: unknown,
  keyword: string,
  from: number,
  walk: Walk,
): Iterable<SpotFault> {
  const base = down(spot, schema, [keyword]);
  const items = spot.value as readonly unknown[];
  for (let index = from; index < items.length; index += 1) {
    yield* walk.faultsAt({ ...base, value: items[index], path: extend(spot.path, index) });
  }
}

function* tuple(spot: Spot, schemas: readonly unknown[], keyword: string, walk: Walk): Iterable<SpotFault> {
  const items = spot.value as readonly unknown[];
  for (const [index, schema] of schemas.slice(0, items.length).entries()) {
    yield* walk.faultsAt(down(spot, schema, [keyword, index], { value: items[index], step: index }));
  }
}

function* items(spot: Spot, limit: unknown, walk: Walk): Iterable<SpotFault> {
  if (!Array.isArray(spot.value)) return;
  if (Array.isArray(limit)) {
    yield* tuple(spot, limit, 'items', walk);
    return;
  }
  const { prefixItems: prefix } = spot.schema as Members;
  const first = walk.dialect === '2020-12' && Array.isArray(prefix) ? prefix.length : 0;
  if (walk.dialect !== '2020-12' || limit !== false) {
    yield* eachItem(spot, limit, 'items', first, walk);
    return;
  }
  const extra = spot.value.length - first;
  if (extra <= 0) return;
  const rest: unknown = extra === 1 ? spot.value[first] : spot.value.slice(first);
  yield fault(
    spot,
    'items',
    () =>
      `Expected at most ${first} ${first === 1 ? 'item' : 'items'} but found ${extra} extra: ${boundedRepr(rest, longestRepr)}`,
    `must have at most ${plural(first, 'element')}, but has ${spot.value.length}`,
  );
}

function* prefixItems(spot: Spot, limit: unknown, walk: Walk): Iterable<SpotFault> {
  if (Array.isArray(spot.value) && Array.isArray(limit)) yield* tuple(spot, limit, 'prefixItems', walk);
}

function* additionalItems(spot: Spot, limit: unknown, walk: Walk): Iterable<SpotFault> {
  const { items: first } = spot.schema as Members;
  if (!Array.isArray(spot.value) || !Array.isArray(first)) return;
  if (isObject(limit)) {
    yield* eachItem(spot, limit, 'additionalItems', first.length, walk);
  } else if (limit === false && spot.value.length > first.length) {
    const extras: unknown[] = spot.value.slice(first.length);
    const verb = extras.length === 1 ? 'was' : 'were';
    const reprs = (): string =>
      extras
        .slice(0, longestRepr)
        .map((extra) => boundedRepr(extra, longestRepr))
        .join(', ');
    yield fault(
      spot,
      'additionalItems',
      () => `Additional items are not allowed (${reprs()} ${verb} unexpected)`,
      `must have at most ${plural(first.length, 'element')}, but has ${spot.value.length}`,
    );
  }
}

/** How many elements of a list must or may fit: `minContains` and `maxContains` came with 2019-09. */
function* contains(spot: Spot, limit: unknown, walk: Walk): Iterable<SpotFault> {
  if (!Array.isArray(spot.value)) return;
  const isOld = walk.dialect === 'draft-07';
  const { minContains, maxContains } = isOld ? {} : (spot.schema as Record<string, number | undefined>);
  const least = minContains ?? 1;
  const most = maxContains ?? spot.value.length;
  const fitting = spot.value.filter((value: unknown) =>
    walk.isValid({ ...spot, schema: limit, value }),
  ).length;
  if (fitting > most) {
    const inPython = (): string => `Too many items match the given schema (expected at most ${most})`;
    yield fault(spot, 'maxContains', inPython, `has ${fitting} elements that fit, where ${most} may`);
  } else if (fitting < least) {
    const none = ({ value }: Words): string =>
      isOld
        ? `None of ${value} are valid under the given schema`
        : `${value} does not contain items matching the given schema`;
    const few = (): string =>
      `Too few items match the given schema (expected at least ${least} but only ${fitting} matched)`;
    const english = `has ${plural(fitting, 'element')} that fit, where ${least} must`;
    yield fitting === 0 ? fault(spot, 'contains', none, english) : fault(spot, 'minContains', few, english);
  }
}

export const nestedRules: Readonly<Record<string, NestedRule>> = {
  required,
  properties,
  patternProperties,
  additionalProperties,
  propertyNames,
  dependencies: dependencies('dependencies'),
  dependentRequired: dependencies('dependentRequired'),
  dependentSchemas: dependencies('dependentSchemas'),
  items,
  prefixItems,
  additionalItems,
  contains,
};
