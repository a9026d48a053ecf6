import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, openMercadoPagoBed, type MercadoPagoBed } from '../../test/mercado-pago-bed.ts';
import { crc16 } from './emv.ts';

const path = `/instore/orders/qr/seller/collectors/${account.userId}/pos/${account.posIds[0]}/qrs`;

const wish = (changes: Readonly<Record<string, unknown>> = {}) => ({
  external_reference: 'pay-1',
  title: 'Pedido 12',
  description: 'Pedido 12',
  total_amount: 30.9,
  items: [{ title: 'X-Salada', unit_price: 15.45, quantity: 2, unit_measure: 'unit', total_amount: 30.9 }],
  ...changes,
});

const merchantOrders = async (bed: MercadoPagoBed) =>
  (await bed.call('GET', '/merchant_orders?external_reference=pay-1')).body as {
    total: number;
    elements: readonly {
      id: number;
      status: string;
      order_status: string;
      paid_amount: number;
      payments: readonly { id: number; status: string }[];
    }[];
  };

test('the older API makes a code for one order, tells of tries to pay, and closes what is paid', async () => {
  await using bed = await openMercadoPagoBed();
  const made = await bed.call('POST', path, wish());
  assert.equal(made.status, 200);
  const id = String(made.body['in_store_order_id']);
  const code = String(made.body['qr_data']);
  assert.match(code, new RegExp(`^000201010212.*${id}`));
  assert.equal(crc16(code.slice(0, -4)), code.slice(-4));
  const opened = await bed.receiver.next();
  assert.equal(opened.body['topic'], 'merchant_order');
  assert.equal((await merchantOrders(bed)).elements[0]?.order_status, 'payment_required');

  bed.pay(id, false);
  const rejected = await bed.receiver.next();
  assert.equal(rejected.body['action'], 'payment.created');
  assert.equal(rejected.query['type'], 'payment');
  await bed.receiver.next();
  const { id: number } = rejected.body['data'] as { id: string };
  assert.equal((await bed.call('GET', `/v1/payments/${number}`)).body['status'], 'rejected');
  assert.equal((await merchantOrders(bed)).elements[0]?.status, 'opened');

  assert.equal(bed.pay(id, true), true);
  const approved = await bed.receiver.next();
  const payment = await bed.call('GET', `/v1/payments/${(approved.body['data'] as { id: string }).id}`);
  assert.equal(payment.body['status'], 'approved');
  assert.equal(payment.body['transaction_amount'], 30.9);
  assert.equal(payment.body['external_reference'], 'pay-1');
  const [order] = (await merchantOrders(bed)).elements;
  assert.equal(order?.status, 'closed');
  assert.equal(order.paid_amount, 30.9);
  assert.deepEqual(
    order.payments.map(({ status }) => status),
    ['rejected', 'approved'],
  );
  assert.deepEqual((await bed.call('GET', `/merchant_orders/${order.id}`)).body, order);
});

test('PUT answers 201, and news go to the address that the order names', async () => {
  await using bed = await openMercadoPagoBed();
  const notification_url = `${bed.receiver.url}?pedido=1`;
  assert.equal((await bed.call('PUT', path, wish({ notification_url }))).status, 201);
  const news = await bed.receiver.next();
  assert.equal(news.query['pedido'], '1');
  assert.equal(news.query['topic'], 'merchant_order');
});

test('what is wrong is said in the words of the older API', async () => {
  await using bed = await openMercadoPagoBed();
  const refusals: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
    [{ external_reference: undefined }, 'invalid_external_reference'],
    [{ total_amount: undefined }, 'invalid_total_amount'],
    [{ total_amount: 31 }, 'invalid_total_amount'],
    [{ items: [] }, 'invalid_items'],
    [{ notification_url: 'nonsense' }, 'invalid_notification_url'],
    [{ expiration_date: '2020-08-22T16:34:56.559-04:00' }, 'invalid_expiration_date'],
  ];
  for (const [changes, error] of refusals) {
    const { status, body } = await bed.call('POST', path, wish(changes));
    assert.deepEqual([status, body['error']], [400, error]);
  }
  const elsewhere = await bed.call('POST', path.replace('LOJ001', 'LOJ002'), wish());
  assert.deepEqual([elsewhere.status, elsewhere.body['error']], [404, 'point_of_sale_not_exists']);
  const stranger = await bed.call('POST', path, wish(), { authorization: 'Bearer other' });
  assert.equal(stranger.status, 401);
  assert.equal((await bed.call('GET', '/v1/payments/1')).status, 404);
});
