import type { Payment } from '../domain/payment.ts';
import { totalCents } from '../domain/money.ts';
import { judgeMove } from '../domain/order-status.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { openOrder, type OrderAccess } from './access-order.ts';
import { Failure } from './failure.ts';
import type { OrderReader } from './order-store.ts';
import type { PaymentStore } from './payment-store.ts';
import { actorOf } from './place-order.ts';
import type { Signals } from './signals.ts';

/** `isNew` is false where the order's charge was open already: the same one is answered. */
export type CheckOut = (
  orderId: string,
  access: OrderAccess,
) => Promise<{ payment: Payment; isNew: boolean }>;

/** How long a client waits for its QR code; later it asks for the payment. */
const patienceMs = 5000;
/** A wake-up may be lost. */
const lookAgainMs = 500;

export const createCheckOut = (deps: {
  orders: Pick<OrderReader, 'find'>;
  payments: PaymentStore;
  clock: Clock;
  random: Random;
  signals: Signals;
  unpaidMs: number;
}): CheckOut => {
  const { clock, payments } = deps;

  /** Writes down what is meant; the worker asks the provider. */
  const intend = async (
    orderId: string,
    access: OrderAccess,
  ): Promise<{ payment: Payment; isNew: boolean }> => {
    const { movers } = await openOrder(deps.orders, orderId, access);
    const now = clock.now();
    return payments.transaction(async (transactor) => {
      const order = await transactor.lock(orderId);
      if (order === undefined) throw new Failure('pedido_nao_encontrado');
      if (order.status === 'pending') {
        const live = (await transactor.paymentsOf(orderId)).find(({ goal }) => goal === 'paid');
        if (live !== undefined) return { payment: live, isNew: false };
      }
      const verdict = judgeMove(order.status, 'pending', movers);
      if (verdict === 'forbidden') throw new Failure('proibido');
      if (verdict === 'illegal') throw new Failure('pedido_nao_pagavel');
      const payment: Payment = {
        id: deps.random.id(),
        orderId,
        status: 'creating',
        goal: 'paid',
        amountCents: totalCents(order.items),
        externalId: null,
        qrData: null,
        expiresAt: new Date(now.getTime() + deps.unpaidMs),
        createdAt: now,
        updatedAt: now,
      };
      await transactor.move(order, ['pending'], actorOf(access.caller), now);
      await transactor.extend(orderId, payment.expiresAt);
      await transactor.addPayment(payment);
      return { payment, isNew: true };
    });
  };

  /** Waits a little until the provider has answered. */
  const untilCreated = async (payment: Payment): Promise<Payment> => {
    const deadlineMs = clock.elapsedMs() + patienceMs;
    let latest = payment;
    while (latest.status === 'creating' && clock.elapsedMs() < deadlineMs) {
      const changed = new AbortController();
      const stop = deps.signals.listen('payment', (id) => {
        if (id === undefined || id === payment.id) changed.abort();
      });
      try {
        latest = (await payments.find(payment.id)) ?? latest;
        if (latest.status === 'creating') await clock.sleep(lookAgainMs, changed.signal);
      } finally {
        stop();
      }
    }
    return latest;
  };

  return async (orderId, access) => {
    const { payment, isNew } = await intend(orderId, access);
    deps.signals.tell('work');
    return { payment: await untilCreated(payment), isNew };
  };
};
