import { z } from 'zod';
import type { Clock } from '../../../../kernel/clock.ts';
import { decodeCursor, encodeCursor } from '../../../../kernel/db/cursor.ts';
import type { Database } from '../../../../kernel/db/database.ts';
import type { Random } from '../../../../kernel/random.ts';
import type { Vault } from '../../../../kernel/vault/vault.ts';
import { stampConsents } from '../../consents.ts';
import type { KeyedHash } from '../../keyed-hash.ts';
import type { Customer, CustomerPool } from '../../pool.ts';
import {
  deleteCustomer,
  findCustomer,
  insertCustomer,
  listCustomerRows,
  lockCustomer,
  saveCustomer,
  type CustomerRow,
} from './customer-store.ts';

export interface EmbeddedPoolDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly vault: Vault;
  readonly hash: KeyedHash;
}

const Position = z.strictObject({ id: z.uuid() });
const contextOf = (id: string, value: 'cpf' | 'email'): string => `customer:${id}:${value}`;

/** Customers in our own database: CPF and e-mail sealed by the vault, the CPF found by its keyed hash. */
export const createEmbeddedPool = (deps: EmbeddedPoolDeps, projectId: string): CustomerPool => {
  const { db, clock, vault } = deps;
  const hashOf = (cpf: string): Buffer => deps.hash('cpf', projectId, cpf);

  const open = async (row: CustomerRow): Promise<Customer> => ({
    id: row.id,
    cpf: await vault.open(contextOf(row.id, 'cpf'), row.cpf_sealed),
    name: row.name,
    email: await vault.open(contextOf(row.id, 'email'), row.email_sealed),
    consents: row.consents,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });
  const openIfThere = async (row: CustomerRow | undefined): Promise<Customer | undefined> => row && open(row);

  return {
    kind: 'embedded',
    add: async ({ cpf, name, email, consents }) => {
      const id = deps.random.id();
      const now = clock.now();
      const stamped = stampConsents(consents, [], now);
      const isAdded = await insertCustomer(db, {
        id,
        project_id: projectId,
        cpf_hash: hashOf(cpf),
        cpf_sealed: await vault.seal(contextOf(id, 'cpf'), cpf),
        name,
        email_sealed: await vault.seal(contextOf(id, 'email'), email),
        consents: stamped,
        created_at: now,
        updated_at: now,
      });
      if (!isAdded) return undefined;
      return { id, cpf, name, email, consents: stamped, createdAt: now, updatedAt: now };
    },
    find: async (id) => openIfThere(await findCustomer(db, projectId, { id })),
    findByCpf: async (cpf) => openIfThere(await findCustomer(db, projectId, { cpf_hash: hashOf(cpf) })),
    list: async ({ name, after, limit }) => {
      const beforeId = after === undefined ? undefined : decodeCursor(after, Position).id;
      const rows = await listCustomerRows(db, projectId, { name, beforeId, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return { items: await Promise.all(page.map(open)), next: last && encodeCursor({ id: last.id }) };
    },
    update: async (id, { name, email, consents }) => {
      const now = clock.now();
      const sealed = email === undefined ? undefined : await vault.seal(contextOf(id, 'email'), email);
      const changed = await db.transaction().execute(async (tx) => {
        const row = await lockCustomer(tx, projectId, id);
        if (row === undefined) return undefined;
        const next: CustomerRow = {
          ...row,
          name: name ?? row.name,
          email_sealed: sealed ?? row.email_sealed,
          consents: consents === undefined ? row.consents : stampConsents(consents, row.consents, now),
          updated_at: now,
        };
        await saveCustomer(tx, next);
        return next;
      });
      return openIfThere(changed);
    },
    remove: (id) => deleteCustomer(db, projectId, id),
  };
};
