import { Ajv } from 'ajv';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Example<Instance, Solution> {
  readonly name: string;
  readonly description: string;
  readonly instance: Instance;
  readonly solution?: Solution;
}

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** The examples in the folder of an app, by name. */
export const readExamples = <Instance, Solution>(
  folder: string,
): ReadonlyMap<string, Example<Instance, Solution>> =>
  new Map(
    readdirSync(join(folder, 'examples'))
      .map((file) => read(join(folder, 'examples', file)) as Example<Instance, Solution>)
      .map((example) => [example.name, example]),
  );

/** Why `value` is not after the schema of that name in the folder; undefined when it is. The runner looks at no findings. */
export const schemaFault = (folder: string, schema: string, value: unknown): string | undefined => {
  const ajv = new Ajv({ strict: false });
  const isValid = ajv.validate(read(join(folder, 'schemas', `${schema}.json`)) as object, value);
  return isValid ? undefined : ajv.errorsText();
};

/** Findings without empty tables. */
export const withRows = (
  findings: Readonly<Record<string, readonly object[]>>,
): Record<string, readonly object[]> =>
  Object.fromEntries(Object.entries(findings).filter(([, rows]) => rows.length > 0));
