import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestApp } from '../../../../../test/test-app.ts';
import { waitFor } from '../../../../../test/wait.ts';
import { assertWithin } from '../../../../../test/slowness.ts';
import { systemClock } from '../../../../kernel/clock.ts';
import { createLogger } from '../../../../kernel/log.ts';
import { createOutbound } from '../../../../kernel/outbound/outbound.ts';
import { ask, routeOf, startPlane, startUpstream, verifierOf, consumerOf } from '../../plane-test-kit.ts';
import type { OwnEndpoint } from '../../plane/plane.ts';
import { createTraffic } from '../../traffic.ts';
import { freePort, startHaproxy, startIssuer, without } from '../engines-test-kit.ts';
import { createIssuerKeyRing } from '../issuer-key-ring.ts';
import { startHaproxyEngine } from './engine.ts';

const skip = without('haproxy');
const log = createLogger('silent');
const clock = systemClock;

/** Clients that keep their connections, one request after the other on each; answers what went wrong. */
const load = async (port: number, path: string, signal: AbortSignal) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const answers = { good: 0, bad: [] as string[] };
  const one = () =>
    new Promise<void>((resolve) => {
      const asked = request({ host: '127.0.0.1', port, path, agent }, (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode === 200) answers.good += 1;
          else answers.bad.push(`status ${response.statusCode}`);
          resolve();
        });
      });
      asked.on('error', (error: NodeJS.ErrnoException) => {
        answers.bad.push(error.code ?? error.message);
        resolve();
      });
      asked.end();
    });
  const client = async (): Promise<void> => {
    while (!signal.aborted) {
      await one();
      await delay(2);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  agent.destroy();
  return answers;
};

test('a change of routes is live within a second and drops no request', { skip }, async () => {
  await using service = await startUpstream();
  await using issuer = await startIssuer();
  const route = (name: string) =>
    routeOf({ name, upstreams: [{ url: service.url }], responseHeaders: { set: { 'x-route': name } } });
  await using gateway = await startHaproxy([route('first')], issuer);
  const stop = new AbortController();
  const loading = load(gateway.port, '/', stop.signal);
  const masterPid = gateway.process.pid;
  const times: number[] = [];
  for (const name of ['second', 'third', 'fourth']) {
    const startedMs = performance.now();
    await gateway.process.load(gateway.render([route(name)]));
    times.push(performance.now() - startedMs);
    assert.equal((await gateway.ask('/')).headers['x-route'], name);
    await delay(200);
  }
  assert.ok(Math.min(...times) < 1000, `it took ${times.join(', ')} ms`);
  stop.abort();
  const { good, bad } = await loading;
  assert.deepEqual(bad, []);
  assert.ok(good > 100, `${good} answers`);
  assert.equal(gateway.process.pid, masterPid);
});

test('what was counted before a change of routes still counts after it', { skip }, async () => {
  await using service = await startUpstream();
  await using issuer = await startIssuer();
  const limited = routeOf({
    path: '/limited',
    upstreams: [{ url: service.url }],
    rateLimit: { requests: 2, perSeconds: 3600 },
  });
  await using gateway = await startHaproxy([limited], issuer);
  assert.equal((await gateway.ask('/limited')).status, 200);
  assert.equal((await gateway.ask('/limited')).status, 200);
  await gateway.process.load(
    gateway.render([limited, routeOf({ path: '/other', upstreams: [{ url: service.url }] })]),
  );
  await waitFor('the counts', async () => (await gateway.ask('/limited')).status === 429, 1000);
});

test(
  'keys that an issuer takes back take along the tokens that were verified by them',
  { skip },
  async () => {
    await using service = await startUpstream();
    await using issuer = await startIssuer();
    const route = routeOf({
      upstreams: [{ url: service.url }],
      authentication: { mode: 'required', issuers: [{ issuer: issuer.url, audience: 'shop' }] },
    });
    await using gateway = await startHaproxy([route], issuer);
    const withdrawn = { headers: { authorization: `Bearer ${await issuer.sign()}` } };
    const other = { headers: { authorization: `Bearer ${await issuer.sign({}, { alg: 'RS256' })}` } };
    assert.equal((await gateway.ask('/', withdrawn)).status, 200);
    assert.equal((await gateway.ask('/', withdrawn)).status, 200, 'remembered');
    issuer.keys.keys.splice(
      issuer.keys.keys.findIndex(({ kid }) => kid === 'one'),
      1,
    );
    const startedMs = performance.now();
    await gateway.process.load(gateway.render([route]));
    await waitFor('its refusal', async () => (await gateway.ask('/', withdrawn)).status === 401, 1000);
    assertWithin(startedMs, 1000);
    assert.equal((await gateway.ask('/', other)).status, 200);
  },
);

test('HAProxy that was killed is there again, and none of it stays when we end it', { skip }, async () => {
  await using service = await startUpstream();
  await using issuer = await startIssuer();
  const gateway = await startHaproxy([routeOf({ upstreams: [{ url: service.url }] })], issuer);
  const { pid } = gateway.process;
  assert.ok(pid !== undefined);
  process.kill(pid, 'SIGKILL');
  await waitFor(
    'another HAProxy',
    async () => gateway.process.pid !== undefined && gateway.process.pid !== pid,
  );
  await waitFor('its answers', async () => (await gateway.ask('/').catch(() => undefined))?.status === 200);
  await gateway[Symbol.asyncDispose]();
  // A worker whose master was killed ends by itself, when it sees that; a connection that it held till then is reset.
  await waitFor('that nobody listens', async () => {
    const answer = await gateway.ask('/').catch((error: unknown) => (error as NodeJS.ErrnoException).code);
    return answer === 'ECONNREFUSED';
  });
});

test('a configuration that HAProxy does not take leaves the one before', { skip }, async () => {
  await using service = await startUpstream();
  await using issuer = await startIssuer();
  await using gateway = await startHaproxy([routeOf({ upstreams: [{ url: service.url }] })], issuer);
  const broken = { text: 'frontend nonsense\n  bind nowhere\n', keyFiles: new Map() };
  await assert.rejects(gateway.process.load(broken), { name: 'ConfigurationRefused' });
  assert.equal((await gateway.ask('/')).status, 200);
});

test('the access log names the route and the request, and neither queries nor CPFs', { skip }, async () => {
  await using service = await startUpstream();
  await using issuer = await startIssuer();
  const folder = await mkdtemp(join(tmpdir(), 'dumont-access-log-'));
  const file = join(folder, 'log');
  const shop = String.raw`the "shop" é 100 %[src] \n`;
  const descriptor = openSync(file, 'a');
  {
    await using gateway = await startHaproxy(
      [
        routeOf({ name: shop, path: '/{proxy+}', upstreams: [{ url: service.url }] }),
        routeOf({ name: 'closed', path: '/closed', methods: ['PUT'], upstreams: [{ url: service.url }] }),
      ],
      issuer,
      { accessLog: descriptor },
    );
    await gateway.ask('/clientes/123.456.789-09/12345678909?token=secret', {
      headers: { 'x-request-id': 'request-17' },
    });
    await gateway.ask('/a//b');
  }
  closeSync(descriptor);
  const text = await readFile(file, 'utf8');
  await rm(folder, { recursive: true });
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const taken = lines.find(({ requestId }) => requestId === 'request-17');
  const refused = lines.find(({ path }) => path === '/a//b');
  assert.equal(taken?.['path'], '/clientes/***/***');
  assert.equal(taken?.['route'], shop);
  assert.equal(taken?.['status'], 200);
  assert.equal(taken?.['address'], '127.0.0.1');
  assert.equal(refused?.['error'], 'gateway.request_refused');
  assert.equal(refused?.['status'], 400);
  assert.doesNotMatch(text, /secret/);
});

test(
  'what HAProxy cannot do is done by the built-in plane behind it, and its own work is counted',
  { skip },
  async () => {
    await using service = await startUpstream();
    const outbound = createOutbound({ allow: ['127.0.0.1'], clock, log });
    const traffic = createTraffic();
    const port = await freePort();
    const ownEndpoint: OwnEndpoint = async (_, response) => void response.end('well');
    await using engine = await startHaproxyEngine({
      bind: `127.0.0.1:${port}`,
      trustProxy: false,
      ownEndpoints: ['GET /health'],
      logsRequests: false,
      keyRing: createIssuerKeyRing({ clock, log, outbound }),
      outbound,
      traffic,
      clock,
      log,
    });
    const routes = [
      routeOf({
        path: '/plain',
        upstreams: [{ url: service.url }],
        rateLimit: { requests: 2, perSeconds: 3600 },
      }),
      routeOf({
        path: '/signed',
        upstreams: [{ url: service.url }],
        identityAudience: 'shop',
        authentication: { mode: 'required', issuers: ['users'] },
      }),
      routeOf({ path: '/gone', upstreams: [{ url: 'http://name.invalid' }] }),
      routeOf({ path: '/loja/{proxy+}', upstreams: [{ url: service.url }] }),
    ];
    await using plane = await startPlane(routes, {
      at: { path: engine.planeSocket },
      trustProxy: true,
      verifiersOf: () => [verifierOf({ good: consumerOf() })],
      ownEndpoints: new Map([['GET /health', ownEndpoint]]),
    });
    await engine.load(routes);
    const headers = {
      authorization: 'Bearer good',
      'x-forwarded-for': '10.0.0.1',
      'x-request-id': 'request-17',
    };
    assert.equal((await ask(port, '/health', {})).text, 'well');
    assert.equal((await ask(port, '/signed', {})).status, 401);
    const signed = await ask(port, '/signed', { headers });
    assert.match(signed.json().headers['x-gateway-identity'] ?? '', /^shop\.ana/);
    assert.equal(signed.json().headers['x-forwarded-for'], '127.0.0.1');
    assert.equal(signed.headers['x-request-id'], 'request-17');
    assert.equal((await ask(port, '/gone', {})).status, 502);
    assert.equal((await ask(port, '/', {})).headers['location'], '/loja');
    assert.deepEqual(
      plane.exchanges.map(({ address, status }) => `${address} ${status}`),
      // What the server answers itself has no status here.
      ['127.0.0.1 0', '127.0.0.1 401', '127.0.0.1 200', '127.0.0.1 502', '127.0.0.1 302'],
    );

    for (let index = 0; index < 3; index += 1) await ask(port, '/plain', {});
    const counted = await waitFor('figures', () => traffic.take().find(({ requests }) => requests > 0));
    const { routeId, requests, clientErrors, rateLimited, serverErrors } = counted;
    assert.deepEqual(
      { routeId, requests, clientErrors, rateLimited, serverErrors },
      { routeId: routes[0]?.id, requests: 3, clientErrors: 1, rateLimited: 1, serverErrors: 0 },
    );
  },
);

test('a name that leads to what only this host can reach is not called', { skip }, async () => {
  await using service = await startUpstream();
  const { port: servicePort } = new URL(service.url);
  const outbound = createOutbound({
    allow: [],
    clock,
    log,
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  const port = await freePort();
  await using engine = await startHaproxyEngine({
    bind: `127.0.0.1:${port}`,
    trustProxy: false,
    ownEndpoints: [],
    logsRequests: false,
    keyRing: createIssuerKeyRing({ clock, log, outbound }),
    outbound,
    traffic: createTraffic(),
    clock,
    log,
  });
  const upstreams = [{ url: `http://inside.example.org:${servicePort}` }];
  const routes = [{ ...routeOf({ path: '/inside', upstreams }), managedBy: null }];
  await using plane = await startPlane(routes, {
    at: { path: engine.planeSocket },
    outbound,
    trustProxy: true,
  });
  await engine.load(routes);
  assert.equal((await ask(port, '/inside', {})).status, 502);
  assert.equal(plane.exchanges.length, 1, 'the built-in plane was asked');
  assert.equal(service.seen.length, 0);
});

test(
  'the whole server takes requests by HAProxy, and a route that is made is live without a restart',
  { skip },
  async () => {
    await using service = await startUpstream();
    const environment = { DUMONT_GATEWAY_ENGINE: 'haproxy', DUMONT_OUTBOUND_ALLOW: '127.0.0.1' };
    await using app = await createTestApp({ environment });
    const get = (path: string) => fetch(`${app.gatewayUrl}${path}`);
    assert.equal((await get('/.well-known/jwks.json')).status, 200, 'what the gateway answers itself');
    const route = { name: 'shop', path: '/shop/{proxy+}', upstreams: [{ url: service.url }] };
    const { id } = await app.admin.client.createGatewayRoute({ body: { route } });
    await waitFor('the route', async () => (await get('/shop/x')).status === 200);
    assert.equal((await get('/nothing')).status, 404);
    const { text, findings } = await app.admin.client.renderGatewayConfiguration({
      query: { engine: 'haproxy' },
    });
    assert.match(text, new RegExp(`backend route-${id}\n`));
    assert.ok(findings.some(({ routeId, message }) => routeId === id && message.includes('chunks')));
    await waitFor('its figures', async () => {
      const { items } = await app.admin.client.getGatewayTraffic({ query: { routeId: id } });
      return items.some(({ requests }) => requests > 0);
    });
    await app.admin.client.deleteGatewayRoute({ params: { id } });
    await waitFor('the end of the route', async () => (await get('/shop/x')).status === 404);
  },
);
