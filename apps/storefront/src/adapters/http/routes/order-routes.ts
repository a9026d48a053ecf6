import { z } from 'zod';
import type { OrderAccess } from '../../../application/access-order.ts';
import { openOrder } from '../../../application/access-order.ts';
import type { ChangeStatus } from '../../../application/change-status.ts';
import { Failure } from '../../../application/failure.ts';
import type { OrderReader } from '../../../application/order-store.ts';
import type { PlaceOrder } from '../../../application/place-order.ts';
import { isStaff } from '../../../domain/caller.ts';
import { maxItems, maxQuantity } from '../../../domain/order.ts';
import type { Clock } from '../../../lib/clock.ts';
import { endpoint, type Endpoint, type EndpointRequest } from '../endpoint.ts';
import * as examples from '../examples.ts';
import { Cpf, Id, IdParams, line, Moment, pageQuery, StatusName } from '../fields.ts';
import { PresentedHistory, PresentedOrder, presentHistory, presentOrder } from '../presented.ts';

const OrderBody = z.strictObject({
  itens: z
    .array(
      z.strictObject({
        produto_id: Id,
        quantidade: z.int().min(1).max(maxQuantity),
        observacao: line(200).optional(),
      }),
    )
    .min(1)
    .max(maxItems),
  cliente_id: Id.optional(),
  cpf: Cpf.optional(),
});
const PlacedOrder = PresentedOrder.extend({ token: z.string().optional() }).meta({ id: 'PedidoCriado' });
const OrderWithHistory = PresentedOrder.extend({ historico: z.array(PresentedHistory) }).meta({
  id: 'PedidoCompleto',
});
const Instant = Moment.transform((text) => new Date(text));
const ListQuery = z.strictObject({
  status: StatusName.optional(),
  ...pageQuery,
  todos: z.enum(['true', 'false']).optional(),
  /** Com `todos=true`: feitos desde, feitos antes de, e o último pedido da página anterior. */
  de: Instant.optional(),
  ate: Instant.optional(),
  antes: Id.optional(),
});
const StatusBody = z.strictObject({
  status: StatusName,
  /** Taken for compatibility: who acts is who the gateway says. */
  staff_id: line(100).optional(),
});

export const orderToken = {
  name: 'x-token-pedido',
  description: 'O token que abre um pedido feito sem identificação',
};

/** Who asks for one order, from the assertion and the order's own token. */
export const accessOf = ({ caller, headers }: EndpointRequest<unknown, unknown, unknown>): OrderAccess => {
  const token = headers[orderToken.name];
  return { caller, orderToken: typeof token === 'string' ? token : undefined };
};

const keyOf = (header: unknown): string | undefined => {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,200}$/.test(header)) return header;
  throw new Failure('requisicao_invalida', 'Idempotency-Key: 1 a 200 caracteres visíveis.');
};

export const createOrderRoutes = (deps: {
  orders: OrderReader;
  placeOrder: PlaceOrder;
  changeStatus: ChangeStatus;
  clock: Clock;
}): readonly Endpoint[] => {
  const present = (order: Parameters<typeof presentOrder>[0]) => presentOrder(order, deps.clock.now());
  return [
    endpoint({
      method: 'POST',
      path: '/pedidos',
      tag: 'Pedidos',
      summary: 'Faz um pedido; sem identificação a resposta traz, só desta vez, o `token` que o abre',
      access: 'anyone',
      body: OrderBody,
      headers: [
        { name: 'Idempotency-Key', description: 'Torna seguro repetir: a mesma chave faz o mesmo pedido' },
      ],
      status: 201,
      response: PlacedOrder,
      errors: [
        'proibido',
        'produto_indisponivel',
        'cliente_nao_encontrado',
        'chave_reutilizada',
        'indisponivel',
      ],
      example: {
        body: examples.orderBody,
        response: { ...examples.order, token: 'n9SgbVFbYxZVoVQj5r3iX0b1qk3yY4l5m6n7o8p9q0r' },
      },
      handle: async ({ caller, body, headers }) => {
        const { order, token } = await deps.placeOrder(
          caller,
          {
            items: body.itens.map(({ produto_id, quantidade, observacao }) => ({
              productId: produto_id,
              quantity: quantidade,
              note: observacao ?? null,
            })),
            customerId: body.cliente_id,
            cpf: body.cpf,
          },
          keyOf(headers['idempotency-key']),
        );
        return { ...present(order), ...(token === undefined ? {} : { token }) };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/pedidos',
      tag: 'Pedidos',
      summary:
        'Pronto, Em preparação, Recebido, nesta ordem, os mais antigos primeiro; um cliente vê os seus; com `todos=true` a equipe vê todos, os mais novos primeiro',
      access: 'anyone',
      query: ListQuery,
      status: 200,
      response: z.array(PresentedOrder),
      errors: ['proibido'],
      example: { response: [examples.receivedOrder] },
      handle: async ({ caller, query }) => {
        const { limite: limit, pagina, status } = query;
        if (query.todos === 'true') {
          if (!isStaff(caller)) throw new Failure('proibido');
          const { de: from, ate: to, antes: before } = query;
          return (await deps.orders.listAll({ limit, status, from, to, before })).map(present);
        }
        const page = { limit, offset: (pagina - 1) * limit, status };
        if (isStaff(caller)) return (await deps.orders.listOnBoards(page)).map(present);
        if (caller.kind !== 'customer') throw new Failure('proibido');
        return (await deps.orders.listOfCustomer(caller.id, caller.since, page)).map(present);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/pedidos/{id}',
      tag: 'Pedidos',
      summary: 'Um pedido com o seu histórico',
      access: 'anyone',
      params: IdParams,
      headers: [orderToken],
      status: 200,
      response: OrderWithHistory,
      errors: ['pedido_nao_encontrado'],
      example: { response: { ...examples.order, historico: examples.history } },
      handle: async (request) => {
        const { order } = await openOrder(deps.orders, request.params.id, accessOf(request));
        const history = await deps.orders.history(order.id);
        const forStaff = isStaff(request.caller);
        return { ...present(order), historico: history.map((entry) => presentHistory(entry, forStaff)) };
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/pedidos/{id}/status',
      aliases: [{ method: 'PUT', path: '/pedidos/{id}/status' }],
      tag: 'Pedidos',
      summary: 'Leva um pedido ao estado seguinte; quem o fez pode cancelá-lo antes de pagar',
      access: 'anyone',
      params: IdParams,
      body: StatusBody,
      headers: [orderToken],
      status: 200,
      response: PresentedOrder,
      errors: ['proibido', 'pedido_nao_encontrado', 'transicao_invalida', 'pedido_alterado'],
      example: { body: { status: 'EM_PREPARACAO' }, response: examples.receivedOrder },
      handle: async (request) =>
        present(await deps.changeStatus(request.params.id, request.body.status, accessOf(request))),
    }),
  ];
};
