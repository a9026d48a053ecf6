import type { InstanceRow } from '../../../optimization/index.ts';
import { summaryForm } from './common-form.ts';
import type { MakerOf } from './makers.ts';

export const instanceForm = (row: InstanceRow, makerOf: MakerOf) =>
  summaryForm(row.key, row, row.data_hash, makerOf);
