import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMercadoPagoBed, type Reply } from '../../test/mercado-pago-bed.ts';
import { createOrder as create, createOrderId, orderWish as wish } from '../../test/mercado-pago-orders.ts';
import { crc16 } from './emv.ts';

const codeOf = ({ status, body }: Reply): string =>
  `${status} ${(body['errors'] as { code: string }[] | undefined)?.[0]?.code}`;

const statusOf = ({ body }: Reply): string => {
  const { payments } = body['transactions'] as { payments: { status: string; status_detail: string }[] };
  return `${String(body['status'])} ${String(body['status_detail'])} ${payments[0]?.status} ${payments[0]?.status_detail}`;
};

const search = (reference: string): string =>
  `/v1/orders?begin_date=2026-11-01T00:00:00Z&end_date=2026-11-30T00:00:00Z&external_reference=${reference}`;

test('an order is created with a code that can be read, and is found by its identifier and its reference', async () => {
  await using bed = await openMercadoPagoBed();
  const made = await create(bed);
  assert.equal(made.status, 201);
  assert.equal(statusOf(made), 'created created created ready_to_process');
  assert.match(String(made.body['id']), /^ORD01[0-9A-HJKMNP-TV-Z]{24}$/);
  assert.equal(made.body['total_amount'], '30.00');
  assert.equal(made.body['currency'], 'BRL');
  const { qr_data: code } = made.body['type_response'] as { qr_data: string };
  assert.equal(crc16(code.slice(0, -4)), code.slice(-4));
  assert.deepEqual((await bed.call('GET', `/v1/orders/${String(made.body['id'])}`)).body, made.body);
  assert.deepEqual((await bed.call('GET', search('pay-1'))).body, {
    data: [made.body],
    paging: { total: 1, total_pages: 1, offset: 0, limit: 10 },
  });
  assert.deepEqual((await bed.call('GET', search('pay-2'))).body['data'], []);
});

test('the same request with the same key makes one order for a day; another request with it is refused', async () => {
  await using bed = await openMercadoPagoBed();
  const first = await create(bed);
  assert.equal((await create(bed)).body['id'], first.body['id']);
  assert.equal(codeOf(await create(bed, { description: 'other' })), '409 idempotency_key_already_used');
  bed.advance(24 * 3600 + 1);
  assert.notEqual((await create(bed)).body['id'], first.body['id']);
});

test('what is wrong with an order is said by the codes of the Orders API', async () => {
  await using bed = await openMercadoPagoBed();
  const refusals: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
    [{ type: undefined }, '400 required_properties'],
    [{ type: 'point' }, '400 property_value'],
    [{ external_reference: undefined }, '400 required_properties'],
    [{ external_reference: 'a b' }, '400 property_value'],
    [{ external_reference: 'a'.repeat(65) }, '400 property_value'],
    [{ surprise: 1 }, '400 unsupported_properties'],
    [{ total_amount: '30.01' }, '400 invalid_total_amount'],
    [{ total_amount: 30 }, '400 property_type'],
    [{ transactions: { payments: [{ amount: '30.0' }] } }, '400 property_value'],
    [{ transactions: { payments: [] } }, '400 minimum_items'],
    [{ transactions: { payments: [{ amount: '1' }, { amount: '2' }] } }, '400 maximum_items'],
    [{ expiration_time: 'PT29S' }, '400 property_value'],
    [{ expiration_time: 'PT3601H' }, '400 property_value'],
    [{ items: Array.from({ length: 11 }, () => wish().items[0]) }, '400 maximum_items'],
    [{ config: { qr: { external_pos_id: 'OTHER', mode: 'dynamic' } } }, '404 pos_not_found'],
    [{ config: { qr: { external_pos_id: 'LOJ001POS001', mode: 'odd' } } }, '400 property_value'],
  ];
  for (const [changes, code] of refusals)
    assert.equal(codeOf(await create(bed, changes)), code, JSON.stringify(changes));
  const keyless = await bed.call('POST', '/v1/orders', wish());
  assert.equal(codeOf(keyless), '400 empty_required_header');
  const broken = await bed.call('POST', '/v1/orders', '{', { 'x-idempotency-key': 'k' });
  assert.equal(codeOf(broken), '400 json_syntax_error');
  assert.equal(codeOf(await bed.call('GET', '/v1/orders/12')), '400 invalid_path_param');
  assert.equal(codeOf(await bed.call('GET', `/v1/orders/ORD${'0'.repeat(26)}`)), '404 order_not_found');
  assert.equal(codeOf(await bed.call('GET', '/v1/orders')), '400 missing_required_params');
  const stranger = await bed.call('GET', search('pay-1'), undefined, { authorization: 'Bearer other' });
  assert.equal(codeOf(stranger), '401 unauthorized');
});

test('an order is paid once, and refunded in parts up to what was paid', async () => {
  await using bed = await openMercadoPagoBed();
  const { body } = await create(bed);
  const path = `/v1/orders/${String(body['id'])}`;
  const post = (deed: string, key: string, content?: unknown) =>
    bed.call('POST', `${path}/${deed}`, content, { 'x-idempotency-key': key });
  assert.equal(codeOf(await post('refund', 'r0')), '409 cannot_refund_order');
  assert.equal(bed.pay(String(body['id'])), true);
  assert.equal(bed.pay(String(body['id'])), false);
  const paid = await bed.call('GET', path);
  assert.equal(statusOf(paid), 'processed accredited processed accredited');
  assert.equal(codeOf(await post('cancel', 'c1')), '409 cannot_cancel_order');
  const [payment] = (paid.body['transactions'] as { payments: { id: string; paid_amount: string }[] })
    .payments;
  assert.equal(payment?.paid_amount, '30.00');
  const part = (amount: string) => ({ transactions: [{ id: payment?.id, amount }] });
  assert.equal(codeOf(await post('refund', 'r1', part('30.01'))), '400 refund_amount_exceeds');
  assert.equal((await post('refund', 'r2', part('10.00'))).body['status_detail'], 'partially_refunded');
  // The same request again gives nothing back twice.
  assert.equal((await post('refund', 'r2', part('10.00'))).body['status_detail'], 'partially_refunded');
  assert.equal((await post('refund', 'r3')).body['status'], 'refunded');
  const { refunds } = (await bed.call('GET', path)).body['transactions'] as { refunds: { amount: string }[] };
  assert.deepEqual(
    refunds.map(({ amount }) => amount),
    ['10.00', '20.00'],
  );
  assert.equal(codeOf(await post('refund', 'r4')), '409 order_already_refunded');
});

test('an order ends when it is cancelled, when it is refused and when its time is over', async () => {
  await using bed = await openMercadoPagoBed();
  const ids: string[] = [];
  for (const reference of ['a', 'b', 'c', 'd']) ids.push(await createOrderId(bed, reference));
  const [cancelled = '', refused = '', expired = '', paid = ''] = ids;
  const cancel = () =>
    bed.call('POST', `/v1/orders/${cancelled}/cancel`, undefined, { 'x-idempotency-key': 'cancel' });
  assert.equal(statusOf(await cancel()), 'canceled canceled canceled canceled_by_api');
  assert.equal((await cancel()).status, 200);
  const other = await bed.call('POST', `/v1/orders/${cancelled}/cancel`, undefined, {
    'x-idempotency-key': 'more',
  });
  assert.equal(codeOf(other), '409 order_already_cancelled');
  assert.equal(bed.pay(refused, false), true);
  assert.equal(
    statusOf(await bed.call('GET', `/v1/orders/${refused}`)),
    'failed failed failed rejected_by_issuer',
  );
  bed.advance(599);
  assert.equal(bed.pay(paid), true);
  bed.advance(1);
  assert.equal(bed.pay(expired), false);
  assert.equal(statusOf(await bed.call('GET', `/v1/orders/${expired}`)), 'expired expired expired expired');
  for (const id of [cancelled, refused, expired]) assert.equal(bed.pay(id), false);
  const { data } = (await bed.call('GET', search('d'))).body as { data: { status: string }[] };
  assert.equal(data[0]?.status, 'processed');
});
