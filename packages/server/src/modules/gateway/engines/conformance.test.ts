import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { startUpstream } from '../plane-test-kit.ts';
import { createConformanceWorld } from './conformance-test-kit.ts';
import { engines } from './engines-test-kit.ts';

const world = createConformanceWorld();
const { named } = world;

const inTurn = async <T, R>(all: readonly T[], ask: (each: T) => Promise<R>): Promise<R[]> => {
  const answers: R[] = [];
  for (const each of all) answers.push(await ask(each));
  return answers;
};

for (const { name, skip, start } of engines) {
  describe(name, { skip }, () => {
    test('a named host goes before any level of hosts, and a word before a parameter before the rest', async () => {
      await using gateway = await start(
        [
          named('everything', { path: '/{proxy+}' }),
          named('one order', { path: '/pedidos/{id}' }),
          named('orders of today', { path: '/pedidos/hoje' }),
          named('cancel today', { path: '/pedidos/hoje/cancelar', methods: ['POST'] }),
          named('parts of an order', { path: '/pedidos/{id}/{proxy+}' }),
          named('dots are dots', { path: "/a.b(c)'d" }),
          named('any shop', { hosts: ['*.example.org'], path: '/{proxy+}' }),
          named('the shop', { hosts: ['shop.example.org'], path: '/pedidos/{id}' }),
        ],
        world.issuer,
      );
      const taken = async (path: string, host = 'localhost') =>
        (await gateway.ask(path, { headers: { host } })).headers['x-route'];
      assert.equal(await taken('/other/things'), 'everything');
      assert.equal(await taken('/'), 'everything');
      assert.equal(await taken('/pedidos/17'), 'one order');
      assert.equal(await taken('/pedidos/17?x=/a'), 'one order');
      assert.equal(await taken('/pedidos/hoje'), 'orders of today');
      assert.equal(await taken('/pedidos/hoje/cancelar'), 'parts of an order', 'the word does not take GET');
      assert.equal(await taken('/pedidos/17/itens/2'), 'parts of an order');
      assert.equal(await taken('/pedidos/17/'), 'parts of an order');
      assert.equal(await taken('/pedidos/'), 'everything', 'an empty segment is no parameter');
      assert.equal(await taken('/pedidos'), 'everything');
      assert.equal(await taken("/a.b(c)'d"), 'dots are dots');
      assert.equal(await taken("/axb(c)'d"), 'everything');
      assert.equal(await taken('/pedidos/17', 'SHOP.example.org:8000'), 'the shop');
      assert.equal(await taken('/menu', 'shop.example.org.'), 'any shop');
      assert.equal(await taken('/menu', 'a.b.example.org'), 'everything');
    });

    test('what no route takes is 404, and a method that none takes 405 with those that are taken', async () => {
      await using gateway = await start(
        [
          named('read', { path: '/menu', methods: ['GET'] }),
          named('write', { path: '/menu', methods: ['POST', 'DELETE'] }),
          named('also', { path: '/{name}', methods: ['GET', 'HEAD'] }),
          named('change', { path: '/change', methods: ['PATCH'] }),
        ],
        world.issuer,
      );
      const none = await gateway.ask('/nothing/here');
      assert.equal(none.status, 404);
      assert.equal(none.json().code, 'gateway.no_route');
      assert.equal(none.headers['content-type'], 'application/problem+json; charset=utf-8');
      assert.equal(none.json().requestId, none.headers['x-request-id']);
      const method = await gateway.ask('/menu', { method: 'PATCH' });
      assert.equal(method.status, 405);
      assert.equal(method.headers.allow, 'DELETE, GET, HEAD, POST');
      assert.deepEqual(method.json().params, { method: 'PATCH', allowed: 'DELETE, GET, HEAD, POST' });
      assert.equal((await gateway.ask('/menu', { method: 'POST', body: 'x' })).headers['x-route'], 'write');
      assert.equal((await gateway.ask('/change', { method: 'PATCH' })).headers['x-route'], 'change');
      assert.equal((await gateway.ask('/menu', { method: 'HEAD' })).headers['x-route'], 'also');
    });

    test('the upstream sees the path of its own that the route names, with the query as it came', async () => {
      await using gateway = await start(
        [
          named('a', { path: '/loja/{id}/{proxy+}', upstreamPath: '/v2/{proxy+}' }),
          named('b', { path: '/cliente/{id}', upstreamPath: '/c/{id}/perfil' }),
          named('c', { path: '/raiz/{proxy+}', upstreamPath: '/{proxy+}' }),
          named('d', { path: '/troca/{um}/{dois}', upstreamPath: '/{dois}/{um}' }),
        ],
        world.issuer,
      );
      const seen = async (path: string) => (await gateway.ask(path)).json().url;
      assert.equal(await seen('/loja/7/a%20b/c?q=%2F&q=2'), '/v2/a%20b/c?q=%2F&q=2');
      assert.equal(await seen('/loja/7'), '/v2');
      assert.equal(await seen('/cliente/9'), '/c/9/perfil');
      assert.equal(await seen('/raiz'), '/');
      assert.equal(await seen('/raiz?a=1'), '/?a=1');
      assert.equal(await seen('/raiz/raiz'), '/raiz');
      assert.equal(await seen('/raiz/a/'), '/a/');
      assert.equal(await seen('/troca/1/2'), '/2/1');
    });

    test('a character of a path that may be encoded or not is the same to a route', async () => {
      await using gateway = await start(
        [
          named('all', {}),
          named('one', { path: '/a/{id}' }),
          named('matrix', { path: '/a/b;c,d' }),
          named('home', { path: '/~ana/{proxy+}' }),
          named('to', { path: '/@x/{id}', upstreamPath: '/v$1&/{id}' }),
        ],
        world.issuer,
      );
      const taken = async (path: string) => (await gateway.ask(path)).headers['x-route'];
      for (const path of ['/a/b;c,d', '/a/b%3bc%2Cd', '/a/b%3Bc,d'])
        assert.equal(await taken(path), 'matrix');
      for (const path of ['/~ana/x', '/%7eana/x', '/%7Eana']) assert.equal(await taken(path), 'home');
      assert.equal(await taken('/a/b%25c%20d'), 'one');
      assert.equal((await gateway.ask('/%40x/7%3b')).json().url, '/v$1&/7%3b');
    });

    test('a path that hides its letters goes past no route', async () => {
      const closed = { path: '/admin/{proxy+}', authentication: { mode: 'required', issuers: ['users'] } };
      await using gateway = await start([named('all', {}), named('closed', closed)], world.issuer);
      const before = world.service.seen.length;
      for (const target of ['/admin/x', '/%61dmin/x', '/admi%6E/x', '/%61%64%6d%69%6e'])
        assert.match(
          await gateway.raw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`),
          /^HTTP\/1\.1 [45]\d\d /,
          target,
        );
      assert.equal(world.service.seen.length, before);
    });

    test('addresses that can be read in two ways never reach an upstream', async () => {
      await using gateway = await start([named('all', {})], world.issuer);
      const before = world.service.seen.length;
      for (const target of [
        '/a/../b',
        '/a/%2e%2E/b',
        '/a/.%2e/b',
        '/a/..',
        '/a/..;/b',
        '/a/%2e.;x=1/b',
        '/./a',
        '/a//b',
        '/a%2fb',
        '/a%5Cb',
        '/a\\b',
        '/a%00b',
        '/%zz',
        '/%c3%28',
        '/%ed%a0%80',
        '/%',
        'http://elsewhere.example/a',
        '*',
      ]) {
        const answer = await gateway.raw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
        assert.match(answer, /^HTTP\/1\.1 400 /, target);
      }
      assert.equal(world.service.seen.length, before);
      assert.equal((await gateway.ask('/%c3%a9/%e2%82%ac/%F0%9F%98%80/a..b/..c')).status, 200);
    });

    test('requests that two programs could take for different ones are refused', async () => {
      await using gateway = await start([named('all', {})], world.issuer);
      const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
      for (const bytes of [
        `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
        `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 5\r\n\r\n${smuggled}`,
        `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\n${smuggled}`,
        `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
        `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`,
        `GET / HTTP/1.1\r\nConnection: close\r\n\r\n`,
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      ]) {
        const answer = await gateway.raw(bytes);
        assert.match(answer, /^HTTP\/1\.1 400 /, bytes);
      }
      assert.ok(world.service.seen.every(({ url }) => url !== '/smuggled'));
    });

    test('a head of 11,000 bytes comes through whole, and one of 40,000 not at all', async () => {
      await using gateway = await start([named('all', {})], world.issuer);
      const headers = { 'x-long': 'x'.repeat(8192), cookie: `a=${'y'.repeat(2500)}` };
      const long = await gateway.ask('/', { headers });
      assert.equal(long.status, 200);
      assert.equal(world.service.seen.at(-1)?.headers['x-long'], headers['x-long']);
      assert.equal(world.service.seen.at(-1)?.headers['cookie'], headers.cookie);
      const count = world.service.seen.length;
      const tooLong = await gateway.raw(`GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`);
      assert.match(tooLong, /^HTTP\/1\.1 (400|431) /);
      assert.equal(world.service.seen.length, count);
    });

    test('a body that announces to be too large is 413, and one that is not comes through', async () => {
      await using gateway = await start([named('small', { maxRequestBytes: 1000 })], world.issuer);
      const large = await gateway.ask('/', { method: 'POST', body: 'x'.repeat(1001) });
      assert.equal(large.status, 413);
      assert.equal(large.json().code, 'request.too_large');
      assert.equal(large.json().params.limitBytes, 1000);
      const small = await gateway.ask('/', { method: 'POST', body: 'x'.repeat(1000) });
      assert.equal(small.json().body.length, 1000);
    });

    test('a client that takes its time with a body holds no upstream', async () => {
      await using gateway = await start([named('all', {})], world.issuer);
      const before = world.service.seen.length;
      const client = await gateway.connect();
      client.write('POST /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nab');
      assert.equal((await gateway.ask('/quick')).status, 200);
      assert.deepEqual(
        world.service.seen.slice(before).map(({ url }) => url),
        ['/quick'],
      );
      client.write('cd');
      const [answer] = (await once(client, 'data')) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
      assert.equal(world.service.bodies.at(-1), 'abcd');
      client.destroy();
    });

    test('nobody but the gateway says who a request is of, and the rules for headers are kept', async () => {
      await using gateway = await start(
        [
          named('rules', {
            requestHeaders: { set: { 'x-set': "50% by 'the' route", 'x-empty': '' }, remove: ['x-secret'] },
            responseHeaders: { set: { 'x-more': '100%' }, remove: ['content-type'] },
          }),
        ],
        world.issuer,
      );
      const forged = {
        'x-gateway-identity': 'admin',
        'X-Consumer-Id': 'admin',
        'x-consumer-roles': 'admin',
        'x-forwarded-for': '10.0.0.1',
        forwarded: 'for=10.0.0.1',
        'x-real-ip': '10.0.0.1',
        'x-secret': 'kept from it',
        'x-set': 'by the client',
        'x-request-id': 'abcdefgh-1234',
        'proxy-authorization': 'Basic x',
        te: 'trailers',
        host: 'shop.example.org',
      };
      const answer = await gateway.ask('/', { headers: forged });
      const { headers } = answer.json();
      for (const name of [
        'x-gateway-identity',
        'x-consumer-id',
        'x-consumer-roles',
        'forwarded',
        'x-secret',
        'x-real-ip',
        'proxy-authorization',
        'te',
      ])
        assert.equal(headers[name], undefined, name);
      assert.equal(headers['x-set'], "50% by 'the' route");
      assert.equal(headers['x-forwarded-for'], '127.0.0.1');
      assert.equal(headers['x-forwarded-host'], 'shop.example.org');
      assert.equal(headers['x-forwarded-proto'], 'http');
      assert.equal(headers['x-request-id'], 'abcdefgh-1234');
      assert.equal(headers.host, new URL(world.service.url).host);
      assert.equal(answer.headers['x-request-id'], 'abcdefgh-1234');
      assert.equal(answer.headers['x-more'], '100%');
      assert.equal(answer.headers['content-type'], undefined);
      const own = await gateway.ask('/', { headers: { 'x-request-id': 'no good"}' } });
      assert.match(String(own.headers['x-request-id']), /^[\w-]{8,64}$/);
    });

    test('a limit by address lets exactly so many through, and says when to come again', async () => {
      await using gateway = await start(
        [named('limited', { rateLimit: { requests: 3, perSeconds: 120 } })],
        world.issuer,
      );
      const statuses: number[] = [];
      for (let index = 0; index < 6; index += 1) statuses.push((await gateway.ask('/')).status);
      assert.deepEqual(statuses, [200, 200, 200, 429, 429, 429]);
      const limited = await gateway.ask('/');
      assert.equal(limited.json().code, 'request.rate_limited');
      const seconds = Number(limited.headers['retry-after']);
      assert.ok(seconds > 0 && seconds <= 120, `retry-after: ${seconds}`);
    });

    test('a limit by address is of a whole IPv6 network, in which a client changes its address at will', async () => {
      await using gateway = await start(
        [named('limited', { rateLimit: { requests: 2, perSeconds: 120 } })],
        world.issuer,
        { trustProxy: true },
      );
      const from = async (address: string) =>
        (await gateway.ask('/', { headers: { 'x-forwarded-for': address } })).status;
      const inOne = ['2001:db8:7:7::1', '2001:db8:7:7::2', '2001:db8:7:7:8::3', '2001:db8:7:7:1:2:3:4'];
      assert.deepEqual(await inTurn(inOne, from), [200, 200, 429, 429]);
      assert.deepEqual(
        await inTurn(['2001:db8::1', '2001:db8:0:0:1::', '2001:db8::5:6:7:8'], from),
        [200, 200, 429],
      );
      assert.equal(await from('2001:db8:7:8::1'), 200, 'another network');
      assert.deepEqual(await inTurn(['192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1'], from), [200, 200, 429]);
      assert.equal(await from('192.0.2.2'), 200);
      assert.equal(await from('::ffff:192.0.2.2'), 200, 'IPv4 in IPv6 is IPv4');
    });

    test('a browser of another site is let in as the route says, before any token', async () => {
      await using gateway = await start(
        [
          named('orders', {
            path: '/pedidos',
            methods: ['POST'],
            maxRequestBytes: 10,
            cors: {
              origins: ['https://shop.example.org', 'https://b.example.org'],
              methods: ['POST'],
              headers: ['authorization'],
              exposed: ['x-total'],
              credentials: true,
            },
          }),
          named('open', { path: '/menu', cors: { origins: ['*'] } }),
        ],
        world.issuer,
      );
      const preflight = (path: string, origin: string, method = 'POST') =>
        gateway.ask(path, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': method },
        });
      const allowed = await preflight('/pedidos', 'https://shop.example.org');
      assert.equal(allowed.status, 204);
      assert.equal(allowed.headers['access-control-allow-origin'], 'https://shop.example.org');
      assert.equal(allowed.headers['access-control-allow-methods'], 'POST');
      assert.equal(allowed.headers['access-control-allow-headers'], 'authorization');
      assert.equal(allowed.headers['access-control-allow-credentials'], 'true');
      assert.equal(allowed.headers['access-control-max-age'], '600');
      assert.equal(allowed.headers.vary, 'origin');
      const other = await preflight('/pedidos', 'https://evil.example');
      assert.equal(other.headers['access-control-allow-origin'], undefined);
      assert.equal(other.headers['access-control-allow-methods'], undefined);
      assert.equal((await preflight('/pedidos', 'https://b.example.org', 'GET')).status, 405);
      const refused = await gateway.ask('/pedidos', {
        method: 'POST',
        headers: { origin: 'https://b.example.org' },
        body: 'longer than ten',
      });
      assert.equal(refused.status, 413);
      assert.equal(
        refused.headers['access-control-allow-origin'],
        'https://b.example.org',
        'a page must be able to read why',
      );
      const open = await gateway.ask('/menu', { headers: { origin: 'https://any.example' } });
      assert.equal(open.headers['access-control-allow-origin'], '*');
      assert.equal(open.headers.vary, undefined);
    });

    test('a service that takes no connection is 502', async () => {
      const gone = await startUpstream();
      await gone[Symbol.asyncDispose]();
      await using gateway = await start(
        [named('gone', { upstreams: [{ url: gone.url }], retries: 0, circuitBreaker: null })],
        world.issuer,
      );
      const answer = await gateway.ask('/');
      assert.equal(answer.status, 502);
      assert.equal(answer.json().code, 'gateway.upstream_unreachable');
      assert.equal(answer.json().status, 502);
    });

    test('a service that does not answer in time is 504', async () => {
      await using silent = await startUpstream(() => undefined);
      await using gateway = await start(
        [
          named('silent', {
            upstreams: [{ url: silent.url }],
            retries: 0,
            timeouts: { connectMs: 1000, responseMs: 200, idleMs: 200 },
          }),
        ],
        world.issuer,
      );
      const answer = await gateway.ask('/');
      assert.equal(answer.status, 504);
      assert.equal(answer.json().code, 'gateway.upstream_late');
    });
  });
}
