import type { JsonObject } from '@dumont/contracts/primitives';
import type { Database, Executor } from '../../kernel/db/database.ts';

export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly projectId: string | null;
  readonly address: string | null;
  readonly details: JsonObject;
}

export const insertAuditRow = async (
  executor: Executor,
  row: Omit<AuditRow, 'actorName' | 'details'> & { readonly details: object },
): Promise<void> => {
  await executor
    .insertInto('audit')
    .values({
      id: row.id,
      at: row.at,
      actor_id: row.actorId,
      action: row.action,
      subject_type: row.subjectType,
      subject_id: row.subjectId,
      project_id: row.projectId,
      address: row.address,
      details: JSON.stringify(row.details),
    })
    .execute();
};

/** What is known now that it is done; nobody but who wrote the entry before it was may say so. */
export const settleAuditRow = async (
  db: Database,
  row: Pick<AuditRow, 'id' | 'action' | 'subjectId'> & { readonly details: object },
): Promise<void> => {
  await db
    .updateTable('audit')
    .set({ action: row.action, subject_id: row.subjectId, details: JSON.stringify(row.details) })
    .where('id', '=', row.id)
    .execute();
};

export const removeAuditRow = async (db: Database, id: string): Promise<void> => {
  await db.deleteFrom('audit').where('id', '=', id).execute();
};

/** Newest first, after the row that the cursor names. */
export const listAuditRows = async (
  db: Database,
  query: {
    readonly limit: number;
    readonly after: { readonly at: Date; readonly id: string } | undefined;
    readonly action: string | undefined;
    readonly actorId: string | undefined;
    readonly subjectId: string | undefined;
  },
): Promise<readonly AuditRow[]> => {
  const { after, action, actorId, subjectId } = query;
  let select = db
    .selectFrom('audit as a')
    .leftJoin('users as u', 'u.id', 'a.actor_id')
    .select([
      'a.id',
      'a.at',
      'a.actor_id as actorId',
      'u.name as actorName',
      'a.action',
      'a.subject_type as subjectType',
      'a.subject_id as subjectId',
      'a.project_id as projectId',
      'a.address',
      'a.details',
    ])
    .orderBy('a.at', 'desc')
    .orderBy('a.id', 'desc')
    .limit(query.limit);
  if (after !== undefined) {
    select = select.where((eb) => eb(eb.refTuple('a.at', 'a.id'), '<', eb.tuple(after.at, after.id)));
  }
  if (action !== undefined) select = select.where('a.action', '=', action);
  if (actorId !== undefined) select = select.where('a.actor_id', '=', actorId);
  if (subjectId !== undefined) select = select.where('a.subject_id', '=', subjectId);
  const rows = await select.execute();
  return rows.map((row) => ({ ...row, details: row.details as JsonObject }));
};
