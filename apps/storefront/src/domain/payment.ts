import type { OrderStatus } from './order-status.ts';

/**
 * `creating`: we mean to ask for a charge, or have asked and do not know; `failed`: the provider would not make one.
 * The others are the provider's own words.
 */
export type PaymentStatus =
  | 'creating'
  | 'pending'
  | 'approved'
  | 'refused'
  | 'cancelled'
  | 'expired'
  | 'refunded'
  | 'failed';

/** What we are after; the worker does what leads there until the provider says that it is so. */
export type PaymentGoal = 'paid' | 'cancelled' | 'refunded';

export interface Payment {
  readonly id: string;
  readonly orderId: string;
  readonly status: PaymentStatus;
  readonly goal: PaymentGoal;
  readonly amountCents: number;
  readonly externalId: string | null;
  readonly qrData: string | null;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The provider's truth about one charge. */
export interface Truth {
  readonly status: Exclude<PaymentStatus, 'creating' | 'failed'>;
  readonly totalCents: number;
}

/** What follows from a truth: the payment's new state, and the steps of the order that it leads through. */
export interface Consequence {
  readonly status: PaymentStatus;
  readonly goal: PaymentGoal;
  readonly orderSteps: readonly OrderStatus[];
}

const unsettled: readonly PaymentStatus[] = ['creating', 'pending'];
export const isUnsettled = (status: PaymentStatus): boolean => unsettled.includes(status);

/**
 * Holds for truths in any order and any number of times: an old one changes nothing, and a payment never goes back.
 * Money for an order that wants none (cancelled, paid for already) or of another amount is given back.
 */
export const followTruth = (
  payment: Pick<Payment, 'status' | 'goal' | 'amountCents'>,
  order: OrderStatus,
  truth: Truth,
): Consequence => {
  const { status, goal } = payment;
  const nothing: Consequence = { status, goal, orderSteps: [] };
  switch (truth.status) {
    case 'pending':
      return status === 'creating' ? { ...nothing, status: 'pending' } : nothing;
    case 'approved':
      if (status === 'approved' || status === 'refunded') return nothing;
      return truth.totalCents === payment.amountCents && (order === 'open' || order === 'pending')
        ? {
            status: 'approved',
            goal: 'paid',
            orderSteps: order === 'open' ? ['pending', 'received'] : ['received'],
          }
        : { status: 'approved', goal: 'refunded', orderSteps: givenUp(payment, order) };
    case 'refunded':
      return { status: 'refunded', goal, orderSteps: givenUp(payment, order) };
    default:
      if (!isUnsettled(status)) return nothing;
      return { status: truth.status, goal, orderSteps: givenUp(payment, order) };
  }
};

/** An order whose charge came to nothing can be paid anew. One whose payment was replaced has another. */
export const givenUp = (
  payment: Pick<Payment, 'status' | 'goal'>,
  order: OrderStatus,
): readonly OrderStatus[] =>
  order === 'pending' && payment.goal === 'paid' && isUnsettled(payment.status) ? ['open'] : [];

/** Whether the worker still has to bring something about. */
export const isAtGoal = (payment: Pick<Payment, 'status' | 'goal'>): boolean => {
  if (payment.goal === 'refunded') return payment.status === 'refunded';
  return !isUnsettled(payment.status);
};
