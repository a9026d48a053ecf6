import { completeCpf } from '@dumont/contracts/cpf';
import type { CustomerOperation } from '../../src/modules/customers/index.ts';
import type { Attempt, Request, Target } from './attempts.ts';

/** A CPF of its own for each attempt; never all the same digit, which is none. */
const cpfOf = (unique: string): string => completeCpf(`1${unique.replaceAll(/\D/g, '').padStart(8, '0')}`);

const addCustomer = async ({ app, projectId, unique }: Target): Promise<{ id: string; cpf: string }> => {
  const cpf = cpfOf(unique);
  const body = { name: unique, email: `${unique}@example.org`, cpf };
  const { id } = await app.admin.client.createCustomer({ query: { projectId }, body });
  return { id, cpf };
};

/** The project is named in the address. */
const inProject = (
  request: (target: Target) => Omit<Request, 'query'> | Promise<Omit<Request, 'query'>>,
): Attempt => ({
  about: 'project',
  missing: 'project.not_found',
  request: async (target) => ({ ...(await request(target)), query: { projectId: target.projectId } }),
});

const customer = (body?: unknown): Attempt =>
  inProject(async (target) => ({ params: { id: (await addCustomer(target)).id }, body }));

export const customerAttempts: Readonly<Record<CustomerOperation, Attempt>> = {
  listCustomers: inProject(() => ({})),
  getCustomer: customer(),
  lookUpCustomer: inProject(async (target) => ({ body: { cpf: (await addCustomer(target)).cpf } })),
  createCustomer: inProject(({ unique }) => ({
    body: { name: unique, email: `${unique}@example.org`, cpf: cpfOf(unique) },
  })),
  updateCustomer: customer({ name: 'y' }),
  eraseCustomer: customer(),
  exportCustomer: customer(),
  listErasures: inProject(() => ({})),
};
