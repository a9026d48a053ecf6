import assert from 'node:assert/strict';
import type { MercadoPagoBed, Reply } from './mercado-pago-bed.ts';

/** What a seller asks for; a test changes what it is about. */
export const orderWish = (changes: Readonly<Record<string, unknown>> = {}) => ({
  type: 'qr',
  external_reference: 'pay-1',
  description: 'Pedido 12',
  total_amount: '30.00',
  expiration_time: 'PT10M',
  config: { qr: { external_pos_id: 'LOJ001POS001', mode: 'dynamic' } },
  transactions: { payments: [{ amount: '30.00' }] },
  items: [{ title: 'X-Salada', unit_price: '15.00', quantity: 2, unit_measure: 'unit' }],
  ...changes,
});

export const createOrder = (
  bed: MercadoPagoBed,
  changes: Readonly<Record<string, unknown>> = {},
  key = 'key-1',
): Promise<Reply> => bed.call('POST', '/v1/orders', orderWish(changes), { 'x-idempotency-key': key });

/** A new order's identifier. */
export const createOrderId = async (bed: MercadoPagoBed, reference = 'pay-1'): Promise<string> => {
  const { status, body } = await createOrder(bed, { external_reference: reference }, reference);
  assert.equal(status, 201);
  return String(body['id']);
};
