import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openShop, waitFor, type Shop } from '../../testing/shop.ts';
import type { ChargeState } from './payment-provider.ts';

interface Placed {
  id: string;
  token: string;
  status: string;
}
interface Paid {
  status: string;
  paymentApproved: boolean;
  external_payment_id: string | null;
  qr_data: string | null;
}

let shop: Shop;
let burger: string;

before(async () => {
  shop = await openShop();
  burger = await shop.addProduct('X-Salada', '10.00');
});
after(() => shop[Symbol.asyncDispose]());

const place = async () => {
  const { body } = await shop.guest<Placed>('POST', '/pedidos', {
    itens: [{ produto_id: burger, quantidade: 1 }],
  });
  return { id: body.id, pass: { 'x-token-pedido': body.token } };
};
const checkOut = (order: { id: string; pass: Record<string, string> }) =>
  shop.guest<Paid>('POST', `/pagamentos/${order.id}/checkout`, undefined, order.pass);
const paymentOf = async (order: { id: string }) =>
  (await shop.manager<Paid>('GET', `/pedidos/${order.id}/pagamento`)).body;
const statusOf = async ({ id }: { id: string }) =>
  (await shop.manager<Placed>('GET', `/pedidos/${id}`)).body.status;
const historyOf = async ({ id }: { id: string }) =>
  (await shop.manager<{ historico: Placed[] }>('GET', `/pedidos/${id}`)).body.historico.map(
    ({ status }) => status,
  );
const until = (order: { id: string }, status: string) =>
  waitFor(`the order to be ${status}`, async () => (await statusOf(order)) === status);
const untilPayment = (order: { id: string }, status: string) =>
  waitFor(`the payment to be ${status}`, async () => (await paymentOf(order)).status === status);
const chargesOf = async ({ id }: { id: string }) => {
  const { rows } = await shop.database.owner.query<{ id: string }>(
    'SELECT id FROM payments WHERE order_id = $1',
    [id],
  );
  return shop.desk.charges.filter(({ paymentId }) => rows.some((row) => row.id === paymentId));
};
const settle = async (order: { id: string }, status: ChargeState['status'], totalCents?: number) => {
  const { external_payment_id: externalId } = await paymentOf(order);
  assert.ok(externalId !== null);
  shop.desk.settle(externalId, status, totalCents);
  assert.equal(await shop.notify(externalId), 200);
  return externalId;
};

test('a lost reply makes no second charge', async () => {
  shop.desk.fail('createCharge', 'lost reply', 'lost request', 'lost reply');
  const order = await place();
  const { status, body } = await checkOut(order);
  assert.equal(status, 201);
  const payment =
    body.qr_data === null
      ? await waitFor('a QR code', async () => {
          const now = await paymentOf(order);
          return now.qr_data !== null && now;
        })
      : body;
  assert.match(payment.qr_data ?? '', /^qr:/);
  assert.equal((await chargesOf(order)).length, 1);
});

test('an open charge is asked about now and then, not all the time', async () => {
  const order = await place();
  const { body } = await checkOut(order);
  const asked = () => shop.desk.questions.filter((about) => about === body.external_payment_id).length;
  await delay(1500);
  assert.ok(asked() <= 1, `asked ${asked()} times within 1.5 s`);
});

test('checking out twice answers the same charge', async () => {
  const order = await place();
  const replies = await Promise.all([checkOut(order), checkOut(order), checkOut(order)]);
  assert.deepEqual(replies.map(({ status }) => `${status}`).toSorted(), ['200', '200', '201']);
  assert.equal(new Set(replies.map(({ body }) => body.external_payment_id)).size, 1);
  assert.equal((await chargesOf(order)).length, 1);
});

test('the same notification many times is one step, and a forged one is none', async () => {
  const order = await place();
  const { body } = await checkOut(order);
  const externalId = body.external_payment_id ?? '';
  assert.equal(await shop.notify(externalId, 'forged'), 401);
  shop.desk.settle(externalId, 'approved');
  await Promise.all(Array.from({ length: 10 }, () => shop.notify(externalId)));
  await until(order, 'RECEBIDO');
  await shop.notify(externalId);
  assert.deepEqual(await historyOf(order), ['RASCUNHO', 'AGUARDANDO_PAGAMENTO', 'RECEBIDO']);
  assert.equal((await checkOut(order)).status, 409);
});

test('a notification is not believed: only what the provider says when asked', async () => {
  const order = await place();
  const { body } = await checkOut(order);
  await shop.notify(body.external_payment_id ?? '');
  await shop.notify('a charge of somebody else');
  await waitFor('the notifications to be handled', async () => {
    const { rows } = await shop.database.owner.query(
      'SELECT FROM payment_notifications WHERE due_at IS NOT NULL OR lease_token IS NOT NULL',
    );
    return rows.length === 0;
  });
  assert.equal(await statusOf(order), 'AGUARDANDO_PAGAMENTO');
});

test('a payment is found without any notification', async () => {
  const order = await place();
  const { body } = await checkOut(order);
  shop.desk.settle(body.external_payment_id ?? '', 'approved');
  await until(order, 'RECEBIDO');
});

test('money for a cancelled order is given back and wakes nothing', async () => {
  const order = await place();
  await checkOut(order);
  shop.desk.fail('cancelCharge', 'lost request');
  const cancelled = await shop.guest(
    'PATCH',
    `/pedidos/${order.id}/status`,
    { status: 'CANCELADO' },
    order.pass,
  );
  assert.equal(cancelled.status, 200);
  shop.desk.fail('refundCharge', 'lost reply');
  await settle(order, 'approved');
  await untilPayment(order, 'DEVOLVIDO');
  assert.equal(await statusOf(order), 'CANCELADO');
  assert.deepEqual(
    (await chargesOf(order)).map(({ status }) => status),
    ['refunded'],
  );
});

test('cancelling before paying withdraws the charge', async () => {
  const order = await place();
  await checkOut(order);
  await shop.guest('PATCH', `/pedidos/${order.id}/status`, { status: 'CANCELADO' }, order.pass);
  await untilPayment(order, 'CANCELADO');
  assert.deepEqual(
    (await chargesOf(order)).map(({ status }) => status),
    ['cancelled'],
  );
});

test('a paid order that the kitchen cancels is paid back', async () => {
  const order = await place();
  await checkOut(order);
  await settle(order, 'approved');
  await until(order, 'RECEBIDO');
  await shop.kitchen('PATCH', `/pedidos/${order.id}/status`, { status: 'CANCELADO' });
  await untilPayment(order, 'DEVOLVIDO');
  assert.equal((await paymentOf(order)).paymentApproved, false);
});

test('a refused charge opens the order again, and another can be paid', async () => {
  const order = await place();
  await checkOut(order);
  await settle(order, 'refused');
  await until(order, 'RASCUNHO');
  assert.equal((await checkOut(order)).status, 201);
  await settle(order, 'approved');
  await until(order, 'RECEBIDO');
  assert.equal((await chargesOf(order)).length, 2);
});

test('of two charges that are both paid one is given back', async () => {
  const order = await place();
  const { body: first } = await checkOut(order);
  await settle(order, 'refused');
  await until(order, 'RASCUNHO');
  const { body: second } = await checkOut(order);
  shop.desk.settle(first.external_payment_id ?? '', 'approved');
  shop.desk.settle(second.external_payment_id ?? '', 'approved');
  await Promise.all([
    shop.notify(first.external_payment_id ?? ''),
    shop.notify(second.external_payment_id ?? ''),
  ]);
  await waitFor('one to be given back', async () => {
    const statuses = (await chargesOf(order)).map(({ status }) => status).toSorted();
    return statuses.join() === 'approved,refunded';
  });
  assert.equal(await statusOf(order), 'RECEBIDO');
});

test('another amount than the order’s is given back', async () => {
  const order = await place();
  await checkOut(order);
  await settle(order, 'approved', 1);
  await untilPayment(order, 'DEVOLVIDO');
  assert.equal(await statusOf(order), 'RASCUNHO');
});

test('where the provider makes no charge the order can be paid anew', async () => {
  shop.desk.fail('createCharge', 'refused');
  const order = await place();
  await checkOut(order);
  assert.equal((await paymentOf(order)).status, 'FALHOU');
  assert.equal(await statusOf(order), 'RASCUNHO');
  assert.equal((await checkOut(order)).status, 201);
});

test('what is not paid in time is given up, and its charge with it', async () => {
  const [unasked, asked] = [await place(), await place()];
  await checkOut(asked);
  const { owner } = shop.database;
  const ids = [[unasked.id, asked.id]];
  await owner.query("UPDATE orders SET expires_at = created_at + interval '1 ms' WHERE id = ANY($1)", ids);
  await owner.query(
    "UPDATE payments SET expires_at = created_at + interval '1 ms', due_at = created_at WHERE order_id = ANY($1)",
    ids,
  );
  await Promise.all([until(unasked, 'CANCELADO'), until(asked, 'CANCELADO')]);
  assert.deepEqual(
    (await chargesOf(asked)).map(({ status }) => status),
    ['cancelled'],
  );
});
