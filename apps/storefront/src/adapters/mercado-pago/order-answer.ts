import { z } from 'zod';
import { ProviderUnavailable, type ChargeState } from '../../application/payment-provider.ts';

/** An amount on the wire, "12.90", as cents. */
const cents = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,2})?$/)
  .transform((text) => Math.round(Number(text) * 100));

const word = z.string().max(100);

const Payment = z.looseObject({ status: word, amount: cents, paid_amount: cents.optional() });

const Order = z.looseObject({
  id: z.string().regex(/^ORD[0-9A-Z]{1,61}$/),
  user_id: z.coerce.string(),
  external_reference: word,
  status: word,
  status_detail: word.optional(),
  currency: word,
  total_amount: cents,
  transactions: z.looseObject({ payments: z.array(Payment) }),
  type_response: z.looseObject({ qr_data: z.string().max(1024).startsWith('000201') }).optional(),
});
export type Order = z.output<typeof Order>;

/** What a search is believed: which orders to look at. */
const Found = z.looseObject({
  data: z.array(z.looseObject({ id: Order.shape.id, external_reference: word })).max(100),
});

const parse = <Shape extends z.ZodType>(shape: Shape, json: unknown): z.output<Shape> => {
  const { data, error } = shape.safeParse(json);
  if (data !== undefined) return data;
  const fields = error?.issues.map(({ path }) => path.join('.')).join(', ');
  throw new ProviderUnavailable(`Mercado Pago answered in another form: ${fields}`);
};

export const parseOrder = (json: unknown): Order => parse(Order, json);

export const parseFound = (json: unknown): z.output<typeof Found>['data'] => parse(Found, json).data;

/** Every status that the documentation of orders knows, those of other kinds of orders included. */
const statuses = new Map<string, ChargeState['status']>([
  ['created', 'pending'],
  ['processing', 'pending'],
  ['action_required', 'pending'],
  ['at_terminal', 'pending'],
  ['processed', 'approved'],
  ['failed', 'refused'],
  ['canceled', 'cancelled'],
  ['cancelled', 'cancelled'],
  ['expired', 'expired'],
  ['refunded', 'refunded'],
  ['charged_back', 'refunded'],
]);

const paidDetails = ['processed', 'accredited', 'partially_refunded'];

export interface Doubt {
  readonly orderId: string;
  readonly status: string;
  readonly detail: string | undefined;
  readonly paidCents: number;
  readonly totalCents: number;
}

const paidCents = ({ transactions }: Order): number =>
  transactions.payments
    .filter(({ status }) => status === 'processed')
    .reduce((sum, { amount, paid_amount: paid = amount }) => sum + paid, 0);

/**
 * The state of a charge. What is not understood, and what is called paid without its whole price being paid, is
 * pending and reported: nothing is given out for it, and nothing is lost.
 */
export const stateOf = (order: Order, onDoubt: (doubt: Doubt) => void): ChargeState => {
  const { external_reference: paymentId, total_amount: totalCents, status, status_detail: detail } = order;
  const paid = paidCents(order);
  const known = statuses.get(status);
  const isPaid = paidDetails.includes(detail ?? status) && paid >= totalCents;
  if (known !== undefined && (known !== 'approved' || isPaid))
    return { status: known, paymentId, totalCents };
  onDoubt({ orderId: order.id, status, detail, paidCents: paid, totalCents });
  return { status: 'pending', paymentId, totalCents };
};
