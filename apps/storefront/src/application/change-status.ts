import { isPaid, judgeMove, type OrderStatus } from '../domain/order-status.ts';
import type { Order } from '../domain/order.ts';
import { isUnsettled } from '../domain/payment.ts';
import type { Clock } from '../lib/clock.ts';
import { openOrder, type OrderAccess } from './access-order.ts';
import { Failure } from './failure.ts';
import type { OrderReader } from './order-store.ts';
import type { PaymentStore } from './payment-store.ts';
import { actorOf } from './place-order.ts';
import type { Signals } from './signals.ts';

export type ChangeStatus = (orderId: string, to: OrderStatus, access: OrderAccess) => Promise<Order>;

/**
 * One step of an order at somebody's word. What it means for the money (a charge to withdraw, a payment to give
 * back) is written down with it and brought about by the worker.
 */
export const createChangeStatus =
  (deps: {
    orders: Pick<OrderReader, 'find'>;
    payments: Pick<PaymentStore, 'transaction'>;
    clock: Clock;
    signals: Signals;
  }): ChangeStatus =>
  async (orderId, to, access) => {
    const { order: seen, movers } = await openOrder(deps.orders, orderId, access);
    // A checkout is more than a step: it makes a charge.
    const verdict = to === 'pending' ? 'illegal' : judgeMove(seen.status, to, movers);
    if (verdict === 'illegal') throw new Failure('transicao_invalida');
    if (verdict === 'forbidden') throw new Failure('proibido');
    const now = deps.clock.now();
    const changed = await deps.payments.transaction(async (transactor) => {
      const order = await transactor.lock(orderId);
      if (order?.status !== seen.status) throw new Failure('pedido_alterado');
      await transactor.move(order, [to], actorOf(access.caller), now);
      if (to === 'cancelled' || to === 'open') {
        for (const payment of await transactor.paymentsOf(orderId)) {
          if (payment.goal !== 'paid') continue;
          if (isUnsettled(payment.status)) {
            await transactor.changePayment(payment.id, { goal: 'cancelled', dueAt: now, now });
          } else if (payment.status === 'approved' && isPaid(order.status)) {
            await transactor.changePayment(payment.id, { goal: 'refunded', dueAt: now, now });
          }
        }
      }
      return transactor.lock(orderId);
    });
    deps.signals.tell('boards');
    deps.signals.tell('work');
    if (changed === undefined) throw new Failure('pedido_nao_encontrado');
    return changed;
  };
