import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Pool } from 'pg';
import { createTestApp, type Person, type TestApp } from '../../../test/test-app.ts';
import { waitFor } from '../../../test/wait.ts';
import { coded, draft, openShop, png, type Shop } from './storefront-test-kit.ts';

let app: TestApp;
let placeOrder: Shop['placeOrder'];
let manager: Person;
let kitchen: Person;

before(async () => {
  ({ app, manager, kitchen, placeOrder } = await openShop());
});
after(() => app[Symbol.asyncDispose]());

const onMenu = async (id: string): Promise<boolean> => {
  const menu = (await (await fetch(`${app.gatewayUrl}/produtos`)).json()) as { id: string }[];
  return menu.some((product) => product.id === id);
};

test('a manager makes, changes, hides and deletes a product, and customers see it so', async () => {
  const { client } = manager;
  const made = await client.createMenuProduct({ body: draft({ description: 'Pão e queijo' }) });
  assert.deepEqual([made.price, made.available, made.images], ['24.90', true, []]);
  await waitFor('the menu', () => onMenu(made.id));
  await assert.rejects(
    client.createMenuProduct({ body: draft({ name: made.name }) }),
    coded('storefront.product_taken'),
  );
  const params = { id: made.id };
  const hidden = await client.replaceMenuProduct({
    params,
    body: draft({ price: '19.50', available: false }),
  });
  assert.deepEqual([hidden.price, hidden.available], ['19.50', false]);
  await waitFor('it to be gone', async () => !(await onMenu(made.id)));
  const { items } = await client.listMenuProducts();
  assert.ok(
    items.some(({ id }) => id === made.id),
    'staff sees it',
  );
  await client.deleteMenuProduct({ params });
  await assert.rejects(client.deleteMenuProduct({ params }), coded('storefront.product_not_found'));
});

test('a picture is added, shown as what it is, and taken off; what is none is refused', async () => {
  const { client } = manager;
  const { id } = await client.createMenuProduct({ body: draft() });
  const add = (content: Buffer) =>
    client.addMenuImage({ params: { id }, body: { contentBase64: content.toString('base64') } });
  const [name = ''] = (await add(png)).images;
  const shown = await app.request(`/api/v1/storefront/images/${name}`, { token: manager.token });
  assert.equal(shown.headers.get('content-type'), 'image/png');
  assert.equal(shown.headers.get('x-content-type-options'), 'nosniff');
  assert.match(shown.headers.get('cache-control') ?? '', /private.*immutable/);
  assert.deepEqual(Buffer.from(await shown.arrayBuffer()), png);
  await assert.rejects(add(Buffer.from('<svg onload="alert(1)"/>')), coded('storefront.image_invalid'));
  await client.deleteMenuImage({ params: { id, name } });
  assert.deepEqual((await client.listMenuProducts()).items.find((product) => product.id === id)?.images, []);
});

test('orders are listed page by page, by state and by time, told whole, and taken on by who may', async () => {
  const { client } = manager;
  const product = await client.createMenuProduct({ body: draft() });
  const placed = [await placeOrder(product.id), await placeOrder(product.id)];
  const first = await client.listOrders({ query: { limit: 1 } });
  assert.deepEqual(
    first.items.map(({ id, total, state }) => [id, total, state]),
    [[placed[1]?.id, '49.80', 'open']],
  );
  const second = await client.listOrders({ query: { limit: 1, cursor: first.nextCursor ?? '' } });
  assert.equal(second.items[0]?.id, placed[0]?.id);
  const from = first.items[0]?.createdAt ?? '';
  assert.equal((await client.listOrders({ query: { from, state: 'open' } })).items.length, 1);
  assert.deepEqual((await client.listOrders({ query: { to: '2020-01-01T00:00:00.000Z' } })).items, []);
  assert.deepEqual((await client.listActiveOrders()).items, [], 'nobody has paid');

  const params = { id: placed[0]?.id ?? '' };
  await assert.rejects(
    client.moveOrder({ params, body: { state: 'preparing' } }),
    coded('storefront.step_invalid'),
  );
  await assert.rejects(
    kitchen.client.moveOrder({ params, body: { state: 'cancelled' } }),
    coded('storefront.not_yours'),
  );
  assert.equal((await client.moveOrder({ params, body: { state: 'cancelled' } })).state, 'cancelled');
  const told = await client.getOrder({ params });
  assert.deepEqual(
    told.history.map(({ state, by, user }) => [state, by, user]),
    [
      ['open', 'guest', null],
      ['cancelled', 'staff', { id: manager.id, name: 'manager' }],
    ],
  );
  assert.equal(told.payment, null);
  assert.equal(told.items[0]?.note, 'sem cebola');
  await assert.rejects(
    client.getOrder({ params: { id: randomUUID() } }),
    coded('storefront.order_not_found'),
  );
});

test('the kitchen does not touch the menu, and a manager of another project is nobody here', async () => {
  await assert.rejects(kitchen.client.createMenuProduct({ body: draft() }), coded('access.forbidden'));
  assert.ok((await kitchen.client.listMenuProducts()).items.length > 0);
  const elsewhere = await app.addPerson('elsewhere', {
    projects: { [await app.addProject('bakery')]: 'manager' },
  });
  await assert.rejects(elsewhere.client.listOrders({ query: {} }), coded('access.forbidden'));
  await assert.rejects(elsewhere.client.createMenuProduct({ body: draft() }), coded('access.forbidden'));
});

test('its pages are told beside the gateway, and where none runs that is said', async () => {
  const { enabled, shopUrl, kitchenUrl } = await kitchen.client.getStorefront();
  assert.deepEqual(
    [enabled, shopUrl, kitchenUrl],
    [true, `${app.gatewayUrl}/loja`, `${app.gatewayUrl}/loja/cozinha`],
  );
  await using bare = await createTestApp({
    environment: { DUMONT_GATEWAY_PUBLIC_URL: 'https://pedidos.example.org' },
  });
  const told = await bare.admin.client.getStorefront();
  assert.deepEqual([told.enabled, told.shopUrl], [false, 'https://pedidos.example.org/loja']);
  await assert.rejects(bare.admin.client.listMenuProducts(), coded('storefront.off'));
});

test('a service that does not answer is told of, and switched off everywhere its routes go', async () => {
  const pool = new Pool({ connectionString: app.database.url, max: 1 });
  await pool.query(
    `update app.gateway_routes set definition = jsonb_set(definition, '{upstreams,0,url}', '"http://127.0.0.1:9"')
     where managed_by = 'system'`,
  );
  await pool.end();
  await assert.rejects(manager.client.listMenuProducts(), coded('storefront.unreachable'));

  await using off = await createTestApp({
    database: app.database,
    environment: { DUMONT_STOREFRONT: 'false' },
  });
  assert.equal((await off.admin.client.getStorefront()).enabled, false);
  assert.deepEqual((await off.admin.client.listGatewayRoutes({ query: {} })).items, []);
});
