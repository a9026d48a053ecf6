import { ProviderRefused, type ChargeRequest } from '../../application/payment-provider.ts';

const maxText = 150;
const maxItems = 10;
const minSeconds = 30;
const maxSeconds = 3600 * 3600;

const amount = (cents: number): string => (cents / 100).toFixed(2);

/** Cut to what the provider takes, without half a character at its end. */
const shorten = (text: string): string => text.slice(0, maxText).toWellFormed();

const item = (title: string, unitCents: number, quantity: number) => ({
  title: shorten(title),
  unit_price: amount(unitCents),
  quantity,
  unit_measure: 'unit',
});

/** The items where the provider takes them and they are what is paid; else one line for all. */
const itemsOf = ({ title, totalCents, items }: ChargeRequest) => {
  const sum = items.reduce((cents, { unitCents, quantity }) => cents + unitCents * quantity, 0);
  const isFit =
    items.length <= maxItems &&
    sum === totalCents &&
    items.every((each) => each.title !== '' && each.unitCents > 0 && each.quantity > 0);
  return isFit
    ? items.map((each) => item(each.title, each.unitCents, each.quantity))
    : [item(title, totalCents, 1)];
};

/** The body of `POST /v1/orders`. Throws ProviderRefused for what can be no charge. */
export const orderRequest = (charge: ChargeRequest, posId: string, now: Date) => {
  const { paymentId, title, totalCents, expiresAt } = charge;
  if (!/^[\w-]{1,64}$/.test(paymentId)) throw new ProviderRefused('The payment has no usable identifier.');
  if (!Number.isSafeInteger(totalCents) || totalCents < 1)
    throw new ProviderRefused('There is nothing to be paid.');
  const seconds = Math.ceil((expiresAt.getTime() - now.getTime()) / 1000);
  if (!(seconds > 0)) throw new ProviderRefused('The time to pay is over.');
  return {
    type: 'qr',
    external_reference: paymentId,
    description: shorten(title),
    total_amount: amount(totalCents),
    expiration_time: `PT${Math.min(maxSeconds, Math.max(minSeconds, seconds))}S`,
    config: { qr: { external_pos_id: posId, mode: 'dynamic' } },
    transactions: { payments: [{ amount: amount(totalCents) }] },
    items: itemsOf(charge),
  };
};
