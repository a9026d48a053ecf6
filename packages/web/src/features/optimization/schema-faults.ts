import { ApiError } from '@dumont/contracts/client';
import type { FieldError } from '@dumont/contracts/errors';
import { cellText, isObject } from './document-tables.ts';

/** Where a document breaks the schema of its app, and how. */
export interface SchemaFault extends Pick<FieldError, 'message' | 'rule' | 'params'> {
  readonly table: string;
  /** From 1, as people count. */
  readonly row: number | null;
  readonly key: string;
  /** What stands there; undefined where nothing does. */
  readonly value: string | undefined;
}

const unescape = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');

const at = (document: unknown, steps: readonly string[]): unknown =>
  steps.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)] as unknown;
    return isObject(value) ? value[step] : undefined;
  }, document);

/** `arcs/3/w` is row 4 of table arcs, its w; deeper keys are joined with dots. */
const placeOf = (steps: readonly string[]): Pick<SchemaFault, 'table' | 'row' | 'key'> => {
  const [table = '', row, ...keys] = steps;
  if (row === undefined) return { table, row: null, key: '' };
  return /^\d+$/.test(row)
    ? { table, row: Number(row) + 1, key: keys.join('.') }
    : { table, row: null, key: [row, ...keys].join('.') };
};

/**
 * The faults that the server found in `document`, told by its path `instance/arcs/3/w`. Undefined where the error is of
 * another kind.
 */
export const schemaFaults = (error: unknown, document: unknown): readonly SchemaFault[] | undefined => {
  if (!(error instanceof ApiError) || error.problem.code !== 'optimization.schema') return undefined;
  return (error.problem.errors ?? []).map(({ path, ...said }) => {
    const steps = path
      .split('/')
      .slice(1)
      .filter((step) => step !== '')
      .map(unescape);
    return { ...placeOf(steps), value: cellText(at(document, steps)), ...said };
  });
};
