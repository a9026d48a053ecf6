import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MenuProduct } from '@dumont/contracts/storefront/menu';
import type { Order } from '@dumont/contracts/storefront/orders';
import { waitFor } from '@dumont/server/test/wait.ts';
import { type Home, startTestServer } from './server.ts';

const beds = new AsyncDisposableStack();
let home: Home;
let gateway: string;

/** What is asked may not be up yet. */
const soon = <T>(what: string, read: () => Promise<T | undefined>): Promise<T> =>
  waitFor(what, () => read().catch(() => undefined), 30_000);

before(async () => {
  const ports = { DUMONT_STOREFRONT_PORT: '0', DUMONT_MERCADO_PAGO_PORT: '0' };
  const server = beds.use(await startTestServer({ DUMONT_STOREFRONT: 'true', ...ports }));
  home = await server.signIn();
  gateway = await soon('the shop', async () => {
    const place = await home.json<{ enabled: boolean; shopUrl: string }>('storefront', 'show');
    return place.enabled ? new URL(place.shopUrl).origin : undefined;
  });
  await soon('its menu', async () => ((await fetch(`${gateway}/categorias`)).ok ? true : undefined));
});
after(() => beds.disposeAsync());

interface Placed {
  readonly id: string;
  readonly numero: number;
  readonly token: string;
}

const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
  const response = await fetch(new URL(path, gateway), init);
  assert.ok(response.ok, `${path}: ${response.status}`);
  return (await response.json()) as T;
};
const place = (productId: string): Promise<Placed> =>
  ask('/pedidos', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ itens: [{ produto_id: productId, quantidade: 2 }] }),
  });
/** As a guest with the simulated wallet does. */
const pay = async ({ id, token }: Placed): Promise<void> => {
  const headers = { 'x-token-pedido': token };
  await ask(`/pedidos/${id}/checkout`, { method: 'POST', headers });
  interface Payment {
    readonly external_payment_id: string | null;
    readonly paymentApproved: boolean;
  }
  const read = () => ask<Payment>(`/pedidos/${id}/pagamento`, { headers });
  const charge = await soon('the charge', async () => (await read()).external_payment_id ?? undefined);
  const { carteira } = await ask<{ carteira: string }>('/loja/configuracao.json');
  assert.ok((await fetch(`${carteira}/${charge}/aprovar`, { method: 'POST' })).ok);
  await soon('the payment', async () => ((await read()).paymentApproved ? true : undefined));
};

test('the menu is made, changed in parts, taken off and deleted from the shell', async () => {
  assert.match((await home.dumont(['storefront', 'product', 'list'])).stderr, /The menu is empty\. Make a/);
  const create = ['storefront', 'product', 'create', 'X-Burguer', '--category', 'Lanche'];
  const made = await home.json<MenuProduct>(...create, '--price', '24,9', '--description', 'Com queijo');
  assert.deepEqual([made.price, made.available, made.description], ['24.90', true, 'Com queijo']);
  await home.refused(
    1,
    /has this name already\.\s+Try: dumont storefront product list/,
    ...create,
    '--price',
    '1',
  );

  const edit = ['storefront', 'product', 'edit'];
  assert.equal(
    await home.ok(...edit, 'X-Burguer', '--price', '26', '--off'),
    '"X-Burguer" is off the menu, at R$ 26.00.\n',
  );
  assert.match(
    await home.ok('storefront', 'product', 'list', '--off'),
    /X-Burguer\s+Lanche\s+R\$ 26\.00\s+off/,
  );
  const back = await home.json<MenuProduct>(...edit, made.id.slice(-8), '--on');
  assert.deepEqual(
    [back.price, back.available, back.description, back.category],
    ['26.00', true, 'Com queijo', 'Lanche'],
  );
  await home.refused(
    4,
    /There is no product "X-Burger" \(did you mean "X-Burguer"\?\)/,
    ...edit,
    'X-Burger',
    '--on',
  );

  await home.refused(2, /Say --yes if this is meant/, 'storefront', 'product', 'delete', 'X-Burguer');
  assert.equal(await home.ok('storefront', 'product', 'rm', 'X-Burguer', '-y'), '"X-Burguer" is deleted.\n');
  assert.deepEqual(await home.json('storefront', 'product', 'list'), []);
});

test('orders are watched, shown, taken on step by step and cancelled, by the number that is called', async () => {
  const product = ['storefront', 'product', 'create', 'Suco', '--price', '7.50', '--category', 'Bebida'];
  const { id: productId } = await home.json<MenuProduct>(...product);
  const paid = await place(productId);
  const unpaid = await place(productId);
  const order = (...words: string[]) => ['storefront', 'order', ...words];
  const listed = await home.json<Order[]>(...order('list'));
  assert.deepEqual(
    listed.map(({ id }) => id),
    [unpaid.id, paid.id],
  );
  await pay(paid);

  const leave = new AbortController();
  let seen = '';
  const watching = home.dumont(order('watch'), {
    interrupted: leave.signal,
    onOutput: (stdout) => (seen = stdout),
  });
  const told = (state: string) =>
    soon(`the order ${state}`, async () =>
      new RegExp(`\\b${paid.numero}  ${state} +2× Suco`).test(seen) ? true : undefined,
    );
  await told('received');
  const number = String(paid.numero);
  assert.match(await home.ok(...order('list', '--active')), new RegExp(`\\b${number}  received`));
  await home.refused(
    1,
    /cannot take this step\.\s+Try: dumont storefront order show/,
    ...order('move', number, 'ready'),
  );
  for (const state of ['preparing', 'ready', 'completed']) {
    assert.equal(await home.ok(...order('move', number, state)), `Order ${number} is ${state}.\n`);
    await told(state);
  }
  leave.abort();
  assert.equal((await watching).exitCode, 130);
  assert.match(
    await home.ok(...order('show', number)),
    /Payment +approved, R\$ 15\.00[^]*completed +Administrator/,
  );

  await home.refused(2, /Order \d+ \(open\) is cancelled for good/, ...order('cancel', unpaid.id.slice(-8)));
  assert.equal((await home.json<Order>(...order('cancel', unpaid.id, '--yes'))).state, 'cancelled');
  assert.deepEqual(
    (await home.json<Order[]>(...order('list', '--state', 'cancelled'))).map(({ id }) => id),
    [unpaid.id],
  );
  assert.deepEqual(await home.json(...order('list', '--to', '2020-01-01')), []);
  await home.refused(4, /There is no order "9999"/, ...order('show', '9999'));
  await home.refused(4, /Try: dumont storefront order list/, ...order('show', productId));
});
