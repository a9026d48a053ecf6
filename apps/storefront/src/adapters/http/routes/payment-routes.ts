import { z } from 'zod';
import { openOrder } from '../../../application/access-order.ts';
import type { CheckOut } from '../../../application/check-out.ts';
import { Failure } from '../../../application/failure.ts';
import type { OrderReader } from '../../../application/order-store.ts';
import { NotificationRefused } from '../../../application/payment-provider.ts';
import type { TakeNotification } from '../../../application/take-notification.ts';
import type { PaymentStore } from '../../../application/payment-store.ts';
import { Answer, endpoint, type Endpoint } from '../endpoint.ts';
import * as examples from '../examples.ts';
import { IdParams } from '../fields.ts';
import { PresentedPayment, presentPayment } from '../presented.ts';
import { accessOf, orderToken } from './order-routes.ts';

/** The first of each, as text: what a signature covers has one value. */
const single = (values: Readonly<Record<string, unknown>>): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return [name, typeof first === 'string' ? first : undefined];
    }),
  );

export const createPaymentRoutes = (deps: {
  orders: OrderReader;
  payments: Pick<PaymentStore, 'findLatest'>;
  checkOut: CheckOut;
  takeNotification: TakeNotification;
}): readonly Endpoint[] => [
  endpoint({
    method: 'POST',
    path: '/pedidos/{id}/checkout',
    aliases: [{ path: '/pagamentos/{id}/checkout' }],
    tag: 'Pagamentos',
    summary: 'Pede o QR code para pagar; enquanto ele valer, repetir responde o mesmo (200)',
    access: 'anyone',
    params: IdParams,
    headers: [orderToken],
    status: 201,
    response: PresentedPayment,
    errors: ['pedido_nao_encontrado', 'pedido_nao_pagavel', 'proibido'],
    example: { response: examples.payment },
    handle: async (request) => {
      const { payment, isNew } = await deps.checkOut(request.params.id, accessOf(request));
      return new Answer(isNew ? 201 : 200, {}, presentPayment(payment));
    },
  }),
  endpoint({
    method: 'GET',
    path: '/pedidos/{id}/pagamento',
    aliases: [{ path: '/pagamentos/{id}' }],
    tag: 'Pagamentos',
    summary: 'O pagamento de um pedido, o mais recente',
    access: 'anyone',
    params: IdParams,
    headers: [orderToken],
    status: 200,
    response: PresentedPayment,
    errors: ['pedido_nao_encontrado', 'pagamento_nao_encontrado'],
    example: { response: examples.payment },
    handle: async (request) => {
      const { order } = await openOrder(deps.orders, request.params.id, accessOf(request));
      const payment = await deps.payments.findLatest(order.id);
      if (payment === undefined) throw new Failure('pagamento_nao_encontrado');
      return presentPayment(payment);
    },
  }),
  endpoint({
    method: 'POST',
    path: '/pagamentos/webhook',
    tag: 'Pagamentos',
    summary: 'Notificação assinada do provedor de pagamento',
    access: 'open',
    query: z.looseObject({}),
    body: z.unknown(),
    status: 200,
    response: z.strictObject({ recebido: z.literal(true) }),
    errors: ['notificacao_recusada'],
    example: { body: examples.notification, response: { recebido: true } },
    handle: async ({ body, headers, rawQuery }) => {
      try {
        await deps.takeNotification({ headers: single(headers), query: single(rawQuery), body });
      } catch (error) {
        if (error instanceof NotificationRefused) {
          throw new Failure('notificacao_recusada', undefined, { cause: error });
        }
        throw error;
      }
      return { recebido: true };
    },
  }),
];
