import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumerOf, routeOf, startPlane, startUpstream, verifierOf } from '../plane-test-kit.ts';

const namedRoute = (name: string, url: string, rules: Record<string, unknown>) =>
  routeOf({ name, upstreams: [{ url }], responseHeaders: { set: { 'x-route': name } }, ...rules });

test('a named host goes before any level of hosts, and a word before a parameter before the rest', async () => {
  await using service = await startUpstream();
  const { url } = service;
  await using gateway = await startPlane([
    namedRoute('everything', url, { path: '/{proxy+}' }),
    namedRoute('one order', url, { path: '/pedidos/{id}' }),
    namedRoute('orders of today', url, { path: '/pedidos/hoje' }),
    namedRoute('parts of an order', url, { path: '/pedidos/{id}/{proxy+}' }),
    namedRoute('any shop', url, { hosts: ['*.example.org'], path: '/{proxy+}' }),
    namedRoute('the shop', url, { hosts: ['shop.example.org'], path: '/pedidos/{id}' }),
  ]);
  const taken = async (path: string, host = 'localhost') =>
    (await gateway.ask(path, { headers: { host } })).headers['x-route'];
  assert.equal(await taken('/other/things'), 'everything');
  assert.equal(await taken('/pedidos/17'), 'one order');
  assert.equal(await taken('/pedidos/hoje'), 'orders of today');
  assert.equal(await taken('/pedidos/17/itens/2'), 'parts of an order');
  assert.equal(await taken('/pedidos'), 'everything');
  assert.equal(await taken('/pedidos/17', 'SHOP.example.org:8000'), 'the shop');
  assert.equal(await taken('/menu', 'shop.example.org'), 'any shop');
  assert.equal(await taken('/menu', 'a.b.example.org'), 'everything');
});

test('what no route takes is 404, and a method that none takes 405 with those that are taken', async () => {
  await using service = await startUpstream();
  await using gateway = await startPlane([
    namedRoute('read', service.url, { path: '/menu', methods: ['GET'] }),
    namedRoute('write', service.url, { path: '/menu', methods: ['POST'] }),
  ]);
  const none = await gateway.ask('/nothing');
  assert.equal(none.status, 404);
  assert.equal(none.json().code, 'gateway.no_route');
  assert.equal(none.headers['content-type'], 'application/problem+json; charset=utf-8');
  assert.equal(none.json().requestId, none.headers['x-request-id']);
  const method = await gateway.ask('/menu', { method: 'DELETE' });
  assert.equal(method.status, 405);
  assert.equal(method.headers.allow, 'GET, POST');
  assert.equal((await gateway.ask('/menu', { method: 'POST', body: 'x' })).headers['x-route'], 'write');
});

test('people who ask for a page of a service that is down get a page, in their language, that tries again; programs a problem', async () => {
  const down = 'http://127.0.0.1:9';
  await using gateway = await startPlane([namedRoute('shop', down, { path: '/shop', retries: 0 })]);
  const asBrowser = (language: string, path = '/shop', method = 'GET') =>
    gateway.ask(path, {
      method,
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': language },
    });
  const page = await asBrowser('pt-BR,pt;q=0.9,en;q=0.8');
  assert.equal(page.status, 502);
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(page.headers['content-length'], String(Buffer.byteLength(page.text)));
  assert.equal(page.headers['cache-control'], 'no-store');
  assert.match(page.text, /lang="pt-BR"[^]*refresh[^]*Voltamos já/);
  assert.ok(page.text.includes(String(page.headers['x-request-id'])));
  assert.match((await asBrowser('en-US,pt;q=0.5')).text, /lang="en"[^]*Back soon/);
  for (const answer of [
    await gateway.ask('/shop', { headers: { accept: '*/*' } }),
    await asBrowser('pt', '/shop', 'POST'),
    await asBrowser('pt', '/nothing'),
  ])
    assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8');
});

test('who asks for / where no route takes it is led to the pages of a service that the server runs', async () => {
  await using service = await startUpstream();
  const upstreams = [{ url: service.url }];
  const pages = routeOf({ path: '/loja/{proxy+}', methods: ['GET', 'HEAD'], upstreams });
  await using gateway = await startPlane([pages]);
  for (const method of ['GET', 'HEAD']) {
    const answer = await gateway.ask('/?from=a-sign', { method });
    assert.equal(`${answer.status} ${answer.headers['location']}`, '302 /loja');
  }
  assert.equal((await gateway.ask('/', { method: 'POST' })).status, 404);

  gateway.plane.load([pages, routeOf({ path: '/', methods: ['POST'], upstreams })]);
  assert.equal((await gateway.ask('/')).status, 405, 'it is somebody’s');
  gateway.plane.load([pages, routeOf({ path: '/{proxy+}', upstreams })]);
  assert.equal((await gateway.ask('/')).json().url, '/');
  gateway.plane.load([{ ...pages, managedBy: null }]);
  assert.equal((await gateway.ask('/')).status, 404, 'pages of a user’s service are no home');
});

test('the upstream sees the path of its own that the route names, with the query as it came', async () => {
  await using service = await startUpstream();
  await using gateway = await startPlane([
    routeOf({ path: '/loja/{id}/{proxy+}', upstreamPath: '/v2/{proxy+}', upstreams: [{ url: service.url }] }),
    routeOf({ path: '/cliente/{id}', upstreamPath: '/c/{id}/perfil', upstreams: [{ url: service.url }] }),
  ]);
  assert.equal((await gateway.ask('/loja/7/a%20b/c?q=%2F&q=2')).json().url, '/v2/a%20b/c?q=%2F&q=2');
  assert.equal((await gateway.ask('/cliente/9')).json().url, '/c/9/perfil');
});

test('addresses that can be read in two ways never reach an upstream', async () => {
  await using service = await startUpstream();
  await using gateway = await startPlane([routeOf({ upstreams: [{ url: service.url }] })]);
  for (const target of [
    '/a/../b',
    '/a/%2e%2E/b',
    '/a/.%2e/b',
    '/./a',
    '/a//b',
    '/a%2fb',
    '/a%5Cb',
    '/a\\b',
    '/a%00b',
    '/%zz',
    '/%c3%28',
    'http://elsewhere.example/a',
    '*',
  ]) {
    const answer = await gateway.raw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 400 /, target);
  }
  assert.equal(service.seen.length, 0);
});

test('requests that two programs could take for different ones are refused, and nothing of them is passed on', async () => {
  await using service = await startUpstream();
  await using gateway = await startPlane([routeOf({ upstreams: [{ url: service.url }] })]);
  const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
  const forms = {
    'both lengths': `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'two lengths': `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    'a list of lengths': `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 5\r\n\r\n${smuggled}`,
    'a length with a sign': `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\n${smuggled}`,
    'an unknown coding': `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'chunked not last': `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
    'a hidden coding': `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'a folded header': `POST / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n Transfer-Encoding: chunked\r\n\r\n${smuggled}`,
    'a chunk with a bad length': `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\nA\r\n0\r\n\r\n${smuggled}`,
    'a bare line feed': `GET / HTTP/1.1\nHost: a\n\n${smuggled}`,
    'a control character': `GET / HTTP/1.1\r\nHost: a\r\nX-A: b\u0000c\r\n\r\n${smuggled}`,
    'two hosts': `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`,
    'two tokens': `GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nConnection: close\r\n\r\n`,
    'no host': `GET / HTTP/1.1\r\nConnection: close\r\n\r\n`,
  };
  for (const [form, bytes] of Object.entries(forms)) {
    const answer = await gateway.raw(bytes);
    assert.match(answer, /^HTTP\/1\.1 (400|408) /, form);
    assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1, `${form}: one answer, then the end`);
  }
  assert.deepEqual(
    service.seen.map(({ url }) => url).filter((url) => url === '/smuggled'),
    [],
  );
});

test('headers that are too long are 431, and a body that is too large 413, announced or not', async () => {
  await using service = await startUpstream();
  await using gateway = await startPlane([
    routeOf({ upstreams: [{ url: service.url }], maxRequestBytes: 1000 }),
  ]);
  const long = await gateway.raw(`GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`);
  assert.match(long, /^HTTP\/1\.1 431 /);
  const announced = await gateway.ask('/', { method: 'POST', body: 'x'.repeat(1001) });
  assert.equal(announced.status, 413);
  assert.equal(announced.json().params.limitBytes, 1000);
  const chunked = await gateway.raw(
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${`200\r\n${'x'.repeat(512)}\r\n`.repeat(4)}0\r\n\r\n`,
  );
  assert.match(chunked, /^HTTP\/1\.1 413 /);
  assert.equal(service.bodies.length, 0, 'nothing whole came through');
  assert.equal((await gateway.ask('/', { method: 'POST', body: 'x'.repeat(1000) })).status, 200);
});

test('whoever asks to be told to go on is told so only when the request may come in', async () => {
  await using service = await startUpstream();
  await using gateway = await startPlane([
    routeOf({ path: '/open', upstreams: [{ url: service.url }] }),
    routeOf({
      path: '/closed',
      upstreams: [{ url: service.url }],
      authentication: { mode: 'required', issuers: ['users'] },
    }),
  ]);
  const head = (path: string) =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`;
  assert.match(await gateway.raw(head('/open')), /^HTTP\/1\.1 100 Continue/);
  const refused = await gateway.raw(head('/closed'));
  assert.match(refused, /^HTTP\/1\.1 401 /);
  assert.match(refused, /connection: close/i);
});

test('nobody but the gateway says who a request is of, and headers of one connection stay on it', async () => {
  await using service = await startUpstream();
  const ana = consumerOf({ roles: ['kitchen'], sinceSeconds: 17 });
  await using gateway = await startPlane(
    [
      routeOf({
        upstreams: [{ url: service.url }],
        identityAudience: 'storefront',
        authentication: { mode: 'optional', issuers: ['users'] },
        requestHeaders: { set: { 'x-set': 'by the route' }, remove: ['x-secret'] },
      }),
    ],
    { verifiersOf: () => [verifierOf({ good: ana })] },
  );
  const forged = {
    'x-gateway-identity': 'admin',
    'X-Consumer-Id': 'admin',
    'x-forwarded-for': '10.0.0.1',
    'x-real-ip': '10.0.0.1',
    'x-secret': 'kept from it',
    'x-set': 'by the client',
    connection: 'keep-alive, x-hop',
    'x-hop': 'one hop only',
    'proxy-authorization': 'Basic x',
    te: 'trailers',
  };
  const { headers } = (await gateway.ask('/', { headers: forged })).json();
  assert.equal(headers['x-gateway-identity'], 'storefront.anonymous.{"kind":"anonymous","roles":[]}');
  assert.equal(headers['x-consumer-id'], 'anonymous');
  assert.equal(headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(headers['x-set'], 'by the route');
  for (const name of ['x-secret', 'x-hop', 'proxy-authorization', 'te', 'x-real-ip'])
    assert.equal(headers[name], undefined, name);
  const known = (await gateway.ask('/', { headers: { ...forged, authorization: 'Bearer good' } })).json();
  assert.equal(
    known.headers['x-gateway-identity'],
    'storefront.ana.{"kind":"user","roles":["kitchen"],"since":17}',
  );
});

test('a route that asks for a token takes those of its issuers, with its scopes and claims, and no others', async () => {
  await using service = await startUpstream();
  const tokens = {
    good: consumerOf({ scopes: new Set(['orders']), claims: { tenant: ['north', 'south'] } }),
    unscoped: consumerOf({ claims: { tenant: 'north' } }),
    elsewhere: consumerOf({ scopes: new Set(['orders']), claims: { tenant: 'west' } }),
  };
  await using gateway = await startPlane(
    [
      routeOf({
        upstreams: [{ url: service.url }],
        authentication: {
          mode: 'required',
          issuers: ['users'],
          scopes: ['orders'],
          claims: { tenant: ['north'] },
        },
      }),
    ],
    { verifiersOf: () => [verifierOf({}), verifierOf(tokens)] },
  );
  const statusWith = async (authorization?: string) => {
    const answer = await gateway.ask('/', { headers: authorization === undefined ? {} : { authorization } });
    return `${answer.status} ${answer.status === 200 ? '' : answer.json().code}`.trim();
  };
  assert.equal(await statusWith('Bearer good'), '200');
  assert.equal(await statusWith('bearer good'), '200');
  assert.equal(await statusWith(), '401 auth.required');
  assert.equal(await statusWith('Bearer stranger'), '401 auth.token_invalid');
  assert.equal(await statusWith('Bearer expired'), '401 auth.token_invalid');
  assert.equal(await statusWith('Basic good'), '401 auth.token_invalid');
  assert.equal(await statusWith('Bearer unscoped'), '403 gateway.scope_missing');
  assert.equal(await statusWith('Bearer elsewhere'), '403 gateway.scope_missing');
  assert.equal(service.seen.length, 2);
});

test('an optional token may be left out but not be wrong', async () => {
  await using service = await startUpstream();
  await using gateway = await startPlane(
    [
      routeOf({
        upstreams: [{ url: service.url }],
        authentication: { mode: 'optional', issuers: ['users'] },
      }),
    ],
    { verifiersOf: () => [verifierOf({ good: consumerOf() })] },
  );
  assert.equal((await gateway.ask('/')).status, 200);
  assert.equal((await gateway.ask('/', { headers: { authorization: 'Bearer good' } })).status, 200);
  assert.equal((await gateway.ask('/', { headers: { authorization: 'Bearer wrong' } })).status, 401);
});

test('a limit lets exactly so many through, by address or by whom the token is of, and says when to come again', async () => {
  await using service = await startUpstream();
  const tokens = { a: consumerOf(), b: consumerOf({ subject: 'user:bia' }) };
  await using gateway = await startPlane(
    [
      routeOf({
        path: '/all',
        upstreams: [{ url: service.url }],
        rateLimit: { requests: 3, perSeconds: 3600 },
      }),
      routeOf({
        path: '/each',
        upstreams: [{ url: service.url }],
        rateLimit: { by: 'subject', requests: 2, perSeconds: 3600 },
        authentication: { mode: 'required', issuers: ['users'] },
      }),
    ],
    { verifiersOf: () => [verifierOf(tokens)] },
  );
  const statuses: number[] = [];
  for (let index = 0; index < 5; index += 1) statuses.push((await gateway.ask('/all')).status);
  assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
  const limited = await gateway.ask('/all');
  assert.equal(limited.json().code, 'request.rate_limited');
  assert.equal(limited.headers['ratelimit-remaining'], '0');
  const seconds = Number(limited.headers['retry-after']);
  assert.ok(seconds > 0 && seconds <= 3600, `retry-after: ${seconds}`);

  const withToken = async (token: string) =>
    (await gateway.ask('/each', { headers: { authorization: `Bearer ${token}` } })).status;
  assert.deepEqual([await withToken('a'), await withToken('a'), await withToken('a')], [200, 200, 429]);
  assert.equal(await withToken('b'), 200, 'the limit of one is not that of another');
  assert.deepEqual([await withToken('x'), await withToken('y'), await withToken('z')], [401, 401, 429]);
});

test('a browser of another site is let in as the route says, before any token', async () => {
  await using service = await startUpstream();
  await using gateway = await startPlane([
    routeOf({
      path: '/pedidos',
      methods: ['POST'],
      upstreams: [{ url: service.url }],
      authentication: { mode: 'required', issuers: ['users'] },
      cors: { origins: ['https://shop.example.org'], methods: ['POST'], headers: ['authorization'] },
    }),
  ]);
  const ask = (origin: string) =>
    gateway.ask('/pedidos', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
  const allowed = await ask('https://shop.example.org');
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers['access-control-allow-origin'], 'https://shop.example.org');
  assert.equal(allowed.headers['access-control-allow-methods'], 'POST');
  assert.equal(allowed.headers.vary, 'origin');
  const other = await ask('https://evil.example');
  assert.equal(other.headers['access-control-allow-origin'], undefined);
  const refused = await gateway.ask('/pedidos', {
    method: 'POST',
    headers: { origin: 'https://shop.example.org' },
  });
  assert.equal(refused.status, 401);
  assert.equal(
    refused.headers['access-control-allow-origin'],
    'https://shop.example.org',
    'a page must be able to read why',
  );
});
