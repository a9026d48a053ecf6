import assert from 'node:assert/strict';
import { appendFile, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openMercadoPagoBed } from '../../test/mercado-pago-bed.ts';
import { createOrder, createOrderId } from '../../test/mercado-pago-orders.ts';

test('orders, used keys and news on their way outlive a restart', async () => {
  await using bed = await openMercadoPagoBed();
  const id = await createOrderId(bed);
  bed.receiver.answerNext(500);
  bed.pay(id);
  const first = await bed.receiver.next();
  const before = await bed.call('GET', `/v1/orders/${id}`);
  await bed.restart();
  assert.deepEqual(await bed.call('GET', `/v1/orders/${id}`), before);
  assert.equal(await createOrderId(bed), id);
  const other = await createOrderId(bed, 'pay-2');
  assert.notEqual(other, id);
  bed.advance(900);
  const again = await bed.receiver.next();
  assert.deepEqual(again.body, first.body);
});

test('what was answered is there after a kill, though the last line was cut', async () => {
  await using bed = await openMercadoPagoBed();
  const id = await createOrderId(bed);
  // A copy of the folder as a kill would leave it: nothing was closed.
  const copy = `${bed.dataFolder}-copy`;
  await cp(bed.dataFolder, copy, { recursive: true });
  await appendFile(join(copy, 'mercado-pago.ndjson'), '[{"kind":"order","id":"ORD');
  try {
    await using other = await bed.start(copy);
    assert.equal(other.pay(id, true), true);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});

test('a folder has one simulator', async () => {
  await using bed = await openMercadoPagoBed();
  await assert.rejects(bed.start(), /two simulators need two folders/);
  await bed.restart();
});

test('one seed gives the same orders and meets the same faults', async () => {
  const history = async (seed: number) => {
    await using bed = await openMercadoPagoBed({ seed });
    await bed.control('PUT', 'rates', { 'server-error': 0.3, 'too-many-requests': 0.2 });
    const seen: unknown[] = [];
    for (let index = 0; index < 12; index++) {
      const { status, body } = await createOrder(bed, { external_reference: `p${index}` }, `k${index}`);
      seen.push([status, body['id']]);
    }
    return seen;
  };
  const [one, same, other] = [await history(1), await history(1), await history(2)];
  assert.deepEqual(one, same);
  assert.notDeepEqual(one, other);
  assert.ok(one.some((each) => (each as [number])[0] !== 201));
});

test('faults of requests: too many, broken, slow, lost though done, and read as it was before', async () => {
  await using bed = await openMercadoPagoBed();
  const faults = bed.faults();
  const path = '/v1/orders';

  faults.add({ name: 'too-many-requests', times: 1 });
  assert.equal((await createOrder(bed)).status, 429);
  faults.add({ name: 'server-error', times: 1 });
  assert.ok((await createOrder(bed)).status >= 500);

  faults.add({ name: 'lost-reply', times: 1, method: 'POST', path });
  await assert.rejects(createOrder(bed), TypeError);
  const { orders } = (await bed.control('GET', 'orders')).body as { orders: readonly { id: string }[] };
  assert.equal(orders.length, 1);
  const id = await createOrder(bed).then(({ body }) => String(body['id']));
  assert.equal(id, orders[0]?.id);

  faults.add({ name: 'stale-read', times: 1 });
  assert.equal((await bed.call('GET', `${path}/${id}`)).status, 404);
  bed.pay(id);
  faults.add({ name: 'stale-read', times: 1 });
  assert.equal((await bed.call('GET', `${path}/${id}`)).body['status'], 'created');
  assert.equal((await bed.call('GET', `${path}/${id}`)).body['status'], 'processed');

  faults.add({ name: 'slow', times: 1 });
  const slow = bed.call('GET', `${path}/${id}`);
  let isBack = false;
  void slow.then(() => (isBack = true));
  await bed.control('GET', 'faults');
  assert.equal(isBack, false);
  bed.advance(30);
  assert.equal((await slow).status, 200);
});

test('the control is for its bearer, and pays, refuses and sends', async () => {
  await using bed = await openMercadoPagoBed();
  const id = await createOrderId(bed);
  assert.equal((await bed.control('GET', 'orders', undefined, 'other')).status, 403);
  assert.equal((await bed.control('POST', `orders/${id}/refuse`)).status, 200);
  assert.equal((await bed.control('POST', `orders/${id}/approve`)).status, 409);
  assert.equal((await bed.control('POST', 'orders/none/approve')).status, 404);
  assert.equal((await bed.receiver.next()).body['action'], 'order.failed');
  await bed.control('POST', 'faults', { name: 'late', times: 1, delayMs: 3_600_000 });
  const paid = await createOrderId(bed, 'pay-2');
  await bed.control('POST', `orders/${paid}/approve`);
  await bed.control('POST', 'notifications/send');
  assert.equal((await bed.receiver.next()).body['action'], 'order.processed');
  assert.equal((await bed.control('POST', 'faults', { name: 'odd', times: 1 })).status, 400);
  assert.equal((await bed.control('PUT', 'rates', { late: 2 })).status, 400);
  assert.equal((await bed.control('DELETE', 'faults')).status, 200);
  assert.equal((await bed.control('GET', 'nothing')).status, 404);
});
