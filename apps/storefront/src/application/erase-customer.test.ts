import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openShop, startService, waitFor, type Shop } from '../../testing/shop.ts';

let shop: Shop;
let burger: string;

before(async () => {
  shop = await openShop();
  burger = await shop.addProduct('X-Salada', '10.00');
});
after(() => shop[Symbol.asyncDispose]());

const order = (note: string) => ({ itens: [{ produto_id: burger, quantidade: 1, observacao: note }] });

/** All that is kept of orders, as one text. */
const everything = async (): Promise<string> => {
  const { rows } = await shop.database.owner.query<{ all: string }>(
    `SELECT (SELECT json_agg(orders)::text FROM orders) || (SELECT json_agg(order_items)::text FROM order_items)
       || (SELECT json_agg(order_history)::text FROM order_history) AS all`,
  );
  return rows[0]?.all ?? '';
};

test('an erased customer is in no order, in no note and not in the pool', async () => {
  const body = { nome: 'Ana', email: 'Ana@Example.com', cpf: '529.982.247-25' };
  const registered = await shop.guest<{ id: string }>('POST', '/clientes', body);
  assert.equal(registered.status, 201);
  const { id } = registered.body;
  const placed = [
    await shop.attendant('POST', '/pedidos', { ...order('para a Ana'), cpf: '52998224725' }),
    await shop.attendant('POST', '/pedidos', { ...order('para a Ana'), cliente_id: id }),
    await shop.customer(id)('POST', '/pedidos', order('para a Ana'), { 'idempotency-key': randomUUID() }),
  ];
  assert.deepEqual(
    placed.map(({ status }) => status),
    [201, 201, 201],
  );
  const unknown = await shop.attendant('POST', '/pedidos', { ...order('x'), cliente_id: randomUUID() });
  assert.equal(unknown.status, 404);
  const exported = await shop.manager<{ pedidos: unknown[] }>('GET', `/clientes/${id}/exportacao`);
  assert.equal(exported.body.pedidos.length, 3);

  assert.equal((await shop.kitchen('DELETE', `/clientes/${id}`)).status, 403);
  assert.equal((await shop.manager('DELETE', `/clientes/${id}`)).status, 204);
  const kept = await everything();
  assert.ok(!kept.includes(id) && !kept.includes('Ana'));
  await waitFor('the pool to be told', async () => shop.pool.customers.length === 0);
  assert.equal((await shop.manager('GET', `/clientes/${id}`)).status, 404);
  assert.ok(shop.pool.addresses.every((address) => !address.includes('52998224725')));
});

test('whom the pool has erased is taken out of the orders as well', async () => {
  const id = randomUUID();
  await shop.customer(id)('POST', '/pedidos', order('para o Rui'));
  assert.ok((await everything()).includes(id));
  shop.pool.erasures.push({ customerId: id, erasedAt: new Date().toISOString() });
  await using again = await startService(shop);
  assert.ok(again.url);
  await waitFor('the orders to be anonymous', async () => !(await everything()).includes(id));
  assert.ok(!(await everything()).includes('Rui'));
});
