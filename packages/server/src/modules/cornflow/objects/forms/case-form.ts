import type { CaseRow } from '../../../optimization/index.ts';
import { toNaive } from '../naive-time.ts';
import { hashOfNull } from './common-form.ts';
import type { MakerOf } from './makers.ts';

/** `1/4/` of a case in folder 4 of folder 1, and empty at the top. */
export const pathText = (numbers: readonly number[]): string =>
  numbers.map((number) => `${number}/`).join('');

export const caseForm = (row: CaseRow, path: readonly number[], makerOf: MakerOf) => ({
  id: row.number,
  name: row.name,
  description: row.description,
  created_at: toNaive(row.created_at),
  updated_at: toNaive(row.updated_at),
  user_id: makerOf(row.owner_id).number,
  data_hash: row.data_hash ?? hashOfNull,
  solution_hash: row.solution_hash ?? hashOfNull,
  schema: row.app,
  path: pathText(path),
  is_dir: row.data_hash === null,
});

export const caseDetailForm = (row: CaseRow, path: readonly number[], makerOf: MakerOf) => ({
  ...caseForm(row, path, makerOf),
  indicators: row.indicators,
});
