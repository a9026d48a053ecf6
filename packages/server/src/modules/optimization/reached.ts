import type { ErrorCode } from '@dumont/contracts/errors';
import { demand, scopeOf, type Caller, type Scope } from '../../kernel/access/caller.ts';
import { AppError } from '../../kernel/errors.ts';
import { isOfLaunch } from './launch-caller.ts';

interface Owned {
  readonly id: string;
  readonly project_id: string;
  readonly owner_id: string;
}
type Read<Reference, Row> = (caller: Caller, reference: Reference) => Promise<Row>;

/** Of what `find` reads of a row: those rows that the caller may read. Others are missing. */
export const readable =
  (missing: ErrorCode) =>
  <Reference, Row extends Owned>(
    find: (scope: Scope, reference: Reference) => Promise<Row | undefined>,
  ): Read<Reference, Row> =>
  async (caller, reference) => {
    const row = await find(scopeOf(caller, 'optimization:read'), reference);
    if (row === undefined || !isOfLaunch(caller, row.id)) throw new AppError(missing);
    return row;
  };

/** Of those, the ones that the caller may change. */
export const writable =
  <Reference, Row extends Owned>(read: Read<Reference, Row>): Read<Reference, Row> =>
  async (caller, reference) => {
    const row = await read(caller, reference);
    demand(caller, 'optimization:write', { projectId: row.project_id, ownerId: row.owner_id });
    return row;
  };
