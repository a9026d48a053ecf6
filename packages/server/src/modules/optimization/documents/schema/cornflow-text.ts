import { pythonPretty } from '../python-pretty.ts';
import { boundedRepr, pythonRepr } from '../python-repr.ts';
import { longestRepr, longestSchema, type Step, type Words } from './spot.ts';

/** What Cornflow's text of a fault is made of. */
export interface Evidence {
  readonly inPython: (words: Words) => string;
  readonly rule: string | null;
  readonly schemaPath: readonly Step[];
  readonly path: readonly Step[];
  /** For `pythonRepr`: what the rule says, the schema that it stands in, and the value. */
  readonly limit: unknown;
  readonly schema: unknown;
  readonly value: unknown;
}

const indexed = (name: string, path: readonly Step[]): string =>
  name + path.map((step) => `[${pythonRepr(step)}]`).join('');

const dump = (value: unknown, limit: number): string =>
  pythonPretty(value, { width: 72, limit }).replaceAll('\n', '\n    ');

/** Python's `str` of a `ValidationError` of jsonschema 4.26. */
export const writeCornflowText = ({
  inPython,
  rule,
  schemaPath,
  path,
  limit,
  schema,
  value,
}: Evidence): string => {
  const words = {
    value: boundedRepr(value, longestRepr),
    limit: boundedRepr(limit, longestSchema),
    element: (index: number) => boundedRepr((limit as readonly unknown[])[index], longestSchema),
  };
  return [
    inPython(words),
    '',
    `Failed validating ${pythonRepr(rule)} in ${indexed('schema', schemaPath)}:`,
    `    ${dump(schema, longestSchema)}`,
    '',
    `On ${indexed('instance', path)}:`,
    `    ${dump(value, longestRepr)}`,
  ].join('\n');
};
