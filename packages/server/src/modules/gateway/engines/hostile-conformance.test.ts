import assert from 'node:assert/strict';
import { METHODS } from 'node:http';
import { describe, test } from 'node:test';
import { routeOf, startUpstream, type AnswerBody } from '../plane-test-kit.ts';
import { createConformanceWorld } from './conformance-test-kit.ts';
import { engines, type RunningEngine } from './engines-test-kit.ts';

const world = createConformanceWorld();
const { named } = world;

const requestOf = (
  lines: readonly string[],
  { method = 'GET', path = '/', host = 'a', version = '1.1' } = {},
): string =>
  [`${method} ${path} HTTP/${version}`, `Host: ${host}`, 'Connection: close', ...lines, '', ''].join('\r\n');

/** What the service saw of a request that came through. */
const seenOf = async (gateway: RunningEngine, bytes: string): Promise<AnswerBody> => {
  const answer = await gateway.raw(bytes);
  assert.match(answer, /^HTTP\/1\.1 200 /, bytes);
  return JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as AnswerBody;
};

for (const { name, skip, start } of engines) {
  describe(name, { skip }, () => {
    test('a host that is none reaches no service', async () => {
      await using gateway = await start(
        [named('any'), named('shop', { hosts: ['*.example.org'] })],
        world.issuer,
      );
      const before = world.service.seen.length;
      const hosts = [
        'ana@shop.example.org',
        'a:b@shop.example.org',
        '*.example.org',
        'shop.example.org,evil',
      ];
      for (const host of [
        ...hosts,
        'a/b',
        'a"b',
        'a<b>',
        'a\\b',
        'a?b',
        'a#b',
        'a%2eb',
        "a'b",
        'a$b',
        'a;b',
        'é',
      ])
        assert.match(await gateway.raw(requestOf([], { host })), /^HTTP\/1\.1 400 /, host);
      for (const bytes of ['GET / HTTP/1.0\r\n\r\n', 'GET /\r\n\r\n'])
        assert.match(await gateway.raw(bytes), /"code":"gateway.request_refused"|^HTTP\/1\.1 400 /, bytes);
      assert.equal(world.service.seen.length, before);
    });

    test('what follows a host must be a port to be taken off', async () => {
      await using gateway = await start(
        [named('any'), named('shop', { hosts: ['shop.example.org'] })],
        world.issuer,
      );
      const taken = async (host: string) =>
        /x-route: (\w+)/i.exec(await gateway.raw(requestOf([], { host })))?.[1];
      for (const host of ['shop.example.org', 'SHOP.Example.org.', 'shop.example.org.:80'])
        assert.equal(await taken(host), 'shop', host);
      for (const host of ['shop.example.org:', 'shop.example.org:80:80', 'shop.example.org:http', '[::1]:80'])
        assert.equal(await taken(host), 'any', host);
    });

    test('a method that is none, or shows what only services see, is refused', async () => {
      const closed = { methods: ['POST'], authentication: { mode: 'required', issuers: ['users'] } };
      await using gateway = await start(
        [named('open'), named('closed', { path: '/closed', ...closed })],
        world.issuer,
      );
      const before = world.service.seen.length;
      for (const method of ['post', 'POSTS', 'TRACE', 'CONNECT', 'X'])
        assert.doesNotMatch(
          await gateway.raw(requestOf([], { method, path: '/closed' })),
          /^HTTP\/1\.1 [235]/,
        );
      assert.equal(world.service.seen.length, before);
      assert.ok(METHODS.includes('PROPFIND'));
      assert.equal((await seenOf(gateway, requestOf([], { method: 'PROPFIND' }))).method, 'PROPFIND');
    });

    test('cookies of the console, which has the same host name, reach no service', async () => {
      await using gateway = await start([named('any')], world.issuer);
      const seen = async (cookie: string) =>
        (await seenOf(gateway, requestOf([`Cookie: ${cookie}`]))).headers['cookie'];
      assert.equal(await seen('a=1; dumont_session=secret; b=2;dumont_csrf=x'), 'a=1; b=2');
      assert.equal(await seen('dumont_session=secret; a=dumont_1'), 'a=dumont_1');
      assert.equal(await seen('dumont_session=s; dumont_refresh=r; dumont_csrf=c'), undefined);
      assert.equal(await seen('a=1; mydumont_b=2'), 'a=1; mydumont_b=2');
      const many = Array.from({ length: 9 }, (_, index) => `dumont_${index}=secret`).join('; ');
      assert.doesNotMatch((await seen(`${many}; a=1`)) ?? '', /secret/);
      const lines = requestOf(['Cookie: a=1; dumont_session=secret', 'Cookie: dumont_csrf=secret; b=2']);
      assert.doesNotMatch((await seenOf(gateway, lines)).headers['cookie'] ?? '', /secret/);
    });

    test('a name that services read as one of the gateway, or of its rules, is as little passed on', async () => {
      const rules = { set: { 'x-api-key': 'ours' }, remove: ['x-secret'] };
      await using gateway = await start([named('any', { requestHeaders: rules })], world.issuer);
      const forged = ['X_Gateway_Identity', 'x-consumer_id', 'X_FORWARDED_FOR', 'x_real_ip', 'X_Request_Id'];
      const lines = [...forged, 'x_api_key', 'X_Secret'].map((each) => `${each}: forged`);
      const { headers } = await seenOf(gateway, requestOf([...lines, 'x-other: mine']));
      assert.deepEqual(
        Object.entries(headers).filter(([, value]) => value === 'forged'),
        [],
      );
      assert.equal(headers['x-api-key'], 'ours');
      assert.equal(headers['x-other'], 'mine');
    });

    test('no client says which headers the proxies of a service take off', async () => {
      await using gateway = await start(
        [named('any'), named('board', { path: '/board', webSockets: true })],
        world.issuer,
      );
      const connection = 'Connection: close, x-forwarded-for, x-request-id';
      const seen = await seenOf(gateway, `GET / HTTP/1.1\r\nHost: a\r\n${connection}\r\n\r\n`);
      assert.doesNotMatch(seen.headers['connection'] ?? '', /x-/);
      assert.equal(seen.headers['x-forwarded-for'], '127.0.0.1');
    });

    test('a WebSocket is all that a connection may become, and its service sees no token', async () => {
      const upstreams = [{ url: world.service.url }];
      await using gateway = await start(
        [named('any'), routeOf({ path: '/board', upstreams, webSockets: true, retries: 0 })],
        world.issuer,
      );
      const ask = (path: string, lines: readonly string[], method = 'GET') =>
        gateway.raw([`${method} ${path} HTTP/1.1`, 'Host: a', ...lines, '', ''].join('\r\n'));
      const before = world.service.seen.length;
      const connection = 'Connection: keep-alive, Upgrade';
      const upgrade = [connection, 'Upgrade: websocket'];
      for (const lines of [
        [connection, 'Upgrade: h2c'],
        [connection, 'Upgrade: websocket, h2c'],
      ])
        assert.match(await ask('/board', lines), /^HTTP\/1\.1 400 /, lines.join());
      assert.match(await ask('/board', [...upgrade, 'Content-Length: 0'], 'POST'), /^HTTP\/1\.1 400 /);
      assert.match(await ask('/', upgrade), /^HTTP\/1\.1 400 /);
      assert.equal(world.service.seen.length, before);
      // Where nobody asks for the connection, it is a request like others.
      assert.match(await ask('/', ['Connection: close', 'Upgrade: websocket']), /^HTTP\/1\.1 200 /);
      assert.equal(world.service.seen.at(-1)?.headers['upgrade'], undefined);
      const socket = ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13'];
      await ask('/board', [...upgrade, ...socket, 'Sec-WebSocket-Protocol: bearer.secret, chat']);
      assert.equal(world.service.seen.at(-1)?.url, '/board');
      assert.equal(world.service.seen.at(-1)?.headers['upgrade'], 'websocket');
      assert.equal(world.service.seen.at(-1)?.headers['sec-websocket-protocol'], 'chat');
      await ask('/board', [connection, 'Upgrade: websocket', 'Upgrade: h2c', ...socket]);
      assert.doesNotMatch(world.service.seen.at(-1)?.headers['upgrade'] ?? '', /h2c/);
    });

    test('headers that decide come once', async () => {
      await using gateway = await start([named('any')], world.issuer);
      const before = world.service.seen.length;
      const twice = requestOf(['Authorization: Bearer a', 'Authorization: Bearer b']);
      assert.match(await gateway.raw(twice), /^HTTP\/1\.1 400 /);
      assert.equal(world.service.seen.length, before);
      const types = await gateway.raw(requestOf(['Content-Type: text/plain', 'Content-Type: text/html']));
      if (!types.startsWith('HTTP/1.1 400 '))
        assert.deepEqual(world.service.seen.at(-1)?.headersDistinct['content-type'], ['text/plain']);
    });

    test('a service says neither who may read its answers, where the route does, nor how the connection is', async () => {
      const evil = 'https://evil.example';
      await using talkative = await startUpstream((_, response) => {
        response.writeHead(200, {
          'access-control-allow-origin': evil,
          'access-control-allow-credentials': 'true',
          'keep-alive': 'timeout=1',
          'proxy-connection': 'x',
          trailer: 'x-end',
          upgrade: 'h2c',
          'x-a': '1',
        });
        response.end('ok');
      });
      const cors = { origins: ['https://shop.example'], credentials: true, exposed: ['x%y'] };
      await using gateway = await start(
        [routeOf({ upstreams: [{ url: talkative.url }], cors })],
        world.issuer,
      );
      const read = async (...origins: string[]) => {
        const answer = await gateway.raw(requestOf(origins.map((origin) => `Origin: ${origin}`)));
        assert.match(answer, /^HTTP\/1\.1 200 /);
        assert.doesNotMatch(answer, /timeout=1|^(proxy-connection|trailer|upgrade):/im);
        return [...answer.matchAll(/^access-control-allow-origin: (.*)\r$/gim)].map(([, origin]) => origin);
      };
      assert.deepEqual(await read(evil), []);
      assert.deepEqual(await read(), []);
      assert.deepEqual(await read('https://shop.example'), ['https://shop.example']);
      assert.ok(!(await read('https://shop.example', evil)).includes(evil));
      const shown = await gateway.ask('/', { headers: { origin: 'https://shop.example' } });
      assert.equal(shown.headers['access-control-expose-headers'], 'x%y');
    });

    test('a header is set to the very letters that the route has, and many headers come through', async () => {
      const set = { 'x-a': 'caf\u00e9', 'x-b': String.raw`%[src] $host ${'${x}'} \ " ' # {};` };
      const long = `x-${'l'.repeat(90)}`;
      await using gateway = await start(
        [
          named('set', {
            requestHeaders: { set: { ...set, [long]: '1' } },
            responseHeaders: { set },
            cors: { origins: ['*'], exposed: Array.from({ length: 30 }, (_, index) => `${long}${index}`) },
          }),
        ],
        world.issuer,
      );
      const answer = await gateway.ask('/');
      const { headers } = answer.json();
      for (const each of [headers, answer.headers]) {
        assert.equal(each['x-b'], set['x-b']);
        assert.equal(each['x-a'], name === 'nginx' ? Buffer.from(set['x-a']).toString('latin1') : set['x-a']);
      }
      assert.equal(headers[long], '1');
      const many = Array.from({ length: 300 }, (_, index) => `x-${index}: 1`);
      assert.equal((await seenOf(gateway, requestOf(many))).headers['x-299'], '1');
    });

    test('a route names the host of its service, and does not take away what the gateway says', async () => {
      const requestHeaders = { set: { host: 'inside.example' }, remove: ['x-forwarded-for', 'x-request-id'] };
      await using gateway = await start(
        [
          named('its own', { path: '/own', requestHeaders }),
          named('the client', { path: '/kept', requestHeaders, preserveHost: true }),
        ],
        world.issuer,
      );
      for (const path of ['/own', '/kept']) {
        await gateway.ask(path);
        const seen = world.service.seen.at(-1);
        assert.equal(seen?.url, path);
        assert.deepEqual(seen.headersDistinct['host'], ['inside.example']);
        assert.deepEqual(seen.headersDistinct['x-forwarded-for'], ['127.0.0.1']);
        assert.equal(seen.headersDistinct['x-request-id']?.length, 1);
      }
    });

    test('a body in a coding that nobody here knows is refused', async () => {
      await using gateway = await start([named('any')], world.issuer);
      const before = world.service.seen.length;
      for (const coding of ['gzip, chunked', 'xchunked', 'identity', 'chunked, chunked'])
        assert.match(
          await gateway.raw(`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`),
          /^HTTP\/1\.1 (4|501)/,
          coding,
        );
      assert.equal(world.service.seen.length, before);
    });
  });
}
