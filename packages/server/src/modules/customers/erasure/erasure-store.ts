import type { Database, Transactor } from '../../../kernel/db/database.ts';

export interface Erasure {
  readonly customerId: string;
  readonly projectId: string;
  readonly requestedBy: string;
  readonly address: string | null;
}

const columns = [
  'customer_id as customerId',
  'project_id as projectId',
  'requested_by as requestedBy',
  'address',
] as const;

/** Who asked first stays. */
export const insertErasure = async (db: Database, erasure: Erasure, at: Date): Promise<void> => {
  await db
    .insertInto('customer_erasures')
    .values({
      customer_id: erasure.customerId,
      project_id: erasure.projectId,
      requested_by: erasure.requestedBy,
      address: erasure.address,
      requested_at: at,
    })
    .onConflict((conflict) => conflict.column('customer_id').doNothing())
    .execute();
};

export const findErasure = async (
  db: Database,
  projectId: string,
  customerId: string,
): Promise<(Erasure & { readonly erasedAt: Date | null }) | undefined> =>
  db
    .selectFrom('customer_erasures')
    .select([...columns, 'erased_at as erasedAt'])
    .where('project_id', '=', projectId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();

/** Answers false where another finished it first. */
export const finishErasure = async (tx: Transactor, customerId: string, at: Date): Promise<boolean> => {
  const { numUpdatedRows } = await tx
    .updateTable('customer_erasures')
    .set({ erased_at: at })
    .where('customer_id', '=', customerId)
    .where('erased_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
};

export const listUnfinishedErasures = (db: Database, requestedBefore: Date): Promise<Erasure[]> =>
  db
    .selectFrom('customer_erasures')
    .select(columns)
    .where('erased_at', 'is', null)
    .where('requested_at', '<', requestedBefore)
    .orderBy('requested_at')
    .limit(100)
    .execute();

/** Oldest first; of one project, or of all. */
export const listErasuresSince = async (
  db: Database,
  since: Date,
  limit: number | undefined,
  projectId?: string,
): Promise<readonly { readonly customerId: string; readonly erasedAt: Date }[]> => {
  let select = db
    .selectFrom('customer_erasures')
    .select(['customer_id as customerId', 'erased_at as erasedAt'])
    .where('erased_at', '>=', since)
    .orderBy('erased_at')
    .orderBy('customer_id')
    .$narrowType<{ erasedAt: Date }>();
  if (limit !== undefined) select = select.limit(limit);
  if (projectId !== undefined) select = select.where('project_id', '=', projectId);
  return select.execute();
};
