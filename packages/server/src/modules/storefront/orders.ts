import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Identity } from '../identity/index.ts';
import type { Change } from './changes.ts';
import type { ServiceFor } from './service.ts';
import { OrderWithHistory, Orders, Payment, PlacedOrder, wordOfState } from './wire.ts';

export type OrderOperation = 'listActiveOrders' | 'listOrders' | 'getOrder' | 'moveOrder';

/** Nobody has asked to pay. */
const noPayment = 'pagamento_nao_encontrado';
/** More than a kitchen can have at work. */
const maxActive = 200;

/** Orders as the staff sees them, and takes them on; each step is written down. */
export const createOrderHandlers = ({
  serviceFor,
  change,
  namesOf,
}: {
  readonly serviceFor: ServiceFor;
  readonly change: Change;
  readonly namesOf: Identity['namesOf'];
}): Handlers<OrderOperation> => ({
  listActiveOrders: async ({ caller, context }) => {
    const service = await serviceFor(caller, context.requestId);
    const asked = { method: 'GET', path: '/pedidos', query: { limite: maxActive } } as const;
    return { items: await service.read(asked, Orders) };
  },
  listOrders: async ({ caller, context, query }) => {
    const service = await serviceFor(caller, context.requestId);
    const orders = await service.read(
      {
        method: 'GET',
        path: '/pedidos',
        query: {
          todos: 'true',
          status: query.state && wordOfState(query.state),
          de: query.from,
          ate: query.to,
          antes: query.cursor,
          limite: query.limit + 1,
        },
      },
      Orders,
    );
    const items = orders.slice(0, query.limit);
    return { items, nextCursor: orders.length > items.length ? (items.at(-1)?.id ?? null) : null };
  },
  getOrder: async ({ caller, context, params: { id } }) => {
    const service = await serviceFor(caller, context.requestId);
    const [order, payment] = await Promise.all([
      service.read({ method: 'GET', path: `/pedidos/${id}` }, OrderWithHistory),
      service.readUnless(noPayment, { method: 'GET', path: `/pedidos/${id}/pagamento` }, Payment),
    ]);
    const names = await namesOf(order.history.flatMap(({ userId }) => userId ?? []));
    const history = order.history.map(({ userId, ...step }) => ({
      ...step,
      user: userId === null ? null : { id: userId, name: names.get(userId) ?? '' },
    }));
    return { ...order, history, payment };
  },
  moveOrder: async ({ caller, context, params: { id }, body: { state } }) => {
    const service = await serviceFor(caller, context.requestId);
    const asked = { method: 'PATCH', path: `/pedidos/${id}/status` } as const;
    const details = state === 'cancelled' ? {} : { state };
    return change(
      { caller, address: context.address },
      {
        action: state === 'cancelled' ? 'order.cancelled' : 'order.moved',
        subjectType: 'order',
        subjectId: id,
        details,
      },
      () => service.read({ ...asked, json: { status: wordOfState(state) } }, PlacedOrder),
      // Of who ordered, nothing: the record outlives their erasure.
      ({ number, total }) => ({
        details: { number, ...(state === 'cancelled' ? { total } : details) },
      }),
    );
  },
});
