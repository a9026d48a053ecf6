export type Step = string | number;

/** A path from its end to its start: to go one step deeper costs the same wherever one is. */
export interface Trail {
  readonly parent: Trail | undefined;
  readonly step: Step;
}

export const stepsOf = (trail: Trail | undefined): Step[] => {
  const steps: Step[] = [];
  for (let at = trail; at !== undefined; at = at.parent) steps.push(at.step);
  return steps.toReversed();
};

export const extend = (parent: Trail | undefined, ...steps: Step[]): Trail | undefined => {
  let trail = parent;
  for (const step of steps) trail = { parent: trail, step };
  return trail;
};

/** A value that is held against a schema. */
export interface Spot {
  readonly schema: unknown;
  /** As jsonschema counts it: a `$ref` or `if` on the way is left out. */
  readonly schemaPath: Trail | undefined;
  /** Where the schema stands in the whole one. */
  readonly location: Trail | undefined;
  readonly value: unknown;
  readonly path: Trail | undefined;
  /** What led here: jsonschema names it where the schema is `false`. */
  readonly holder?: Spot;
  /** The value is not at `path`, it is a key of what is there. */
  readonly isKey?: boolean;
}

/** A value in an error is cut here: Python prints all of it, be it 10 MB. */
export const longestRepr = 8000;
/** A schema is the same for all and mostly shown in parts. */
export const longestSchema = 64_000;

/** What sentences about a fault are made of. */
export interface Words {
  /** Python's repr of the value. */
  readonly value: string;
  /** Python's repr of what the rule says. */
  readonly limit: string;
  /** The same of one element of it. */
  readonly element: (index: number) => string;
}

export interface SpotFault {
  readonly spot: Spot;
  /** The keyword of the schema; null where the schema is `false`. */
  readonly rule: string | null;
  readonly limit: unknown;
  /** Keys that the fault is about, of the object at `spot`. */
  readonly keys: readonly string[];
  /** As jsonschema words it. */
  readonly inPython: (words: Words) => string;
  /** What follows the name of the place. */
  readonly inEnglish: string;
}

export type Members = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
