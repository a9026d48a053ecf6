import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../kernel/clock.ts';
import { consumerOf, routeOf, startPlane, startUpstream, verifierOf } from '../plane-test-kit.ts';

test('routes change under load without one request dropped', async () => {
  await using one = await startUpstream((_, response) => setTimeout(() => response.end('one'), 5));
  await using two = await startUpstream((_, response) => setTimeout(() => response.end('two'), 5));
  const routes = [one, two].map(({ url }) => [routeOf({ upstreams: [{ url }], retries: 0 })]);
  await using gateway = await startPlane(routes[0] ?? []);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const answers: string[] = [];
  const failures: unknown[] = [];
  const ask = (): Promise<void> =>
    new Promise((resolve) => {
      const request = httpRequest({ port: gateway.port, agent }, (response) => {
        response.on('data', (chunk: Buffer) => answers.push(`${response.statusCode} ${chunk.toString()}`));
        response.on('end', resolve);
      });
      request.on('error', (error) => {
        failures.push(error);
        resolve();
      });
      request.end();
    });
  let isOver = false;
  const load = Promise.all(
    Array.from({ length: 16 }, async () => {
      while (!isOver) await ask();
    }),
  );
  for (let change = 1; change <= 20; change += 1) {
    await delay(20);
    gateway.plane.load(routes[change % 2] ?? []);
  }
  isOver = true;
  await load;
  agent.destroy();
  assert.deepEqual(failures, []);
  assert.deepEqual([...new Set(answers)].toSorted(), ['200 one', '200 two']);
});

test('a request that is under way ends by the route that it began with, also where that is gone', async () => {
  const gate = Promise.withResolvers<void>();
  await using service = await startUpstream(async (_, response) => {
    await gate.promise;
    response.end('whole');
  });
  await using gateway = await startPlane([routeOf({ upstreams: [{ url: service.url }] })]);
  const asked = gateway.ask('/');
  while (service.seen.length === 0) await delay(5);
  gateway.plane.load([]);
  assert.equal((await gateway.ask('/')).status, 404);
  gate.resolve();
  assert.equal((await asked).text, 'whole');
});

test('what is known of an upstream stays when another route changes', async () => {
  await using service = await startUpstream((request) => void request.socket.destroy());
  const route = routeOf({
    upstreams: [{ url: service.url }],
    retries: 0,
    circuitBreaker: { failures: 1, openSeconds: 60 },
  });
  await using gateway = await startPlane([route]);
  assert.equal((await gateway.ask('/')).status, 502);
  gateway.plane.load([route, routeOf({ path: '/other', upstreams: [{ url: service.url }] })]);
  assert.equal((await gateway.ask('/')).status, 503);
});

test('a gateway that stops lets requests end and takes no more', async () => {
  const gate = Promise.withResolvers<void>();
  await using service = await startUpstream(async (_, response) => {
    await gate.promise;
    response.end('whole');
  });
  const gateway = await startPlane([routeOf({ upstreams: [{ url: service.url }] })]);
  const asked = gateway.ask('/');
  while (service.seen.length === 0) await delay(5);
  const stopped = gateway[Symbol.asyncDispose]();
  await assert.rejects(gateway.ask('/'), /ECONNREFUSED/);
  gate.resolve();
  assert.equal((await asked).text, 'whole');
  await stopped;
});

test('a stream or a WebSocket that stays open is not slow: what counts is how long its answer was waited for', async () => {
  const sockets = new WebSocketServer({ noServer: true });
  const over = Promise.withResolvers<void>();
  await using service = await startUpstream(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    await over.promise;
    response.end('data: last\n\n');
  });
  const upgrading = createServer().on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (opened) => void over.promise.then(() => opened.close())),
  );
  upgrading.listen(0, '127.0.0.1');
  await once(upgrading, 'listening');
  const boards = `http://127.0.0.1:${(upgrading.address() as AddressInfo).port}`;
  let elapsedMs = 0;
  const times: [waitedMs: number, tookMs: number][] = [];
  await using gateway = await startPlane(
    [
      routeOf({ path: '/events', upstreams: [{ url: service.url }] }),
      routeOf({ path: '/board', upstreams: [{ url: boards }], webSockets: true }),
    ],
    {
      clock: { ...systemClock, elapsedMs: () => elapsedMs },
      observe: (_, waitedMs, tookMs) => void times.push([waitedMs, tookMs]),
    },
  );
  const stream = await fetch(`http://127.0.0.1:${gateway.port}/events`);
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/board`);
  await once(socket, 'open');
  elapsedMs = 60_000;
  over.resolve();
  assert.equal(await stream.text(), 'data: last\n\n');
  await once(socket, 'close');
  while (times.length < 2) await delay(5);
  assert.deepEqual(times, [
    [0, 60_000],
    [0, 60_000],
  ]);
  upgrading.close();
});

test('a WebSocket goes through where the route says so, with a token in its protocol that the service never sees', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  const asked: { protocol: string | undefined; identity: string | undefined; url: string | undefined }[] = [];
  sockets.on('connection', (socket, request) => {
    asked.push({
      protocol: request.headers['sec-websocket-protocol'],
      identity: request.headers['x-consumer-id'] as string | undefined,
      url: request.url,
    });
    socket.on('message', (data: Buffer) => socket.send(`heard ${data.toString()}`));
  });
  const url = `http://127.0.0.1:${(sockets.address() as AddressInfo).port}`;
  await using gateway = await startPlane(
    [
      routeOf({
        path: '/quadros/{proxy+}',
        upstreams: [{ url }],
        webSockets: true,
        identityAudience: 'storefront',
        authentication: { mode: 'required', issuers: ['users'] },
      }),
      routeOf({ path: '/plain', upstreams: [{ url }] }),
    ],
    { verifiersOf: () => [verifierOf({ good: consumerOf() })] },
  );
  const open = (path: string, protocols: string[] = []) =>
    new WebSocket(`ws://127.0.0.1:${gateway.port}${path}`, protocols);

  const socket = open('/quadros/cozinha?de=5', ['board.v1', 'bearer.good']);
  await once(socket, 'open');
  socket.send('hello');
  const [data] = (await once(socket, 'message')) as [Buffer];
  assert.equal(data.toString(), 'heard hello');
  assert.deepEqual(asked, [{ protocol: 'board.v1', identity: 'ana', url: '/quadros/cozinha?de=5' }]);
  const closed = once(socket, 'close');
  for (const client of sockets.clients) client.close(4001, 'over');
  assert.equal(((await closed) as [number])[0], 4001);

  const statusOf = async (path: string): Promise<number> => {
    const [, response] = (await once(open(path), 'unexpected-response')) as [unknown, { statusCode: number }];
    return response.statusCode;
  };
  assert.equal(await statusOf('/quadros/cozinha'), 401);
  assert.equal(await statusOf('/plain'), 400);
  assert.equal(await statusOf('/nowhere'), 404);
  assert.equal(asked.length, 1);
  const ended = once(sockets, 'close');
  sockets.close();
  for (const client of sockets.clients) client.terminate();
  await ended;
});
