import { z } from 'zod';
import type { CustomerPool } from '../../application/customer-pool.ts';
import { Failure } from '../../application/failure.ts';

const timeoutMs = 5000;

const listed = z.object({
  id: z.string(),
  name: z.string(),
  cpf: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
const customer = listed.extend({ email: z.string() });
const page = z.object({ items: z.array(listed), nextCursor: z.string().nullable() });
const erasures = z.object({
  items: z.array(z.object({ customerId: z.string(), erasedAt: z.coerce.date() })),
});

interface Call {
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

/** The pool over the server's own API, `/api/v1/customers`, with a token of role `service`. */
export const createHttpPool = (options: { url: string; token: string }): CustomerPool => {
  /** Undefined for 404; a CPF goes in bodies only, so that no address on the way holds one. */
  const call = async <T>(
    schema: z.ZodType<T>,
    { method, path, query = {}, body }: Call,
  ): Promise<T | undefined> => {
    const url = new URL(`${options.url}/api/v1/customers${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, value);
    let response: Response;
    try {
      response = await fetch(url, {
        method: method ?? 'GET',
        headers: {
          authorization: `Bearer ${options.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.ok) return schema.parse(response.status === 204 ? undefined : await response.json());
      await response.body?.cancel();
    } catch (cause) {
      throw new Failure('indisponivel', '(cadastro de clientes)', { cause });
    }
    if (response.status === 404) return undefined;
    if (response.status === 409) throw new Failure('cliente_repetido');
    if (response.status === 400) throw new Failure('cliente_invalido');
    const cause = new Error(`the pool answered ${response.status} to ${method ?? 'GET'} ${path}`);
    throw new Failure('indisponivel', '(cadastro de clientes)', { cause });
  };
  const existing = <T>(answer: T | undefined): T => {
    if (answer === undefined) throw new Failure('indisponivel', '(cadastro de clientes)');
    return answer;
  };

  return {
    list: async ({ name, cursor, limit }) =>
      existing(await call(page, { path: '', query: { name, cursor, limit: String(limit) } })),
    find: (id) => call(customer, { path: `/${id}` }),
    lookUp: (cpf) => call(customer, { method: 'POST', path: '/lookup', body: { cpf } }),
    register: async (draft) => existing(await call(customer, { method: 'POST', path: '', body: draft })),
    update: (id, change) => call(customer, { method: 'PATCH', path: `/${id}`, body: change }),
    erase: async (id) => {
      await call(z.undefined(), { method: 'DELETE', path: `/${id}` });
    },
    listErasures: async (since) =>
      existing(await call(erasures, { path: '/erasures', query: { since: since?.toISOString() } })).items,
    isUp: async () => {
      const response = await fetch(`${options.url}/health`, { signal: AbortSignal.timeout(timeoutMs) });
      await response.body?.cancel();
      return response.ok;
    },
  };
};
