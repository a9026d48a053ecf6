import { maskCpf } from '@dumont/contracts/cpf';
import type { Customer as ShownCustomer } from '@dumont/contracts/customers/customers';
import { can, projectFor, type By, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Audit } from '../identity/index.ts';
import { listErasuresSince } from './erasure/erasure-store.ts';
import type { Erasures } from './erasure/erasures.ts';
import type { Customer, CustomerPool } from './pool.ts';

export type CustomerOperation =
  | 'listCustomers'
  | 'getCustomer'
  | 'lookUpCustomer'
  | 'createCustomer'
  | 'updateCustomer'
  | 'eraseCustomer'
  | 'exportCustomer'
  | 'listErasures';

const maxErasures = 1000;

const show = (customer: Customer): ShownCustomer => ({
  ...customer,
  consents: [...customer.consents],
  createdAt: customer.createdAt.toISOString(),
  updatedAt: customer.updatedAt.toISOString(),
});

/** Whole for those who may write, masked for those who may only read. */
const showTo = (caller: Caller, projectId: string, customer: Customer): ShownCustomer => {
  const isWhole = can(caller, 'customers:write', { projectId });
  return show(isWhole ? customer : { ...customer, cpf: maskCpf(customer.cpf) });
};

const present = (customer: Customer | undefined): Customer => {
  if (customer === undefined) throw new AppError('customer.not_found');
  return customer;
};

export const createCustomerHandlers = (deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly erasures: Erasures;
  poolOf(projectId: string): CustomerPool;
}): Handlers<CustomerOperation> => {
  const { poolOf } = deps;
  const reading = (caller: Caller, named: string | undefined): string =>
    projectFor(caller, 'customers:read', named);
  const writing = (caller: Caller, named: string | undefined): string =>
    projectFor(caller, 'customers:write', named);
  /** Never a name, an e-mail or a CPF: what is written down stays when the customer is erased. */
  const record = (
    action: 'created' | 'changed' | 'exported',
    by: By & { readonly projectId: string },
    customer: Customer,
    fields?: readonly string[],
  ): Promise<void> =>
    deps.audit({
      actorId: by.caller.userId,
      action: `customer.${action}`,
      subjectType: 'customer',
      subjectId: customer.id,
      projectId: by.projectId,
      address: by.address,
      details: {
        ...(fields === undefined ? {} : { fields: [...fields] }),
        consents: customer.consents.map(({ purpose, version }) => ({ purpose, version })),
      },
    });

  return {
    listCustomers: async ({ caller, query: { projectId, name, cursor, limit } }) => {
      const pool = poolOf(reading(caller, projectId));
      const { items, next } = await pool.list({ name, after: cursor, limit });
      return {
        items: items.map((customer) => ({
          id: customer.id,
          name: customer.name,
          cpf: maskCpf(customer.cpf),
          createdAt: customer.createdAt.toISOString(),
          updatedAt: customer.updatedAt.toISOString(),
        })),
        nextCursor: next ?? null,
      };
    },
    getCustomer: async ({ caller, params: { id }, query }) => {
      const projectId = reading(caller, query.projectId);
      return showTo(caller, projectId, present(await poolOf(projectId).find(id)));
    },
    lookUpCustomer: async ({ caller, query, body: { cpf } }) => {
      const projectId = reading(caller, query.projectId);
      return showTo(caller, projectId, present(await poolOf(projectId).findByCpf(cpf)));
    },
    createCustomer: async ({ caller, query, body, context: { address } }) => {
      const projectId = writing(caller, query.projectId);
      const customer = await poolOf(projectId).add(body);
      if (customer === undefined) throw new AppError('customer.taken');
      await record('created', { caller, projectId, address }, customer);
      return show(customer);
    },
    updateCustomer: async ({ caller, params: { id }, query, body, context: { address } }) => {
      const projectId = writing(caller, query.projectId);
      const customer = present(await poolOf(projectId).update(id, body));
      await record('changed', { caller, projectId, address }, customer, Object.keys(body));
      return show(customer);
    },
    eraseCustomer: async ({ caller, params: { id }, query, context: { address } }) => {
      const projectId = writing(caller, query.projectId);
      await deps.erasures.erase({ customerId: id, projectId, requestedBy: caller.userId, address });
    },
    exportCustomer: async ({ caller, params: { id }, query, context: { address } }) => {
      const projectId = writing(caller, query.projectId);
      const pool = poolOf(projectId);
      const customer = present(await pool.find(id));
      await record('exported', { caller, projectId, address }, customer);
      return { exportedAt: deps.clock.now().toISOString(), customer: show(customer), pool: pool.kind };
    },
    listErasures: async ({ caller, query }) => {
      const projectId = reading(caller, query.projectId);
      const since = new Date(query.since ?? 0);
      const erased = await listErasuresSince(deps.db, since, maxErasures, projectId);
      return {
        items: erased.map(({ customerId, erasedAt }) => ({ customerId, erasedAt: erasedAt.toISOString() })),
      };
    },
  };
};
