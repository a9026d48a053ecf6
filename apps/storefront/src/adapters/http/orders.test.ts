import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createCallers, openShop, startService, waitFor, type Shop } from '../../../testing/shop.ts';

interface OrderBody {
  id: string;
  numero: number;
  status: string;
  total: string;
  token?: string;
  tempo_espera: number | null;
  itens: { nome: string; preco_unitario: string; quantidade: number; observacao: string | null }[];
}
interface PaymentBody {
  status: string;
  paymentApproved: boolean;
  external_payment_id: string;
  qr_data: string;
}

let shop: Shop;
let burger: string;
let soda: string;

before(async () => {
  shop = await openShop();
  burger = await shop.addProduct('X-Burguer', '24.90');
  soda = await shop.addProduct('Guaraná', '7.05', 'Bebida');
});
after(() => shop[Symbol.asyncDispose]());

const items = () => ({
  itens: [
    { produto_id: burger, quantidade: 2, observacao: 'sem cebola' },
    { produto_id: soda, quantidade: 3 },
  ],
});
const placeAsGuest = async () => {
  const { status, body } = await shop.guest<OrderBody>('POST', '/pedidos', items());
  assert.equal(status, 201, JSON.stringify(body));
  return { ...body, pass: { 'x-token-pedido': body.token ?? '' } };
};
const statusOf = async (id: string) => (await shop.manager<OrderBody>('GET', `/pedidos/${id}`)).body.status;
const move = (by: Shop['guest'], id: string, status: string) =>
  by<OrderBody>('PATCH', `/pedidos/${id}/status`, { status });
const pay = async (id: string, pass: Record<string, string>) => {
  const { status, body } = await shop.guest<PaymentBody>('POST', `/pedidos/${id}/checkout`, undefined, pass);
  assert.equal(status, 201, JSON.stringify(body));
  shop.desk.settle(body.external_payment_id, 'approved');
  assert.equal(await shop.notify(body.external_payment_id), 200);
  await waitFor('the order to be received', async () => (await statusOf(id)) === 'RECEBIDO');
  return body;
};

test('staff sees all orders, the latest first, by state and by day, page by page; nobody else does', async () => {
  const made = [];
  for (let count = 0; count < 3; count += 1) made.push(await placeAsGuest());
  const [first, second, third] = made.map(({ id }) => id);
  await move(shop.manager, second ?? '', 'CANCELADO');
  const list = async (query: string) =>
    (await shop.kitchen<OrderBody[]>('GET', `/pedidos?todos=true&${query}`)).body.map(({ id }) => id);
  assert.deepEqual(await list('limite=3'), [third, second, first]);
  assert.deepEqual(await list(`limite=2&antes=${third}`), [second, first]);
  assert.deepEqual(await list('limite=1&status=CANCELADO'), [second]);
  const { body } = await shop.manager<{ created_at: string }>('GET', `/pedidos/${third}`);
  assert.deepEqual(await list(`de=${body.created_at}`), [third]);
  assert.ok(!(await list(`ate=${body.created_at}`)).includes(third ?? ''));
  for (const by of [shop.guest, shop.customer(randomUUID())])
    assert.equal((await by('GET', '/pedidos?todos=true')).status, 403);
});

test('an order copies names and prices, and costs the sum of its items', async () => {
  const order = await placeAsGuest();
  assert.equal(order.total, '70.95');
  assert.equal(order.status, 'RASCUNHO');
  assert.deepEqual(
    order.itens.map(({ nome, preco_unitario, quantidade }) => [nome, preco_unitario, quantidade]),
    [
      ['X-Burguer', '24.90', 2],
      ['Guaraná', '7.05', 3],
    ],
  );
  await shop.manager('PUT', `/produtos/${soda}`, { nome: 'Guaraná', preco: '9.00', categoria: 'bebida' });
  const later = await shop.guest<OrderBody>('GET', `/pedidos/${order.id}`, undefined, order.pass);
  assert.equal(later.body.total, '70.95');
  await shop.manager('PUT', `/produtos/${soda}`, { nome: 'Guaraná', preco: '7.05', categoria: 'bebida' });
});

test('an order goes from the QR code through the kitchen to the counter, and its history says who', async () => {
  const order = await placeAsGuest();
  const payment = await pay(order.id, order.pass);
  assert.match(payment.qr_data, /^qr:/);
  const approved = await shop.guest<PaymentBody>(
    'GET',
    `/pedidos/${order.id}/pagamento`,
    undefined,
    order.pass,
  );
  assert.deepEqual([approved.body.status, approved.body.paymentApproved], ['APROVADO', true]);
  assert.equal((await move(shop.kitchen, order.id, 'Em preparação')).status, 200);
  assert.equal((await move(shop.kitchen, order.id, 'PRONTO')).status, 200);
  assert.equal((await move(shop.kitchen, order.id, 'FINALIZADO')).status, 403);
  const done = await move(shop.attendant, order.id, 'finalizado');
  assert.equal(done.body.status, 'FINALIZADO');
  const whole = await shop.manager<{
    historico: { status: string; autor: string; funcionario_id: string | null }[];
  }>('GET', `/pedidos/${order.id}`);
  assert.deepEqual(
    whole.body.historico.map(({ status, autor, funcionario_id }) => [status, autor, funcionario_id]),
    [
      ['RASCUNHO', 'visitante', null],
      ['AGUARDANDO_PAGAMENTO', 'visitante', null],
      ['RECEBIDO', 'pagamento', null],
      ['EM_PREPARACAO', 'equipe', shop.staffId],
      ['PRONTO', 'equipe', shop.staffId],
      ['FINALIZADO', 'equipe', shop.staffId],
    ],
  );
});

test('no state is jumped over, and nobody declares an order paid', async () => {
  const order = await placeAsGuest();
  for (const status of ['RECEBIDO', 'EM_PREPARACAO', 'PRONTO', 'FINALIZADO', 'AGUARDANDO_PAGAMENTO']) {
    const { status: code, body } = await shop.manager('PATCH', `/pedidos/${order.id}/status`, { status });
    assert.deepEqual([code, body['code']], [400, 'transicao_invalida'], status);
  }
  await pay(order.id, order.pass);
  assert.equal((await move(shop.kitchen, order.id, 'PRONTO')).status, 400);
  const cancelling = await shop.guest(
    'PUT',
    `/pedidos/${order.id}/status`,
    { status: 'CANCELADO' },
    order.pass,
  );
  assert.equal(cancelling.status, 403, 'who ordered may cancel before paying only');
});

test('the list shows Pronto, Em preparação, Recebido, the oldest first, and nothing else', async () => {
  const orders: Awaited<ReturnType<typeof placeAsGuest>>[] = [];
  for (let index = 0; index < 6; index += 1) {
    const order = await placeAsGuest();
    if (index > 0) await pay(order.id, order.pass);
    orders.push(order);
  }
  const [unpaid, received, ready, preparing, readyLater, completed] = orders;
  for (const order of [ready, preparing, readyLater, completed])
    await move(shop.kitchen, order?.id ?? '', 'EM_PREPARACAO');
  for (const order of [ready, readyLater, completed]) await move(shop.kitchen, order?.id ?? '', 'PRONTO');
  await move(shop.attendant, completed?.id ?? '', 'FINALIZADO');
  const { body } = await shop.kitchen<OrderBody[]>('GET', '/pedidos');
  const ours = body.map(({ id }) => id).filter((id) => orders.some((order) => order.id === id));
  assert.deepEqual(ours, [ready?.id, readyLater?.id, preparing?.id, received?.id]);
  assert.ok(!ours.includes(unpaid?.id ?? ''));
  assert.ok(body.every(({ tempo_espera }) => typeof tempo_espera === 'number'));
  assert.equal((await shop.guest('GET', '/pedidos')).status, 403);
});

test('the same key makes the same order once, and its token is told again; another body is refused', async () => {
  const key = { 'idempotency-key': randomUUID() };
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => shop.guest<OrderBody>('POST', '/pedidos', items(), key)),
  );
  assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([201]));
  assert.equal(new Set(replies.map(({ body }) => body.id)).size, 1);
  assert.equal(new Set(replies.map(({ body }) => body.token)).size, 1);
  const other = await shop.guest('POST', '/pedidos', { itens: [{ produto_id: soda, quantidade: 1 }] }, key);
  assert.deepEqual([other.status, other.body['code']], [409, 'chave_reutilizada']);
  const short = await shop.guest('POST', '/pedidos', items(), { 'idempotency-key': '1' });
  assert.equal(short.status, 400, 'strangers share their keys: a guessable one would open another’s order');
});

test('a guest opens only the order whose token they hold', async () => {
  const [mine, other] = [await placeAsGuest(), await placeAsGuest()];
  assert.equal((await shop.guest('GET', `/pedidos/${mine.id}`, undefined, mine.pass)).status, 200);
  for (const pass of [{}, other.pass, { 'x-token-pedido': 'x'.repeat(43) }]) {
    for (const [method, path] of [
      ['GET', `/pedidos/${mine.id}`],
      ['GET', `/pedidos/${mine.id}/pagamento`],
      ['POST', `/pedidos/${mine.id}/checkout`],
    ] as const) {
      assert.equal((await shop.guest(method, path, undefined, pass)).status, 404, `${method} ${path}`);
    }
  }
});

test('a customer sees their own orders, and none made before their token was issued', async () => {
  const [id, stranger] = [randomUUID(), randomUUID()];
  const { body: order } = await shop.customer(id)<OrderBody>('POST', '/pedidos', items());
  assert.equal(order.token, undefined);
  assert.deepEqual(
    (await shop.customer(id)<OrderBody[]>('GET', '/pedidos')).body.map((own) => own.id),
    [order.id],
  );
  const fresh = shop.customer(id, new Date(Date.now() + 5000));
  assert.deepEqual((await fresh('GET', '/pedidos')).body, []);
  assert.equal((await fresh('GET', `/pedidos/${order.id}`)).status, 404);
  assert.equal((await shop.customer(stranger)('GET', `/pedidos/${order.id}`)).status, 404);
  assert.equal(
    (await shop.customer(stranger)('POST', '/pedidos', { ...items(), cliente_id: id })).status,
    403,
  );
});

test('numbers are short, count from one each day, and no two open orders share one', async () => {
  const orders = await Promise.all(Array.from({ length: 40 }, () => placeAsGuest()));
  const numbers = orders.map(({ numero }) => numero);
  assert.equal(new Set(numbers).size, 40);
  assert.ok(Math.max(...numbers) < 1000);
  // A day whose numbers begin anew while those of the day before are still open.
  await shop.database.owner.query('UPDATE pickup_days SET day = day - 1');
  await using second = await startService(shop);
  const there = createCallers(() => second.url, shop.gateway);
  const { body: order } = await there.guest<OrderBody>('POST', '/pedidos', items());
  const { rows } = await shop.database.owner.query<{ count: number }>(
    "SELECT count(*) FROM orders WHERE number = $1 AND status NOT IN ('completed', 'cancelled')",
    [order.numero],
  );
  assert.equal(rows[0]?.count, 1);
});

test('what cannot be ordered is refused with the reason', async () => {
  const missing = randomUUID();
  const refused: readonly [unknown, number, string][] = [
    [{ itens: [{ produto_id: missing, quantidade: 1 }] }, 404, 'produto_indisponivel'],
    [{ itens: [] }, 400, 'requisicao_invalida'],
    [{ itens: [{ produto_id: burger, quantidade: 0 }] }, 400, 'requisicao_invalida'],
    [{ itens: [{ produto_id: burger, quantidade: 1.5 }] }, 400, 'requisicao_invalida'],
    [{ itens: [{ produto_id: burger, quantidade: 1, preco: '0.01' }] }, 400, 'requisicao_invalida'],
    [{ itens: [{ produto_id: burger, quantidade: 1 }], cpf: '529.982.247-25' }, 403, 'proibido'],
    [{ itens: [{ produto_id: burger, quantidade: 1 }], cpf: '111.111.111-11' }, 400, 'requisicao_invalida'],
  ];
  for (const [body, status, code] of refused) {
    const reply = await shop.guest('POST', '/pedidos', body);
    assert.deepEqual([reply.status, reply.body['code']], [status, code], JSON.stringify(body));
    assert.deepEqual(Object.keys(reply.body), ['code', 'message']);
    assert.ok(!JSON.stringify(reply.body).includes('111.111'), 'no CPF is repeated');
  }
});

test('the database itself refuses money that is not the sum of its items, and changes of history', async () => {
  const { owner } = shop.database;
  const order = await placeAsGuest();
  const id = [order.id];
  const refused: readonly [string, unknown[]][] = [
    ['UPDATE orders SET total = total + 1 WHERE id = $1', id],
    ['UPDATE order_items SET quantity = quantity + 1 WHERE order_id = $1', id],
    ['DELETE FROM order_items WHERE order_id = $1', id],
    ['UPDATE order_history SET at = at WHERE order_id = $1', id],
    ['DELETE FROM order_history WHERE order_id = $1', id],
    [
      `INSERT INTO order_items (order_id, position, product_id, name, unit_price, quantity)
       VALUES ($1, 9, gen_random_uuid(), 'x', 1, 1)`,
      id,
    ],
    [
      `INSERT INTO orders (id, number, status, total, created_at, updated_at, expires_at)
       VALUES (gen_random_uuid(), 99999, 'open', 1, now(), now(), now())`,
      [],
    ],
    ["UPDATE orders SET status = 'received' WHERE id = $1", id],
  ];
  for (const [sql, values] of refused)
    await assert.rejects(owner.query(sql, values), /never changed|sum of|check/, sql);
});
