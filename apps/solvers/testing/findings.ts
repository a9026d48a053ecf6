import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** Why `value` is not after the schema of that name in the folder; undefined when it is. The runner looks at no findings. */
export const schemaFault = (
  folder: string,
  schema: string,
  value: unknown,
  form: 'schemas' | 'published' = 'schemas',
): string | undefined => {
  const ajv = new Ajv({ strict: false });
  const isValid = ajv.validate(read(join(folder, form, `${schema}.json`)) as object, value);
  return isValid ? undefined : ajv.errorsText();
};

/** Findings without empty tables. */
export const withRows = (
  findings: Readonly<Record<string, readonly object[]>>,
): Record<string, readonly object[]> =>
  Object.fromEntries(Object.entries(findings).filter(([, rows]) => rows.length > 0));

/** The tables of findings that have rows. */
export const tablesWithRows = (findings: Readonly<Record<string, readonly object[]>>): string[] =>
  Object.keys(withRows(findings));
