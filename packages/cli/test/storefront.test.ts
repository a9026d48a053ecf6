import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('a product gets its pictures from files, and loses them; what is no picture or too large is refused', async () => {
  const product = ['storefront', 'product', 'create', 'Pudim', '--price', '9', '--category', 'Sobremesa'];
  const { id } = await home.json<MenuProduct>(...product);
  const picture = (...words: string[]) => ['storefront', 'product', 'picture', ...words];
  const png = (seed: number) =>
    Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(40, seed)]);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dumont-pictures-'));
  const write = async (name: string, content: Buffer | string): Promise<string> => {
    const path = join(folder.path, name);
    await writeFile(path, content);
    return path;
  };
  const [front, side] = [await write('front.png', png(1)), await write('side.png', png(2))];
  assert.match((await home.dumont(picture('list', 'Pudim'))).stderr, /"Pudim" has no picture/);

  // Before anything is sent: a file that is not there, no file at all, or larger than what is taken.
  const largest = await write('largest.png', Buffer.concat([png(3), Buffer.alloc(2 * 1024 * 1024 - 48)]));
  const larger = await write('larger.png', Buffer.concat([png(3), Buffer.alloc(2 * 1024 * 1024 - 47)]));
  await home.refused(
    1,
    /absent\.png cannot be read: there is no such file/,
    ...picture('add', id, front, 'absent.png'),
  );
  await home.refused(1, /cannot be read: it is a folder/, ...picture('add', id, folder.path));
  await home.refused(1, /larger\.png is too large: .+ is the most/, ...picture('add', id, larger));
  // By its bytes, not by its name.
  const text = await write('text.png', 'no picture');
  await home.refused(1, /must be a PNG, a JPEG or a WebP of up to 2 MB/, ...picture('add', id, text));
  assert.deepEqual(await home.json(...picture('list', id)), []);

  assert.equal(await home.ok(...picture('add', 'Pudim', front, side, largest)), '"Pudim" has 3 pictures.\n');
  const listed = await home.json<{ number: number; name: string }[]>(...picture('list', 'Pudim'));
  assert.deepEqual(
    listed.map(({ number, name }) => [number, name]),
    [png(1), png(2), await readFile(largest)].map((content, index) => [
      index + 1,
      `${createHash('sha256').update(content).digest('hex')}.png`,
    ]),
  );
  const [shown] = await ask<{ imagens: string[] }[]>('/produtos');
  const response = await fetch(new URL(shown?.imagens[0] ?? '', gateway));
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), png(1), 'customers see the first');

  const more = await Promise.all([4, 5, 6].map((seed) => write(`${seed}.png`, png(seed))));
  await home.ok(...picture('add', 'Pudim', ...more));
  await home.refused(
    1,
    /as many pictures as it may have\.\s+Try: dumont storefront product picture remove/,
    ...picture('add', 'Pudim', await write('7.png', png(7))),
  );

  assert.equal(await home.ok(...picture('remove', 'Pudim', '1')), '"Pudim" has 5 pictures.\n');
  const second = listed[1]?.name ?? '';
  const left = await home.json<MenuProduct>(...picture('rm', 'Pudim', second.slice(0, 8)));
  assert.ok(left.images.length === 4 && !left.images.includes(second));
  await home.refused(4, /"Pudim" has 4 pictures, and none of them is "9"/, ...picture('rm', 'Pudim', '9'));
  await home.ok('storefront', 'product', 'rm', 'Pudim', '-y');
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
