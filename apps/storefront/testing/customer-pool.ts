import { randomUUID } from 'node:crypto';
import { serve, type TestServer } from './serve.ts';

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly cpf: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Speaks what the service asks of `/api/v1/customers`, over a real listener. */
export interface TestPool extends TestServer {
  readonly customers: Stored[];
  readonly erasures: { customerId: string; erasedAt: string }[];
  /** Addresses that were asked, to see that no CPF is in one. */
  readonly addresses: string[];
  isDown: boolean;
}

export const startTestPool = async (): Promise<TestPool> => {
  const customers: Stored[] = [];
  const erasures: { customerId: string; erasedAt: string }[] = [];
  const addresses: string[] = [];
  const state = { isDown: false };
  const server = await serve(async (request, text) => {
    addresses.push(request.url ?? '');
    if (state.isDown) return 'hang up';
    if (request.url === '/health') return { status: 200, body: { status: 'ok' } };
    if (request.headers.authorization !== 'Bearer pool-token') return { status: 401 };
    const path = (request.url ?? '').split('?')[0]?.replace('/api/v1/customers', '') ?? '';
    const body = (text === '' ? {} : JSON.parse(text)) as Partial<Stored>;
    const found = customers.findIndex(({ id }) => path === `/${id}`);
    const customer = customers[found];
    const now = new Date().toISOString();
    if (path === '/erasures') return { status: 200, body: { items: erasures } };
    if (path === '/lookup') {
      const known = customers.find(({ cpf }) => cpf === body.cpf);
      return known === undefined ? { status: 404 } : { status: 200, body: known };
    }
    if (path === '' && request.method === 'GET')
      return { status: 200, body: { items: customers, nextCursor: null } };
    if (path === '') {
      if (customers.some(({ cpf }) => cpf === body.cpf)) return { status: 409 };
      const { name = '', email = '', cpf = '' } = body;
      const made = { id: randomUUID(), name, email, cpf, createdAt: now, updatedAt: now };
      customers.push(made);
      return { status: 201, body: made };
    }
    if (customer === undefined) return { status: 404 };
    if (request.method === 'DELETE') {
      customers.splice(found, 1);
      erasures.push({ customerId: customer.id, erasedAt: now });
      return { status: 204 };
    }
    if (request.method === 'PATCH') customers[found] = { ...customer, ...body, updatedAt: now };
    return { status: 200, body: customers[found] };
  });
  return Object.assign(state, { ...server, customers, erasures, addresses });
};
