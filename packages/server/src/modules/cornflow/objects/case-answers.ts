import type { CaseRow } from '../../optimization/index.ts';
import type { ObjectDeps } from './deps.ts';
import { readMakers, type MakerOf } from './forms/makers.ts';

type Form<T> = (row: CaseRow, path: readonly number[], makerOf: MakerOf) => T;

/** What forms of cases need beside their rows: who made them, and the folders that they are in. */
export const showCases = async <T>(
  deps: ObjectDeps,
  rows: readonly CaseRow[],
  form: Form<T>,
): Promise<T[]> => {
  const [makerOf, paths] = await Promise.all([
    readMakers(deps, rows),
    deps.optimization.stores.cases.pathsOf(rows.map(({ id }) => id)),
  ]);
  return rows.map((row) => form(row, paths.get(row.id) ?? [], makerOf));
};

export const showCase = async <T>(deps: ObjectDeps, row: CaseRow, form: Form<T>): Promise<T> => {
  const [shown] = await showCases(deps, [row], form);
  if (shown === undefined) throw new Error('a row was lost');
  return shown;
};
