import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../../../test/wait.ts';
import { assertWithin } from '../../../../test/slowness.ts';
import { startHealthChecks } from '../health-checks.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { routeOf, startPlane, startUpstream } from '../plane-test-kit.ts';

const closedPort = async (): Promise<string> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
};

/** Answers these bytes to whoever connects, and ends the connection where it says so. */
const startRaw = async (answer: string, ends: boolean): Promise<AsyncDisposable & { url: string }> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => (ends ? socket.end(answer, 'latin1') : socket.write(answer, 'latin1')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
};

test('requests are shared out by weight, and not in bursts', async () => {
  await using heavy = await startUpstream();
  await using light = await startUpstream();
  await using gateway = await startPlane([
    routeOf({
      upstreams: [
        { url: heavy.url, weight: 3 },
        { url: light.url, weight: 1 },
      ],
    }),
  ]);
  const order: string[] = [];
  for (let index = 0; index < 8; index += 1) {
    await gateway.ask('/');
    order.push(gateway.exchanges.at(-1)?.upstream === heavy.url ? 'h' : 'l');
  }
  assert.equal(order.filter((one) => one === 'h').length, 6);
  assert.doesNotMatch(order.join(''), /ll/);
});

test('what nobody checks is known by its last answer', async () => {
  await using service = await startUpstream();
  const down = routeOf({ path: '/down', upstreams: [{ url: await closedPort() }], circuitBreaker: null });
  await using gateway = await startPlane([routeOf({ path: '/up', upstreams: [{ url: service.url }] }), down]);
  const states = () =>
    gateway.plane.routes.flatMap(({ upstreams }) => upstreams.map((each) => each.health().state));
  assert.deepEqual(states(), ['unknown', 'unknown']);
  for (const path of ['/up', '/down']) await gateway.ask(path);
  assert.deepEqual(states(), ['healthy', 'unknown']);
});

test('an upstream that takes no connection costs nobody an answer while another one does', async () => {
  await using service = await startUpstream();
  await using gateway = await startPlane([
    routeOf({ upstreams: [{ url: await closedPort(), weight: 1000 }, { url: service.url }] }),
  ]);
  for (const method of ['GET', 'POST', 'PATCH']) {
    const answer = await gateway.ask('/', { method, ...(method === 'GET' ? {} : { body: 'x' }) });
    assert.equal(answer.status, 200, method);
  }
  assert.equal(service.seen.length, 3);
});

test('beyond what an upstream may have to do at once, few wait and the others are told at once to come again', async () => {
  const held: ServerResponse[] = [];
  await using slow = await startUpstream((_, response) => void held.push(response));
  await using gateway = await startPlane(
    [
      routeOf({
        upstreams: [{ url: slow.url }],
        timeouts: { connectMs: 1000, responseMs: 60_000, idleMs: 60_000 },
      }),
    ],
    { upstreamConnections: 2 },
  );
  const answers = Array.from({ length: 5 }, () => gateway.ask('/'));
  const refused = await Promise.race(answers);
  assert.equal(refused.status, 503);
  assert.equal(refused.json().code, 'gateway.upstream_busy');
  assert.equal(refused.headers['retry-after'], '1');
  await waitFor('two requests at the upstream', () => held.length === 2);
  held[0]?.end('done');
  await waitFor('the one that waited', () => held.length === 3);
  // Nothing becomes free for the one that still waits.
  await waitFor(
    'the end of its patience',
    () => gateway.exchanges.filter(({ status }) => status === 503).length === 2,
  );
  assert.equal(held.length, 3);
  for (const response of held) response.end('done');
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assert.deepEqual(
    statuses.toSorted((a, b) => a - b),
    [200, 200, 200, 503, 503],
  );
  const [upstream] = gateway.plane.routes.flatMap(({ upstreams }) => upstreams);
  assert.equal(upstream?.health().state, 'healthy', 'to be busy is no fault');
});

test('who meets a busy upstream is taken to another one that has room', async () => {
  const held: ServerResponse[] = [];
  await using slow = await startUpstream((_, response) => void held.push(response));
  await using service = await startUpstream();
  await using gateway = await startPlane(
    [
      routeOf({
        upstreams: [{ url: slow.url, weight: 1000 }, { url: service.url }],
        timeouts: { connectMs: 60_000, responseMs: 60_000, idleMs: 60_000 },
      }),
    ],
    { upstreamConnections: 1 },
  );
  const first = gateway.ask('/');
  await waitFor('a request at the upstream', () => held.length === 1);
  assert.equal((await gateway.ask('/', { method: 'POST', body: 'x' })).status, 200);
  assert.equal(service.seen.length, 1);
  held[0]?.end('done');
  assert.equal((await first).status, 200);
});

test('what may have been done by an upstream is not asked of another, unless asking twice does no harm', async () => {
  let asked = 0;
  await using broken = await startUpstream((request) => {
    asked += 1;
    request.socket.destroy();
  });
  await using service = await startUpstream();
  await using gateway = await startPlane([
    routeOf({ upstreams: [{ url: broken.url, weight: 1000 }, { url: service.url }], circuitBreaker: null }),
  ]);
  const posted = await gateway.ask('/', { method: 'POST', body: 'x' });
  assert.equal(posted.status, 502);
  assert.equal(posted.json().code, 'gateway.upstream_broke_off');
  assert.equal(asked, 1);
  assert.equal((await gateway.ask('/')).status, 200);
  assert.equal(service.seen.length, 1);
});

test('an answer 503 of one upstream is hidden by another one, and told when it is the last', async () => {
  await using busy = await startUpstream((_, response) => response.writeHead(503).end('busy'));
  await using service = await startUpstream();
  await using gateway = await startPlane([
    routeOf({ path: '/two', upstreams: [{ url: busy.url, weight: 1000 }, { url: service.url }] }),
    routeOf({ path: '/one', upstreams: [{ url: busy.url }], retries: 1, circuitBreaker: null }),
  ]);
  assert.equal((await gateway.ask('/two')).status, 200);
  const alone = await gateway.ask('/one');
  assert.equal(alone.status, 503);
  assert.equal(alone.text, 'busy');
});

test('an upstream that does not answer is 504 after the time of the route', async () => {
  await using silent = await startUpstream(() => undefined);
  await using gateway = await startPlane([
    routeOf({
      upstreams: [{ url: silent.url }],
      retries: 0,
      timeouts: { connectMs: 500, responseMs: 200, idleMs: 500 },
    }),
  ]);
  const startedMs = performance.now();
  const late = await gateway.ask('/');
  assert.equal(late.status, 504);
  assert.equal(late.json().code, 'gateway.upstream_late');
  assertWithin(startedMs, 2500);
});

test('an answer that ends before its announced length is broken off at the client, never taken for whole', async () => {
  await using short = await startRaw('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this', true);
  await using chunked = await startRaw(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
    true,
  );
  await using gateway = await startPlane([
    routeOf({ path: '/short', upstreams: [{ url: short.url }], retries: 0 }),
    routeOf({ path: '/chunked', upstreams: [{ url: chunked.url }], retries: 0 }),
  ]);
  await assert.rejects(gateway.ask('/short'), /aborted|ECONNRESET|hang up/);
  await assert.rejects(gateway.ask('/chunked'), /aborted|ECONNRESET|hang up/);
  assert.ok(gateway.exchanges.every(({ error }) => error !== undefined));
});

test('what an upstream sends behind its answer is never the answer to somebody else', async () => {
  await using service = await startRaw(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison',
    false,
  );
  await using gateway = await startPlane([
    routeOf({ upstreams: [{ url: service.url }], circuitBreaker: null }),
  ]);
  for (let index = 0; index < 5; index += 1) {
    const answer = await gateway.ask('/');
    assert.notEqual(answer.text, 'poison');
  }
});

test('an answer that is no HTTP is 502', async () => {
  await using strange = await startRaw('SSH-2.0-OpenSSH_9.2\r\n', false);
  await using gateway = await startPlane([routeOf({ upstreams: [{ url: strange.url }], retries: 0 })]);
  assert.equal((await gateway.ask('/')).status, 502);
});

test('answers beyond the limit of the route are refused, or broken off where they did not say how long they are', async () => {
  await using announced = await startUpstream((_, response) => response.end('x'.repeat(5000)));
  await using streamed = await startUpstream((_, response) => {
    response.write('x'.repeat(3000));
    setTimeout(() => response.end('x'.repeat(3000)), 20);
  });
  await using gateway = await startPlane([
    routeOf({ path: '/announced', upstreams: [{ url: announced.url }], maxResponseBytes: 4000, retries: 0 }),
    routeOf({ path: '/streamed', upstreams: [{ url: streamed.url }], maxResponseBytes: 4000, retries: 0 }),
  ]);
  const refused = await gateway.ask('/announced');
  assert.equal(refused.status, 502);
  assert.equal(refused.json().code, 'gateway.response_too_large');
  await assert.rejects(gateway.ask('/streamed'));
});

test('a stream reaches the client as it comes', async () => {
  const gate = Promise.withResolvers<void>();
  await using service = await startUpstream(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: first\n\n');
    await gate.promise;
    response.end('data: last\n\n');
  });
  await using gateway = await startPlane([routeOf({ upstreams: [{ url: service.url }] })]);
  const request = httpRequest({ port: gateway.port, agent: false });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const [first] = (await once(response, 'data')) as [Buffer];
  assert.equal(first.toString(), 'data: first\n\n');
  gate.resolve();
  const [last] = (await once(response, 'data')) as [Buffer];
  assert.equal(last.toString(), 'data: last\n\n');
});

test('a client that reads slowly holds the upstream back, and memory stays', async () => {
  let written = 0;
  await using service = await startUpstream((_, response) => {
    const piece = Buffer.alloc(256 * 1024);
    const more = (): void => {
      if (written === 200) return void response.end();
      written += 1;
      response.write(piece, more);
    };
    more();
  });
  await using gateway = await startPlane([routeOf({ upstreams: [{ url: service.url }] })]);
  const request = httpRequest({ port: gateway.port, agent: false });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await delay(300);
  assert.ok(written < 150, `${written} of 200 pieces left the upstream while nobody read`);
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) bytes += chunk.length;
  assert.ok(bytes >= 200 * 256 * 1024);
});

test('a client that leaves ends the request at the upstream, and that says nothing against the upstream', async () => {
  const left = Promise.withResolvers<void>();
  await using service = await startUpstream((request, response) => {
    response.write('begins');
    request.socket.once('close', () => left.resolve());
  });
  await using gateway = await startPlane([
    routeOf({ upstreams: [{ url: service.url }], circuitBreaker: { failures: 1, openSeconds: 60 } }),
  ]);
  const request = httpRequest({ port: gateway.port, agent: false });
  request.on('error', () => undefined);
  request.end();
  await once(request, 'response');
  request.destroy();
  await left.promise;
  await waitFor('the request to be over', () => gateway.exchanges.length === 1);
  assert.equal(gateway.exchanges[0]?.status, 499);
  assert.equal(gateway.plane.routes[0]?.upstreams[0]?.waitMs(), 0);
});

test('after failures in a row an upstream is left alone, then tried by one request', async () => {
  let isWell = false;
  let asked = 0;
  await using service = await startUpstream((request, response) => {
    asked += 1;
    if (isWell) response.end('well');
    else request.socket.destroy();
  });
  await using gateway = await startPlane([
    routeOf({
      upstreams: [{ url: service.url }],
      retries: 0,
      circuitBreaker: { failures: 2, openSeconds: 1 },
    }),
  ]);
  assert.deepEqual([(await gateway.ask('/')).status, (await gateway.ask('/')).status], [502, 502]);
  const spared = await gateway.ask('/');
  assert.equal(spared.status, 503);
  assert.equal(spared.json().code, 'gateway.upstream_unhealthy');
  assert.equal(spared.headers['retry-after'], '1');
  assert.equal(asked, 2);
  assert.equal(gateway.plane.routes[0]?.upstreams[0]?.health().state, 'open');
  isWell = true;
  await delay(1050);
  assert.equal((await gateway.ask('/')).text, 'well');
  assert.equal((await gateway.ask('/')).text, 'well');
});

test('a health check takes an upstream out before a request finds out, and back in', async () => {
  let isWell = true;
  await using sick = await startUpstream((request, response) => {
    response.writeHead(request.url === '/health' && !isWell ? 500 : 200).end('sick');
  });
  await using service = await startUpstream();
  await using gateway = await startPlane([
    routeOf({
      upstreams: [{ url: sick.url }, { url: service.url }],
      healthCheck: { path: '/health', intervalSeconds: 1, unhealthyAfter: 1, healthyAfter: 1 },
    }),
  ]);
  await using _ = startHealthChecks({ clock: systemClock, routes: () => gateway.plane.routes });
  const stateOf = () => gateway.plane.routes[0]?.upstreams[0]?.health().state;
  await waitFor('the upstream to be healthy', () => stateOf() === 'healthy');
  isWell = false;
  await waitFor('the upstream to be unhealthy', () => stateOf() === 'unhealthy');
  for (let index = 0; index < 4; index += 1) assert.notEqual((await gateway.ask('/')).text, 'sick');
  isWell = true;
  await waitFor('the upstream to be healthy', () => stateOf() === 'healthy');
});

test('a user cannot make the gateway reach what only this host can reach', async () => {
  await using secret = await startUpstream();
  const port = new URL(secret.url).port;
  const routes = ['127.0.0.1', 'localhost', '[::1]'].map((host, index) => ({
    ...routeOf({ path: `/${index}`, upstreams: [{ url: `http://${host}:${port}` }], retries: 0 }),
    managedBy: null,
  }));
  await using gateway = await startPlane(routes);
  for (const index of routes.keys()) assert.equal((await gateway.ask(`/${index}`)).status, 502);
  assert.equal(secret.seen.length, 0);
});
