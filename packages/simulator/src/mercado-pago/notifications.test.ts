import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  account,
  openMercadoPagoBed,
  type MercadoPagoBed,
  type Received,
} from '../../test/mercado-pago-bed.ts';
import { createOrderId } from '../../test/mercado-pago-orders.ts';
import { signNotification } from './signature.ts';

const isSigned = ({ headers, query }: Received): boolean => {
  const atMs = Number(/^ts=(\d+),v1=[0-9a-f]{64}$/.exec(headers['x-signature'] ?? '')?.[1]);
  const parts = { dataId: query['data.id'], requestId: headers['x-request-id'] ?? '', atMs };
  return headers['x-signature'] === signNotification(account.webhookSecret, parts);
};

const notifications = async (bed: MercadoPagoBed) =>
  (await bed.control('GET', 'notifications')).body['notifications'] as readonly {
    state: string;
    sent: number;
    outcome: number | string;
  }[];

/** Waits until what was answered is written down. */
const settled = async (bed: MercadoPagoBed, state: string) => {
  for (;;) {
    const found = (await notifications(bed)).find((each) => each.state === state);
    if (found !== undefined) return found;
  }
};

test('each change of an order is told, signed, in the form of the Orders API', async () => {
  await using bed = await openMercadoPagoBed();
  const id = await createOrderId(bed);
  bed.pay(id);
  const news = await bed.receiver.next();
  assert.ok(isSigned(news));
  assert.deepEqual(news.query, { 'data.id': id, type: 'order' });
  assert.equal(news.headers['x-retry'], '0');
  const { data, ...envelope } = news.body as { data: Readonly<Record<string, unknown>> };
  assert.deepEqual(envelope, {
    action: 'order.processed',
    api_version: 'v1',
    application_id: account.applicationId,
    date_created: '2026-11-20T12:00:00.000Z',
    live_mode: false,
    type: 'order',
    user_id: account.userId,
  });
  assert.equal(data['external_reference'], 'pay-1');
  assert.equal(data['status_detail'], 'accredited');
  assert.equal(data['total_paid_amount'], '30.00');
  assert.equal(data['version'], 2);

  const refused = await createOrderId(bed, 'pay-2');
  bed.pay(refused, false);
  assert.equal((await bed.receiver.next()).body['action'], 'order.failed');
  await createOrderId(bed, 'pay-3');
  bed.advance(600);
  assert.equal((await bed.receiver.next()).body['action'], 'order.expired');
  await bed.call('POST', `/v1/orders/${id}/refund`, undefined, { 'x-idempotency-key': 'r' });
  assert.equal((await bed.receiver.next()).body['action'], 'order.refunded');
  assert.equal(bed.receiver.left(), 0);
});

test('what is not answered by 200 or 201 comes again after 15 minutes, signed anew', async () => {
  await using bed = await openMercadoPagoBed();
  bed.receiver.answerNext(500, 302, 201);
  bed.pay(await createOrderId(bed));
  const first = await bed.receiver.next();
  for (const expected of ['1', '2']) {
    while ((await notifications(bed))[0]?.sent !== Number(expected));
    bed.advance(899);
    await bed.control('GET', 'notifications');
    assert.equal(bed.receiver.left(), 0);
    bed.advance(1);
    const again = await bed.receiver.next();
    assert.ok(isSigned(again));
    assert.deepEqual(again.body, first.body);
    assert.equal(again.headers['x-retry'], expected);
    assert.notEqual(again.headers['x-signature'], first.headers['x-signature']);
  }
  assert.deepEqual((await settled(bed, 'delivered')).sent, 3);
});

test('a seller that never answers is given up at last', async () => {
  await using bed = await openMercadoPagoBed();
  bed.receiver.answerNext(...Array.from({ length: 8 }, () => 503));
  bed.pay(await createOrderId(bed));
  for (let sent = 1; sent <= 8; sent++) {
    await bed.receiver.next();
    while ((await notifications(bed))[0]?.sent !== sent);
    bed.advance(5 * 3600);
  }
  const abandoned = await settled(bed, 'abandoned');
  assert.equal(abandoned.outcome, 503);
});

test('faults make notifications late, double, out of order, forged, or nothing at all', async () => {
  await using bed = await openMercadoPagoBed();
  const faults = bed.faults();

  faults.add({ name: 'late', times: 1, delayMs: 60_000 });
  bed.pay(await createOrderId(bed, 'late'));
  bed.advance(59);
  await bed.control('GET', 'notifications');
  assert.equal(bed.receiver.left(), 0);
  bed.advance(1);
  assert.equal((await bed.receiver.next()).body['action'], 'order.processed');

  faults.add({ name: 'double', times: 1 });
  bed.pay(await createOrderId(bed, 'double'));
  const [one, other] = [await bed.receiver.next(), await bed.receiver.next()];
  assert.deepEqual(one.body, other.body);
  assert.notEqual(one.headers['x-request-id'], other.headers['x-request-id']);

  faults.add({ name: 'out-of-order', times: 1 });
  const turned = await createOrderId(bed, 'turned');
  bed.pay(turned);
  await bed.call('POST', `/v1/orders/${turned}/refund`, undefined, { 'x-idempotency-key': 'r' });
  assert.equal((await bed.receiver.next()).body['action'], 'order.refunded');
  bed.advance(1);
  assert.equal((await bed.receiver.next()).body['action'], 'order.processed');

  faults.add({ name: 'forged', times: 1 });
  bed.pay(await createOrderId(bed, 'forged'));
  assert.equal(isSigned(await bed.receiver.next()), false);

  faults.add({ name: 'never-notified', times: 1 });
  bed.pay(await createOrderId(bed, 'never'));
  assert.equal((await settled(bed, 'unsent')).sent, 0);
  bed.advance(86_400);
  await bed.control('POST', 'notifications/send');
  assert.equal(bed.receiver.left(), 0);
  assert.deepEqual(faults.counts(), {
    late: 1,
    double: 1,
    'out-of-order': 1,
    forged: 1,
    'never-notified': 1,
  });
});
