import type { Consent } from '@dumont/contracts/customers/customers';
import type { Selectable } from 'kysely';
import type { Database, Transactor } from '../../../../kernel/db/database.ts';
import type { Customers } from '../../../../kernel/db/schema.gen.ts';

export type CustomerRow = Omit<Selectable<Customers>, 'consents'> & { readonly consents: readonly Consent[] };

const asRow = (row: Selectable<Customers>): CustomerRow => ({ ...row, consents: row.consents as Consent[] });

/** Answers false where the CPF is there already. */
export const insertCustomer = async (db: Database, row: CustomerRow): Promise<boolean> => {
  const { numInsertedOrUpdatedRows: added } = await db
    .insertInto('customers')
    .values({ ...row, consents: JSON.stringify(row.consents) })
    .onConflict((conflict) => conflict.constraint('customers_cpf_key').doNothing())
    .executeTakeFirstOrThrow();
  return added === 1n;
};

export const findCustomer = async (
  db: Database,
  projectId: string,
  by: { readonly id: string } | { readonly cpf_hash: Buffer },
): Promise<CustomerRow | undefined> => {
  const ofProject = db.selectFrom('customers').selectAll().where('project_id', '=', projectId);
  const row = await (
    'id' in by ? ofProject.where('id', '=', by.id) : ofProject.where('cpf_hash', '=', by.cpf_hash)
  ).executeTakeFirst();
  return row && asRow(row);
};

/** Newest first. */
export const listCustomerRows = async (
  db: Database,
  projectId: string,
  query: { readonly name: string | undefined; readonly beforeId: string | undefined; readonly limit: number },
): Promise<readonly CustomerRow[]> => {
  let select = db
    .selectFrom('customers')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('id', 'desc')
    .limit(query.limit);
  if (query.beforeId !== undefined) select = select.where('id', '<', query.beforeId);
  if (query.name !== undefined) {
    const beginning = `${query.name.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    select = select.where((eb) =>
      eb(eb.fn<string>('lower', ['name']), 'like', eb.fn<string>('lower', [eb.val(beginning)])),
    );
  }
  return (await select.execute()).map(asRow);
};

export const lockCustomer = async (
  tx: Transactor,
  projectId: string,
  id: string,
): Promise<CustomerRow | undefined> => {
  const row = await tx
    .selectFrom('customers')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && asRow(row);
};

export const saveCustomer = async (
  tx: Transactor,
  { id, name, email_sealed, consents, updated_at }: CustomerRow,
): Promise<void> => {
  await tx
    .updateTable('customers')
    .set({ name, email_sealed, consents: JSON.stringify(consents), updated_at })
    .where('id', '=', id)
    .execute();
};

export const deleteCustomer = async (db: Database, projectId: string, id: string): Promise<void> => {
  await db.deleteFrom('customers').where('project_id', '=', projectId).where('id', '=', id).execute();
};
