import { z } from 'zod';
import { Id, IdParams, Timestamp, UserRef } from '../primitives.ts';
import { route } from '../route.ts';
import { Money, refusals, staff } from './storefront.ts';
import { orderStates } from './words.ts';

export const Order = z
  .strictObject({
    id: Id,
    /** What is called at the counter; begins anew each day. */
    number: z.number().int(),
    /** In the pool of customers; null for a guest. */
    customerId: Id.nullable(),
    state: z.enum(orderStates),
    total: Money,
    items: z.array(
      z.strictObject({
        productId: Id,
        /** As they were when it was ordered. */
        name: z.string(),
        unitPrice: Money,
        quantity: z.number().int(),
        note: z.string().nullable(),
      }),
    ),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    /** Seconds from the payment until it was ready, or until now; null before it is paid. */
    waitingSeconds: z.number().int().nullable(),
  })
  .meta({ id: 'Order' });
export type Order = z.infer<typeof Order>;

export const paymentStates = [
  /** The provider is being asked for a charge. */
  'creating',
  'pending',
  'approved',
  'refused',
  'cancelled',
  'expired',
  'refunded',
  'failed',
] as const;

const OrderPayment = z.strictObject({
  id: Id,
  state: z.enum(paymentStates),
  /** Paid and meant to stay so: an approved payment that does not count is being given back. */
  counts: z.boolean(),
  amount: Money,
  /** The charge at the provider; null before it has answered. */
  externalId: z.string().nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});

/** Who made a step. Of staff it is told who. */
export const orderActors = ['guest', 'customer', 'staff', 'payment', 'clock'] as const;

export const OrderDetails = Order.extend({
  /** The latest; null where nobody has asked to pay. */
  payment: OrderPayment.nullable(),
  history: z.array(
    z.strictObject({
      state: z.enum(orderStates),
      at: Timestamp,
      by: z.enum(orderActors),
      user: UserRef.nullable(),
    }),
  ),
}).meta({ id: 'OrderDetails' });
export type OrderDetails = z.infer<typeof OrderDetails>;

export const listActiveOrders = route({
  method: 'GET',
  path: '/api/v1/storefront/orders/active',
  tag: 'storefront',
  summary: 'Orders at work, as the boards have them: ready, preparing, received, the oldest first in each',
  access: staff,
  response: z.strictObject({ items: z.array(Order) }),
  errors: refusals,
});

export const listOrders = route({
  method: 'GET',
  path: '/api/v1/storefront/orders',
  tag: 'storefront',
  summary: 'All orders, the latest first',
  access: staff,
  query: z.strictObject({
    state: z.enum(orderStates).optional(),
    /** Made at or after. */
    from: Timestamp.optional(),
    /** Made before. */
    to: Timestamp.optional(),
    /** `nextCursor` of the page before. */
    cursor: Id.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  response: z.strictObject({ items: z.array(Order), nextCursor: Id.nullable() }),
  errors: refusals,
});

export const getOrder = route({
  method: 'GET',
  path: '/api/v1/storefront/orders/{id}',
  tag: 'storefront',
  summary: 'An order with its payment and its history',
  access: staff,
  params: IdParams,
  response: OrderDetails,
  errors: [...refusals, 'storefront.order_not_found'],
});

export const moveOrder = route({
  method: 'POST',
  path: '/api/v1/storefront/orders/{id}/state',
  tag: 'storefront',
  summary: 'Take an order to its next state, or cancel it: what was paid is given back',
  access: staff,
  params: IdParams,
  body: z.strictObject({ state: z.enum(['preparing', 'ready', 'completed', 'cancelled']) }),
  response: Order,
  errors: [
    ...refusals,
    'storefront.not_yours',
    'storefront.order_not_found',
    'storefront.order_changed',
    'storefront.step_invalid',
  ],
});
