import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createTestApp, type Person, type TestApp } from '../../../test/test-app.ts';
import { openSocket } from '../../../test/test-socket.ts';
import { waitFor } from '../../../test/wait.ts';

let app: TestApp;
let manager: Person;

before(async () => {
  app = await createTestApp({ environment: { DUMONT_STOREFRONT: 'true' } });
  manager = await app.addPerson('manager', { projects: { [app.defaultProjectId]: 'manager' } });
  await waitFor('the shop', async () => (await fetch(`${app.gatewayUrl}/categorias`)).ok);
});
after(() => app[Symbol.asyncDispose]());

/** Somebody orders, and staff takes it back. */
const moveAnOrder = async (): Promise<void> => {
  const draft = { name: `Suco ${randomUUID()}`, price: '7.50', category: 'Bebida' } as const;
  const product = await manager.client.createMenuProduct({ body: draft });
  const placed = await fetch(`${app.gatewayUrl}/pedidos`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ itens: [{ produto_id: product.id, quantidade: 1 }] }),
  });
  const { id } = (await placed.json()) as { id: string };
  await manager.client.moveOrder({ params: { id }, body: { state: 'cancelled' } });
};

test('whoever works there hears that an order moved on, and nobody else', async () => {
  const elsewhere = await app.addPerson('elsewhere', {
    projects: { [await app.addProject('bakery')]: 'manager' },
  });
  await using staff = await openSocket(app, { token: manager.token });
  await using stranger = await openSocket(app, { token: elsewhere.token });
  for (const socket of [staff, stranger]) {
    socket.send({ type: 'subscribe', topic: 'orders' });
    await socket.message('subscribed');
  }
  assert.ok(!staff.messages.some(({ type }) => type === 'orders' || type === 'reset'));
  await moveAnOrder();
  await staff.message('orders');
  stranger.send({ type: 'ping' });
  await stranger.message('pong');
  assert.deepEqual(
    stranger.messages.map(({ type }) => type),
    ['subscribed', 'pong'],
  );
});

test('who comes back is told to read the orders again: nothing is kept of what they missed', async () => {
  await using socket = await openSocket(app, { token: manager.token });
  socket.send({ type: 'subscribe', topic: 'orders', after: 0 });
  await socket.message('reset', ({ topic }) => topic === 'orders');
});
