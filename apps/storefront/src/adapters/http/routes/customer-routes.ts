import { z } from 'zod';
import type { Customer, CustomerPool, ListedCustomer } from '../../../application/customer-pool.ts';
import type { EraseCustomer } from '../../../application/erase-customer.ts';
import { Failure } from '../../../application/failure.ts';
import type { OrderReader } from '../../../application/order-store.ts';
import type { Clock } from '../../../lib/clock.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import * as examples from '../examples.ts';
import { Cpf, Id, IdParams, line, Moment } from '../fields.ts';
import { PresentedHistory, PresentedOrder, presentHistory, presentOrder } from '../presented.ts';

const Listed = z.strictObject({
  id: Id,
  nome: z.string(),
  /** Masked. */
  cpf: z.string(),
  created_at: Moment,
  updated_at: Moment,
});
const Whole = z.strictObject({ ...Listed.shape, email: z.string() }).meta({ id: 'Cliente' });
const name = line(200);
const email = z.email().max(254).toLowerCase();

const presentListed = (customer: ListedCustomer): z.infer<typeof Listed> => ({
  id: customer.id,
  nome: customer.name,
  cpf: customer.cpf,
  created_at: customer.createdAt,
  updated_at: customer.updatedAt,
});
const presentWhole = (customer: Customer | undefined): z.infer<typeof Whole> => {
  if (customer === undefined) throw new Failure('cliente_nao_encontrado');
  return { ...presentListed(customer), email: customer.email };
};

/** A view of the customer pool, which owns who customers are; here are their orders only. */
export const createCustomerRoutes = (deps: {
  pool: CustomerPool;
  orders: Pick<OrderReader, 'exportOf'>;
  eraseCustomer: Pick<EraseCustomer, 'erase'>;
  clock: Clock;
}): readonly Endpoint[] => {
  const { pool, clock } = deps;
  return [
    endpoint({
      method: 'POST',
      path: '/clientes',
      tag: 'Clientes',
      summary: 'Cadastra um cliente',
      access: 'anyone',
      body: z.strictObject({ nome: name, email, cpf: Cpf }),
      status: 201,
      response: Whole,
      errors: ['cliente_repetido', 'cliente_invalido', 'indisponivel'],
      example: { body: examples.customerBody, response: examples.wholeCustomer },
      handle: async ({ body }) =>
        presentWhole(await pool.register({ name: body.nome, email: body.email, cpf: body.cpf })),
    }),
    endpoint({
      method: 'GET',
      path: '/clientes',
      tag: 'Clientes',
      summary: 'Clientes, ou os de um nome',
      access: ['manager'],
      query: z.strictObject({
        nome: name.optional(),
        cursor: z.string().max(6000).optional(),
        limite: z.coerce.number().int().min(1).max(200).default(50),
      }),
      status: 200,
      response: z.strictObject({ clientes: z.array(Listed), proximo: z.string().nullable() }),
      errors: ['indisponivel'],
      example: { response: { clientes: [examples.customer], proximo: null } },
      handle: async ({ query }) => {
        const page = await pool.list({ name: query.nome, cursor: query.cursor, limit: query.limite });
        return { clientes: page.items.map(presentListed), proximo: page.nextCursor };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/clientes/busca',
      tag: 'Clientes',
      summary: 'O cliente de um CPF; por POST, para que nenhum CPF esteja num endereço',
      access: ['attendant', 'manager'],
      body: z.strictObject({ cpf: Cpf }),
      status: 200,
      response: Whole,
      errors: ['cliente_nao_encontrado', 'indisponivel'],
      example: { body: { cpf: examples.customerBody.cpf }, response: examples.wholeCustomer },
      handle: async ({ body }) => presentWhole(await pool.lookUp(body.cpf)),
    }),
    endpoint({
      method: 'GET',
      path: '/clientes/{id}',
      tag: 'Clientes',
      summary: 'Um cliente',
      access: ['attendant', 'manager'],
      params: IdParams,
      status: 200,
      response: Whole,
      errors: ['cliente_nao_encontrado', 'indisponivel'],
      example: { response: examples.wholeCustomer },
      handle: async ({ params }) => presentWhole(await pool.find(params.id)),
    }),
    endpoint({
      method: 'PUT',
      path: '/clientes/{id}',
      aliases: [{ method: 'PATCH', path: '/clientes/{id}' }],
      tag: 'Clientes',
      summary: 'Altera nome ou e-mail',
      access: ['manager'],
      params: IdParams,
      body: z.strictObject({ nome: name.optional(), email: email.optional() }),
      status: 200,
      response: Whole,
      errors: ['cliente_nao_encontrado', 'cliente_invalido', 'cliente_repetido', 'indisponivel'],
      example: { body: { nome: examples.customerBody.nome }, response: examples.wholeCustomer },
      handle: async ({ params, body }) =>
        presentWhole(
          await pool.update(params.id, {
            ...(body.nome === undefined ? {} : { name: body.nome }),
            ...(body.email === undefined ? {} : { email: body.email }),
          }),
        ),
    }),
    endpoint({
      method: 'DELETE',
      path: '/clientes/{id}',
      tag: 'Clientes',
      summary:
        'Elimina um cliente (LGPD): os seus pedidos ficam anônimos já, o cadastro é apagado em seguida',
      access: ['manager'],
      params: IdParams,
      status: 204,
      example: {},
      handle: ({ params }) => deps.eraseCustomer.erase(params.id),
    }),
    endpoint({
      method: 'GET',
      path: '/clientes/{id}/exportacao',
      tag: 'Clientes',
      summary: 'Todos os pedidos de um cliente, para entregar a ele (LGPD)',
      access: ['manager'],
      params: IdParams,
      status: 200,
      response: z.strictObject({
        cliente_id: Id,
        exportado_em: Moment,
        pedidos: z.array(PresentedOrder.extend({ historico: z.array(PresentedHistory) })),
      }),
      example: {
        response: {
          cliente_id: examples.customer.id,
          exportado_em: examples.customer.created_at,
          pedidos: [{ ...examples.receivedOrder, historico: examples.history }],
        },
      },
      handle: async ({ params }) => {
        const now = clock.now();
        const orders = await deps.orders.exportOf(params.id);
        return {
          cliente_id: params.id,
          exportado_em: now.toISOString(),
          pedidos: orders.map((order) => ({
            ...presentOrder(order, now),
            historico: order.history.map((entry) => presentHistory(entry, false)),
          })),
        };
      },
    }),
  ];
};
