import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { createLogger } from '../../lib/log.ts';
import { createCallers, openShop, startService, waitFor, type Shop } from '../../../testing/shop.ts';

let shop: Shop;
let logged = '';

before(async () => {
  shop = await openShop({ log: createLogger('info', { write: (line) => void (logged += line) }) });
});
after(() => shop[Symbol.asyncDispose]());

const ask = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${shop.service.url}${path}`, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

test('nothing is answered without a valid assertion of the gateway', async () => {
  const claims = { kind: 'user', sub: randomUUID(), roles: ['manager'] } as const;
  const hourAgo = new Date(Date.now() - 3_600_000);
  const soon = new Date(Date.now() + 3_600_000);
  const forged = [
    undefined,
    '',
    'x'.repeat(10_000),
    'a.b.c',
    await shop.gateway.assert(claims, { foreignKey: true }),
    await shop.gateway.assert(claims, { audience: 'another service' }),
    await shop.gateway.assert(claims, { issuer: 'somebody' }),
    await shop.gateway.assert(claims, { issuedAt: hourAgo }),
    await shop.gateway.assert(claims, { issuedAt: hourAgo, expiresAt: soon }),
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"kind":"user"}').toString('base64url')}.`,
  ];
  for (const assertion of forged) {
    const { status, text } = await ask(
      '/produtos',
      assertion === undefined ? {} : { 'x-gateway-identity': assertion },
    );
    assert.equal(status, assertion?.length === 10_000 ? status : 401, assertion);
    assert.ok(status >= 400 && status < 500);
    if (status === 401) assert.deepEqual(Object.keys(JSON.parse(text) as object), ['code', 'message']);
  }
});

test('staff only is staff only', async () => {
  const product = { nome: 'x', preco: '1.00', categoria: 'Lanche' };
  for (const caller of [shop.guest, shop.customer(randomUUID()), shop.kitchen, shop.staff('viewer')]) {
    assert.equal((await caller('POST', '/produtos', product)).status, 403);
    assert.equal((await caller('GET', '/clientes')).status, 403);
    assert.equal((await caller('GET', '/produtos?todos=true')).status, caller === shop.kitchen ? 200 : 403);
  }
});

test('the menu is the same bytes until it changes, on every replica', async () => {
  const id = await shop.addProduct('Batata', '12.00', 'acompanhamento');
  await using other = await startService(shop);
  const there = createCallers(() => other.url, shop.gateway);
  const first = await there.guest<{ id: string; preco: string }[]>(
    'GET',
    '/produtos?categoria=Acompanhamento',
  );
  assert.deepEqual(
    first.body.map(({ preco }) => preco),
    ['12.00'],
  );
  const etag = first.headers.get('etag') ?? '';
  const same = await there.guest('GET', '/produtos?categoria=Acompanhamento', undefined, {
    'if-none-match': etag,
  });
  assert.equal(same.status, 304);
  await shop.manager('PUT', `/produtos/${id}`, {
    nome: 'Batata',
    preco: '13.00',
    categoria: 'Acompanhamento',
  });
  await waitFor('the other replica to see the change', async () => {
    const { status } = await there.guest('GET', '/produtos?categoria=Acompanhamento', undefined, {
      'if-none-match': etag,
    });
    return status === 200;
  });
  await shop.manager('PUT', `/produtos/${id}`, {
    nome: 'Batata',
    preco: '13.00',
    categoria: 'Acompanhamento',
    ativo: false,
  });
  await waitFor('what is not sold to leave the menu', async () => {
    return (await there.guest<unknown[]>('GET', '/produtos?categoria=Acompanhamento')).body.length === 0;
  });
  assert.equal((await shop.guest('GET', `/produtos/${id}`)).status, 404);
});

test('products are created, changed and removed; a name is there once', async () => {
  const id = await shop.addProduct('Pudim', '8.50', 'sobremesa');
  const again = await shop.manager('POST', '/produtos', {
    nome: 'pudim',
    preco: '1.00',
    categoria: 'Sobremesa',
  });
  assert.deepEqual([again.status, again.body['code']], [409, 'produto_repetido']);
  for (const preco of [8.5, '8,50', '0.00', '-1.00', '8.5', '100000.00']) {
    assert.equal(
      (await shop.manager('PUT', `/produtos/${id}`, { nome: 'Pudim', preco, categoria: 'Sobremesa' })).status,
      400,
    );
  }
  assert.equal((await shop.manager('DELETE', `/produtos/${id}`)).status, 204);
  assert.equal((await shop.manager('DELETE', `/produtos/${id}`)).status, 404);
  const { body } = await shop.guest<{ nome: string }[]>('GET', '/categorias');
  assert.deepEqual(
    body.map(({ nome }) => nome),
    ['Lanche', 'Acompanhamento', 'Bebida', 'Sobremesa'],
  );
});

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('a picture is judged by its content, kept once, and served for good', async () => {
  const id = await shop.addProduct('Sorvete', '9.00', 'Sobremesa');
  const put = (content: Uint8Array, type = 'image/png') =>
    shop.manager<{ imagem: string; imagens: string[]; code?: string }>(
      'POST',
      `/produtos/${id}/imagens`,
      content,
      {
        'content-type': type,
      },
    );
  assert.equal((await put(Buffer.from('<svg onload="alert(1)"/>'))).status, 415);
  assert.equal((await put(png, 'application/octet-stream')).status, 415);
  assert.equal((await put(Buffer.concat([png, Buffer.alloc(2 * 1024 * 1024)]))).status, 413);
  const added = await put(png, 'image/jpeg');
  assert.equal(added.status, 201, JSON.stringify(added.body));
  assert.equal((await put(png)).body.imagens.length, 1);
  assert.match(added.body.imagem, /\.png$/);
  const pass = { 'x-gateway-identity': await shop.gateway.assert({ kind: 'anonymous' }) };
  const image = await fetch(`${shop.service.url}${added.body.imagem}`, { headers: pass });
  assert.equal(image.headers.get('content-type'), 'image/png');
  assert.match(image.headers.get('cache-control') ?? '', /immutable/);
  assert.deepEqual(Buffer.from(await image.arrayBuffer()), png);
  for (const path of ['/imagens/..%2f..%2fetc%2fpasswd', `/imagens/${'0'.repeat(64)}.png`]) {
    assert.ok([400, 404].includes((await ask(path, pass)).status));
  }
  const name = added.body.imagem.replace('/imagens/', '');
  assert.equal((await shop.manager('DELETE', `/produtos/${id}/imagens/${name}`)).status, 204);
});

test('errors are a code and Portuguese words, whatever is sent', async () => {
  const pass = { 'x-gateway-identity': await shop.gateway.assert({ kind: 'anonymous' }) };
  const send = (body: string, type = 'application/json') =>
    fetch(`${shop.service.url}/pedidos`, {
      method: 'POST',
      headers: { ...pass, 'content-type': type },
      body,
    });
  const cases: readonly [Response, number][] = [
    [await send('{"itens":'), 400],
    [await send('{"__proto__":{}}'), 400],
    [await send('x', 'text/plain'), 415],
    [await send(JSON.stringify({ itens: 'x'.repeat(70_000) })), 413],
    [await send('['.repeat(2000) + ']'.repeat(2000)), 400],
    [await send(''), 400],
    [await fetch(`${shop.service.url}/nada`, { headers: pass }), 404],
    [await fetch(`${shop.service.url}/pedidos/1`, { headers: pass }), 400],
    [await fetch(`${shop.service.url}/produtos?x=1`, { headers: pass }), 400],
  ];
  for (const [response, status] of cases) {
    assert.equal(response.status, status);
    const body = (await response.json()) as Record<string, string>;
    assert.deepEqual(Object.keys(body), ['code', 'message']);
    assert.ok(response.headers.get('x-request-id'));
  }
  const raw = await new Promise<string>((resolve) => {
    const { hostname, port } = new URL(shop.service.url);
    const socket = connect(Number(port), hostname, () => socket.write('NONSENSE\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString())).on('close', () => resolve(text));
  });
  assert.match(raw, /^HTTP\/1\.1 400 [^]*"code":"requisicao_invalida"/);
});

test('customers are the pool’s: found by POST, never by a CPF in an address, and never logged', async () => {
  const body = { nome: 'Bia Lima', email: 'bia@example.com', cpf: '111.444.777-35' };
  const made = await shop.guest<{ id: string }>('POST', '/clientes', body, {
    'x-request-id': 'of-the-gateway',
  });
  assert.equal(made.status, 201);
  assert.equal(made.headers.get('x-request-id'), 'of-the-gateway');
  assert.equal((await shop.guest('POST', '/clientes', body)).status, 409);
  assert.equal((await shop.guest('POST', '/clientes/busca', { cpf: body.cpf })).status, 403);
  const found = await shop.attendant<{ id: string }>('POST', '/clientes/busca', { cpf: body.cpf });
  assert.equal(found.body.id, made.body.id);
  const changed = await shop.manager<{ nome: string }>('PUT', `/clientes/${made.body.id}`, { nome: 'Bia' });
  assert.equal(changed.body.nome, 'Bia');
  const { body: listed } = await shop.manager<{ clientes: unknown[] }>('GET', '/clientes?limite=10');
  assert.equal(listed.clientes.length, 1);
  shop.pool.isDown = true;
  const down = await shop.attendant('POST', '/clientes/busca', { cpf: body.cpf });
  shop.pool.isDown = false;
  assert.deepEqual([down.status, down.body['code']], [503, 'indisponivel']);
  assert.match(logged, /a request failed/, 'the failure was logged');
  assert.ok(!/11144477735|111\.444\.777-35/.test(logged), 'no CPF in the log');
  assert.ok(shop.pool.addresses.every((address) => !address.includes('11144477735')));
});

test('health says what of which, and metrics name route templates', async () => {
  const ready = await ask('/health/readyz');
  assert.equal(ready.status, 200);
  const { status, checks } = JSON.parse(ready.text) as {
    status: string;
    checks: Record<string, { status: string }>;
  };
  assert.deepEqual([status, Object.keys(checks)], ['pass', ['postgres', 'clientes']]);
  assert.equal((await ask('/health/livez')).status, 200);
  assert.equal((await ask('/health')).status, 200);
  await shop.manager('GET', `/pedidos/${randomUUID()}`);
  const { text } = await ask('/metrics');
  assert.match(text, /http_requests_total\{method="GET",endpoint="\/pedidos\/\{id\}",status="404"\} \d/);
  assert.match(text, /http_request_duration_seconds_bucket\{.*endpoint="\/produtos"/);
  assert.match(text, /storefront_database_connections\{state="total"\} [1-9]/);
  assert.match(text, /storefront_work_overdue_seconds\{queue="payments"\} \d/);
  const elsewhere = { 'x-forwarded-for': '10.0.0.1' };
  assert.equal((await ask('/metrics', elsewhere)).status, 404, 'for this host only');
  for (const [authorization, status] of [
    ['Bearer metrics-tokem', 404],
    ['metrics-token', 404],
    ['Bearer metrics-token', 200],
  ] as const)
    assert.equal((await ask('/metrics', { ...elsewhere, authorization })).status, status, authorization);
});
