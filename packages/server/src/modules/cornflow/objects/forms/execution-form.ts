import { keyOf, type ExecutionRow } from '../../../optimization/index.ts';
import { raw, type Raw } from '../json-text.ts';
import { toNaive } from '../naive-time.ts';
import { hashOfNull, summaryForm } from './common-form.ts';
import type { MakerOf } from './makers.ts';
import { shortLog } from './solver-log.ts';

/** Checks of data that were made for themselves have no configuration of a user. */
export const configOf = (row: ExecutionRow): Raw =>
  row.checks_only && row.hidden ? raw('{"checks_and_kpis_only":true}') : raw(row.config);

const dataHashOf = (row: ExecutionRow): string => row.solution_hash ?? hashOfNull;

export const executionForm = (row: ExecutionRow, makerOf: MakerOf) => ({
  ...summaryForm(row.key, row, dataHashOf(row), makerOf),
  config: configOf(row),
  instance_id: keyOf(row.instance_id),
  state: row.state,
  message: row.state_message,
});

const makerForm = (row: ExecutionRow, makerOf: MakerOf) => {
  const { username, firstName, lastName } = makerOf(row.owner_id);
  return {
    updated_at: toNaive(row.updated_at),
    username,
    first_name: firstName,
    last_name: lastName,
  };
};

export const executionDetailForm = (row: ExecutionRow, makerOf: MakerOf) => ({
  ...executionForm(row, makerOf),
  indicators: row.indicators,
  ...makerForm(row, makerOf),
});

export const executionListForm = (row: ExecutionRow, makerOf: MakerOf) => ({
  ...executionForm(row, makerOf),
  ...makerForm(row, makerOf),
  log: shortLog(row.log_json),
});

export const executionStatusForm = (row: ExecutionRow) => ({
  id: row.key,
  state: row.state,
  message: row.state_message,
  data_hash: dataHashOf(row),
});
