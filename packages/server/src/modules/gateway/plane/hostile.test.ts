import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../../../test/wait.ts';
import { systemClock } from '../../../kernel/clock.ts';
import type { TokenVerifier } from '../consumers.ts';
import { consumerOf, routeOf, startPlane, startUpstream, verifierOf } from '../plane-test-kit.ts';
import type { Plane } from './plane.ts';

const required = { mode: 'required', issuers: ['users'] };
const upgrade = 'Connection: upgrade\r\nUpgrade: websocket\r\n\r\n';

/** A client that does not close its end by itself. */
const open = async (port: number): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

const hasNoConnection = (plane: Plane): Promise<boolean> =>
  new Promise((resolve) => plane.server.getConnections((_, count) => resolve(count === 0)));

/** Says yes to every WebSocket, and never closes one. */
const startSockets = async (): Promise<AsyncDisposable & { url: string; sockets: Socket[] }> => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(`HTTP/1.1 101 Switching Protocols\r\n${upgrade}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

/** Takes its time, so that a client can leave meanwhile. */
const slowVerifier = () => {
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const verifier: TokenVerifier = {
    recall: () => undefined,
    verify: async () => {
      asked.resolve();
      await gate.promise;
      return consumerOf();
    },
  };
  return { verifier, asked: asked.promise, go: gate.resolve };
};

/** More than any buffer takes. */
const endless = (_: IncomingMessage, response: ServerResponse): void => {
  const piece = Buffer.alloc(1024 * 1024);
  const more = (): void => void response.write(piece, (error) => error ?? more());
  more();
};

for (const kind of ['request', 'WebSocket'] as const)
  test(`a client that leaves before its token is verified is not asked for at an upstream: a ${kind}`, async () => {
    await using service = await startSockets();
    const { verifier, asked, go } = slowVerifier();
    await using gateway = await startPlane(
      [routeOf({ upstreams: [{ url: service.url }], webSockets: true, authentication: required })],
      { verifiersOf: () => [verifier] },
    );
    const client = await open(gateway.port);
    const head = 'GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n';
    client.write(`${head}${kind === 'WebSocket' ? upgrade : '\r\n'}`);
    await asked;
    client.resetAndDestroy();
    await waitFor('the gateway to know', () => hasNoConnection(gateway.plane));
    go();
    await waitFor('the request to be over', () => gateway.exchanges.length === 1);
    assert.equal(gateway.exchanges[0]?.status, 499);
    assert.equal(service.sockets.length, 0);
  });

test('a client that takes nothing of its answer keeps no connection to the upstream', async () => {
  const left = Promise.withResolvers<void>();
  await using service = await startUpstream((request, response) => {
    request.socket.once('close', () => left.resolve());
    endless(request, response);
  });
  await using gateway = await startPlane([
    routeOf({
      upstreams: [{ url: service.url }],
      timeouts: { connectMs: 500, responseMs: 500, idleMs: 300 },
    }),
  ]);
  const client = await open(gateway.port);
  client.pause();
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await left.promise;
  await waitFor('the request to be over', () => gateway.exchanges[0]?.status === 499);
  client.destroy();
});

test('a body that stands still is ended, and that says nothing against the upstream', async () => {
  let passedMs = 0;
  let looks = 0;
  const clock = {
    ...systemClock,
    elapsedMs: () => systemClock.elapsedMs() + passedMs,
    sleep: (ms: number, signal?: AbortSignal) => {
      looks += 1;
      return systemClock.sleep(Math.min(ms, 20), signal);
    },
  };
  await using service = await startUpstream((request) => void request.on('error', () => undefined).resume());
  await using gateway = await startPlane(
    [routeOf({ upstreams: [{ url: service.url }], circuitBreaker: { failures: 1, openSeconds: 60 } })],
    { clock },
  );
  for (const body of ['Content-Length: 9\r\n\r\nab', 'Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n']) {
    const client = await open(gateway.port);
    const closed = once(client, 'close');
    client.on('end', () => client.end()).resume();
    const asked = once(gateway.plane.server, 'request');
    client.write(`POST / HTTP/1.1\r\nHost: a\r\n${body}`);
    await asked;
    const before = looks;
    // One may have begun before all bytes were there, the next has seen them.
    await waitFor('the gateway to look at it', () => looks >= before + 3);
    passedMs += 21_000;
    await closed;
  }
  await waitFor('both to be over', () => gateway.exchanges.length === 2);
  assert.deepEqual(
    gateway.exchanges.map(({ status }) => status),
    [408, 499],
  );
  assert.equal(gateway.plane.routes[0]?.upstreams[0]?.waitMs(), 0);
});

test('a body that is too large opens no circuit breaker, also where the answer has begun', async () => {
  await using service = await startUpstream((request, response) => {
    request.on('error', () => undefined).resume();
    response.write('begins');
  });
  await using gateway = await startPlane([
    routeOf({
      upstreams: [{ url: service.url }],
      maxRequestBytes: 4,
      circuitBreaker: { failures: 1, openSeconds: 60 },
    }),
  ]);
  const client = await open(gateway.port);
  client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n');
  await once(client, 'data');
  client.write('5\r\nhello\r\n');
  await waitFor('the request to be over', () => gateway.exchanges.length === 1);
  assert.equal(gateway.exchanges[0]?.error, 'request.too_large');
  assert.equal(gateway.plane.routes[0]?.upstreams[0]?.waitMs(), 0);
  client.destroy();
});

test('a refused WebSocket keeps no connection, whatever its client does', async () => {
  await using gateway = await startPlane([]);
  const client = await open(gateway.port);
  client.write(`GET / HTTP/1.1\r\nHost: a\r\n${upgrade}`);
  const [answer] = (await once(client, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 404 /);
  await waitFor('the connection to be given up', () => hasNoConnection(gateway.plane));
  client.destroy();
});

test('a gateway stops although WebSockets are open', async () => {
  await using service = await startSockets();
  const gateway = await startPlane([routeOf({ upstreams: [{ url: service.url }], webSockets: true })]);
  const client = await open(gateway.port);
  client.write(`GET / HTTP/1.1\r\nHost: a\r\n${upgrade}`);
  await once(client, 'data');
  const late = new AbortController();
  const ended = await Promise.race([
    gateway[Symbol.asyncDispose]().then(() => 'stopped'),
    delay(5000, 'still there', { signal: late.signal }),
  ]);
  late.abort();
  client.destroy();
  assert.equal(ended, 'stopped');
});

test('tokens that are tried by WebSocket are counted by address, and IPv6 addresses by network', async () => {
  await using service = await startUpstream();
  const rateLimit = { by: 'subject', requests: 2, perSeconds: 3600 };
  const upstreams = [{ url: service.url }];
  await using gateway = await startPlane(
    [
      routeOf({ path: '/board', upstreams, rateLimit, webSockets: true, authentication: required }),
      routeOf({ path: '/menu', upstreams, rateLimit }),
    ],
    { verifiersOf: () => [verifierOf({})], trustProxy: true },
  );
  const statuses: string[] = [];
  for (let tries = 0; tries < 3; tries += 1) {
    const head = `GET /board HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x${tries}\r\n`;
    statuses.push((await gateway.raw(`${head}${upgrade}`)).slice(9, 12));
  }
  assert.deepEqual(statuses, ['401', '401', '429']);
  const from = async (address: string) =>
    (await gateway.ask('/menu', { headers: { 'x-forwarded-for': address } })).status;
  assert.deepEqual(
    [await from('2001:db8:7:7::1'), await from('2001:db8:7:7::2'), await from('2001:db8:7:7:8::3')],
    [200, 200, 429],
  );
  assert.equal(await from('2001:db8:7:8::1'), 200);
});

test('a path that is written otherwise goes where upstreams read it to go', async () => {
  await using service = await startUpstream();
  const upstreams = [{ url: service.url }];
  await using gateway = await startPlane([
    routeOf({ upstreams }),
    routeOf({ path: '/admin/{proxy+}', upstreams, authentication: required }),
    routeOf({ path: '/a,b/{id}', upstreamPath: '/to/{id}', upstreams }),
  ]);
  for (const path of ['/admin/users', '/%61dmin/users', '/admi%6E/users', '/%61%64%6d%69%6e'])
    assert.equal((await gateway.ask(path)).status, 401, path);
  for (const path of ['/menu/..;/admin/users', '/menu/%2e.;x=1/admin', '/menu/.;/x'])
    assert.equal((await gateway.ask(path)).status, 400, path);
  assert.equal((await gateway.ask('/a%2Cb/c%20d')).json().url, '/to/c%20d');
});

test('a host that is none is refused: upstreams make links of it', async () => {
  await using service = await startUpstream();
  await using gateway = await startPlane([routeOf({ upstreams: [{ url: service.url }] })]);
  for (const host of ['a b', 'a/b', 'a@b', 'a"<script>', 'a,b', 'a\\b', 'a?x', 'a#x', 'a\u00e9'])
    assert.match(await gateway.raw(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`), /^HTTP\/1\.1 400 /, host);
  for (const host of ['shop_1.example.org:8000', '[::1]:8000', '127.0.0.1', ''])
    assert.match(await gateway.raw(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`), /^HTTP\/1\.1 200 /, host);
});

test('cookies of the console, which has the same host name, reach no service', async () => {
  await using service = await startUpstream();
  await using gateway = await startPlane([routeOf({ upstreams: [{ url: service.url }] })]);
  const seen = async (cookie: string) =>
    (await gateway.ask('/', { headers: { cookie } })).json().headers['cookie'];
  assert.equal(await seen('a=1; dumont_session=secret; b=2;dumont_csrf=x'), 'a=1; b=2');
  assert.equal(await seen('dumont_session=secret; a=dumont_1'), 'a=dumont_1');
  assert.equal(await seen('dumont_session=secret'), undefined);
});
