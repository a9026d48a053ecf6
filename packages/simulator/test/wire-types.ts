import assert from 'node:assert/strict';

/** The JSON type of each field. */
export const typesOf = (value: Readonly<Record<string, unknown>> | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(value ?? {}).map(([name, field]) => [
      name,
      field === null ? 'null' : Array.isArray(field) ? 'array' : typeof field,
    ]),
  );

/** Each of the fields is there with its type; others may be too. */
export const includes = (actual: Record<string, string>, expected: Record<string, string>): void =>
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, actual[name]])), expected);
