import { JsonDocument } from './document.ts';
import { nodeAt, parsePointer } from './json-pointer.ts';
import { readPythonValue } from './python-value.ts';
import { inBoundedTime } from './schema/bounded-time.ts';
import { writeCornflowText, type Evidence } from './schema/cornflow-text.ts';
import { explain, type Dialect } from './schema/explain.ts';
import { createJudge, dialectOf, type Judge } from './schema/judge.ts';
import { createPatterns } from './schema/patterns.ts';
import { toSchemaFault, type SchemaFault } from './schema/schema-fault.ts';
import { SchemaError } from './schema/schema-error.ts';
import { extend, longestRepr, longestSchema, stepsOf, type SpotFault, type Step } from './schema/spot.ts';

export { SchemaError } from './schema/schema-error.ts';
export type { SchemaFault } from './schema/schema-fault.ts';

export interface CompiledSchema {
  /**
   * What is wrong with a value, the first 100 faults in the order of Python's jsonschema; none where it fits. With the
   * document that the value is from, Cornflow's texts have its numbers as they were written. Throws a `SchemaError`
   * where it takes too long, or where nothing can be held against the schema.
   */
  validate(value: unknown, document?: JsonDocument): SchemaFault[];
}

const maxFaults = 100;
const maxSchemaNodes = 50_000;
const maxSchemaDepth = 200;
const defaultTimeoutMs = 5000;

const checkSize = (schema: unknown): void => {
  let nodes = 0;
  const visit = (value: unknown, depth: number): void => {
    nodes += 1;
    if (nodes > maxSchemaNodes || depth > maxSchemaDepth) {
      const problem = `The schema has more than ${maxSchemaNodes} parts, or is nested more than ${maxSchemaDepth} deep`;
      throw new SchemaError('schema_too_large', problem);
    }
    if (typeof value !== 'object' || value === null) return;
    for (const child of Object.values(value)) visit(child, depth + 1);
  };
  visit(schema, 0);
};

/** The number lexemes and the order of keys that a plain value has lost, where its document is at hand. */
const exact = (
  document: JsonDocument | undefined,
  path: readonly Step[],
  value: unknown,
  budget = longestSchema,
): unknown => {
  if (document === undefined) return value;
  const node = nodeAt(document.tape, document.root, path);
  return node === undefined ? value : readPythonValue(document.tape, node, budget);
};

interface Schema {
  readonly schema: unknown;
  readonly document: JsonDocument | undefined;
  readonly dialect: Dialect;
}

const evidenceOf = (
  { document }: Schema,
  { spot, ...fault }: SpotFault,
  data: JsonDocument | undefined,
): Evidence => {
  const location = stepsOf(spot.location);
  const path = stepsOf(spot.path);
  const shown = fault.rule === null ? (spot.holder ?? spot) : spot;
  return {
    inPython: fault.inPython,
    rule: fault.rule,
    schemaPath: stepsOf(shown.schemaPath),
    path: stepsOf(shown.path),
    limit: fault.rule === null ? null : exact(document, [...location, fault.rule], fault.limit),
    schema: exact(document, location, spot.schema),
    value: spot.isKey === true ? spot.value : exact(data, path, spot.value, longestRepr),
  };
};

/** Of what the compiled validator refuses for a reason that cannot be explained further. */
const unexplained = (root: unknown, value: unknown, refusal: NonNullable<ReturnType<Judge>>): SpotFault => {
  let at = value;
  const path: Step[] = [];
  for (const step of parsePointer(refusal.path) ?? []) {
    path.push(Array.isArray(at) ? Number(step) : step);
    at = (at as Record<string, unknown> | undefined)?.[step];
  }
  return {
    spot: {
      schema: root,
      schemaPath: undefined,
      location: undefined,
      value: at,
      path: extend(undefined, ...path),
    },
    rule: null,
    limit: undefined,
    keys: [],
    inPython: (words) => `${words.value} ${refusal.message}`,
    inEnglish: refusal.message,
  };
};

/** What user-made schemas make ajv and patterns throw: an endless reference overflows the stack. */
const asSchemaError = (error: unknown): SchemaError => {
  if (error instanceof SchemaError) return error;
  const problem =
    error instanceof RangeError ? 'The schema refers to itself without end' : (error as Error).message;
  return new SchemaError('invalid_schema', problem, { cause: error });
};

const bounded = <T>(timeoutMs: number, work: () => T): T => {
  try {
    return inBoundedTime(timeoutMs, work);
  } catch (error) {
    throw asSchemaError(error);
  }
};

/**
 * A JSON Schema, draft-07 unless its `$schema` says 2019-09 or 2020-12. Formats are ignored, as Cornflow does. Throws a
 * `SchemaError` for one that is wrong, too large, or refers to something outside of it.
 */
export const compileSchema = (
  given: unknown,
  { timeoutMs = defaultTimeoutMs }: { readonly timeoutMs?: number } = {},
): CompiledSchema => {
  const document = given instanceof JsonDocument ? given : undefined;
  const schema = document === undefined ? given : document.value();
  const compiled: Schema = { schema, document, dialect: dialectOf(schema) };
  const pattern = createPatterns();
  checkSize(schema);
  const judge = bounded(timeoutMs, () => createJudge(schema, compiled.dialect, pattern));
  const findFaults = (value: unknown): SpotFault[] => {
    const refusal = judge(value);
    if (refusal === undefined) return [];
    // The compiled validator is the quick yes. It refuses more than Python: NaN, and keywords beside a `$ref`.
    const { faults, isSure } = explain(compiled, pattern, value, maxFaults);
    return faults.length > 0 || isSure ? faults : [unexplained(schema, value, refusal)];
  };
  return {
    validate: (value, data) =>
      bounded(timeoutMs, () => findFaults(value)).map((fault) =>
        toSchemaFault(fault, () => writeCornflowText(evidenceOf(compiled, fault, data))),
      ),
  };
};

/** The schema of a text, compiled when it is first needed. Throws a `SyntaxError` for what is no JSON. */
export const schemaOf = (text: string): CompiledSchema => {
  JSON.parse(text);
  let compiled: { readonly schema: CompiledSchema } | { readonly error: unknown } | undefined;
  const compile = () => {
    try {
      return { schema: compileSchema(JSON.parse(text)) };
    } catch (error) {
      return { error };
    }
  };
  return {
    validate: (...given) => {
      // One that takes too long would take as long each time.
      compiled ??= compile();
      if ('error' in compiled) throw compiled.error;
      return compiled.schema.validate(...given);
    },
  };
};

/** What Cornflow answers of a fault. */
export const toCornflowText = (fault: SchemaFault): string => fault.cornflowText();
