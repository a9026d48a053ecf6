import { followTruth, givenUp, isAtGoal, isUnsettled, type Payment, type Truth } from '../domain/payment.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Claimed } from './leased-worker.ts';
import type { OrderReader } from './order-store.ts';
import { ProviderRefused, type PaymentProvider } from './payment-provider.ts';
import type { PaymentStore } from './payment-store.ts';
import type { Signals } from './signals.ts';

export interface Settlement {
  /** Brings one payment a step nearer to its goal; answers when to look again. */
  work(row: Claimed): Promise<Date | null>;
  /** Asks for the truth that a stored notification points at. */
  workNotification(row: Claimed): Promise<Date | null>;
}

/** Notifications may be lost: an open charge is asked about by ourselves, less and less often. */
const firstLookMs = 5000;
const rarestLookMs = 60_000;

export const createSettlement = (deps: {
  orders: Pick<OrderReader, 'find'>;
  payments: PaymentStore;
  provider: PaymentProvider;
  clock: Clock;
  log: Logger;
  signals: Signals;
}): Settlement => {
  const { clock, payments, provider, signals } = deps;

  /** Takes over what the provider says. Due at once where that leads to another goal. */
  const follow = async (
    paymentId: string,
    truth: Truth,
    externalId: string,
  ): Promise<Payment | undefined> => {
    const now = clock.now();
    const known = await payments.find(paymentId);
    if (known === undefined) return undefined;
    await payments.transaction(async (transactor) => {
      const order = await transactor.lock(known.orderId);
      const all = await transactor.paymentsOf(known.orderId);
      const payment = all.find(({ id }) => id === paymentId);
      if (order === undefined || payment === undefined) return;
      const { status, goal, orderSteps } = followTruth(payment, order.status, truth);
      if (goal === 'refunded' && payment.goal !== 'refunded') {
        deps.log.warn({ paymentId, orderId: order.id, order: order.status }, 'paid without need: given back');
      }
      await transactor.move(order, orderSteps, { kind: 'payment' }, now);
      await transactor.changePayment(paymentId, {
        status,
        goal,
        ...(payment.externalId === null ? { externalId } : {}),
        ...(goal === payment.goal ? {} : { dueAt: now }),
        now,
      });
      if (!orderSteps.includes('received')) return;
      for (const other of all) {
        if (other.id !== paymentId && other.goal === 'paid' && isUnsettled(other.status)) {
          await transactor.changePayment(other.id, { goal: 'cancelled', dueAt: now, now });
        }
      }
    });
    signals.tell('boards');
    signals.tell('payment', paymentId);
    return payments.find(paymentId);
  };

  /** No charge was made, and none will be. */
  const giveUp = async (payment: Payment, status: 'failed' | 'cancelled' | 'expired'): Promise<null> => {
    const now = clock.now();
    await payments.transaction(async (transactor) => {
      const order = await transactor.lock(payment.orderId);
      const present = (await transactor.paymentsOf(payment.orderId)).find(({ id }) => id === payment.id);
      if (order === undefined || present === undefined || present.status !== 'creating') return;
      await transactor.move(order, givenUp(present, order.status), { kind: 'payment' }, now);
      await transactor.changePayment(payment.id, { status, now });
    });
    signals.tell('payment', payment.id);
    return null;
  };

  /** Lost replies do no harm: the provider answers the same charge to the same payment. */
  const create = async (payment: Payment, attempts: number): Promise<Date | null> => {
    const order = (await deps.orders.find(payment.orderId))?.order;
    if (order === undefined) return null;
    try {
      const { externalId, qrData } = await provider.createCharge({
        paymentId: payment.id,
        title: `Pedido ${order.number}`,
        totalCents: payment.amountCents,
        items: order.items.map(({ name, unitCents, quantity }) => ({ title: name, unitCents, quantity })),
        expiresAt: payment.expiresAt,
      });
      await payments.transaction((transactor) =>
        transactor.changePayment(payment.id, { externalId, qrData, now: clock.now() }),
      );
      const made = await follow(
        payment.id,
        { status: 'pending', totalCents: payment.amountCents },
        externalId,
      );
      return made === undefined || made.goal !== 'paid' ? clock.now() : nextLook(made);
    } catch (error) {
      if (!(error instanceof ProviderRefused)) throw error;
      deps.log.warn({ error, paymentId: payment.id }, 'the provider makes no charge');
      return findOrGiveUp(payment, attempts, 'failed');
    }
  };

  /** A request whose reply was lost may have made a charge: it is looked for by our own id. */
  const findOrGiveUp = async (
    payment: Payment,
    attempts: number,
    status: 'failed' | 'cancelled' | 'expired',
  ): Promise<Date | null> => {
    const found = attempts > 1 ? await provider.findChargeOf(payment.id) : undefined;
    if (found === undefined) return giveUp(payment, status);
    await follow(payment.id, found, found.externalId);
    return clock.now();
  };

  const look = async (payment: Payment, externalId: string): Promise<Payment> => {
    const truth = await provider.findCharge(externalId);
    return (truth === undefined ? undefined : await follow(payment.id, truth, externalId)) ?? payment;
  };

  /** Asks for what the goal needs; whether it came about is what the next look says. */
  const act = async (payment: Payment, externalId: string): Promise<void> => {
    if (payment.goal === 'refunded') await provider.refundCharge(externalId);
    else await provider.cancelCharge(externalId);
  };

  /** Doubles with the age of the charge, and falls on its end. */
  const nextLook = (payment: Payment): Date => {
    const now = clock.now().getTime();
    const ageMs = now - payment.createdAt.getTime();
    const waitMs = Math.min(rarestLookMs, Math.max(firstLookMs, ageMs));
    const endsMs = payment.expiresAt.getTime();
    return new Date(endsMs > now ? Math.min(now + waitMs, endsMs) : now + waitMs);
  };

  return {
    work: async ({ id, attempts }) => {
      const payment = await payments.find(id);
      if (payment === undefined || isAtGoal(payment)) return null;
      const { externalId } = payment;
      if (externalId === null) {
        if (payment.goal === 'cancelled') return findOrGiveUp(payment, attempts, 'cancelled');
        const isLate = clock.now() >= payment.expiresAt;
        return isLate ? findOrGiveUp(payment, attempts, 'expired') : create(payment, attempts);
      }
      const seen = await look(payment, externalId);
      if (isAtGoal(seen)) return null;
      const isWaiting = seen.goal === 'paid' && clock.now() < seen.expiresAt;
      if (!isWaiting) {
        await act(seen, externalId);
        if (isAtGoal(await look(seen, externalId))) return null;
      }
      return nextLook(seen);
    },
    workNotification: async ({ id }) => {
      const externalId = await payments.externalIdOfNotification(id);
      if (externalId === undefined) return null;
      const truth = await provider.findCharge(externalId);
      if (truth !== undefined) {
        await follow(truth.paymentId, truth, externalId);
        signals.tell('work');
      }
      return null;
    },
  };
};
