import { toNaive } from '../naive-time.ts';
import type { MakerOf } from './makers.ts';

/** `data_hash` of what has no data. */
export const hashOfNull = '74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b';

interface Row {
  readonly owner_id: string;
  readonly name: string;
  readonly description: string;
  readonly app: string;
  readonly created_at: Date;
}

/** The seven members that instances and executions begin with. */
export const summaryForm = (id: string, row: Row, dataHash: string, makerOf: MakerOf) => ({
  id,
  name: row.name,
  description: row.description,
  created_at: toNaive(row.created_at),
  user_id: makerOf(row.owner_id).number,
  data_hash: dataHash,
  schema: row.app,
});
