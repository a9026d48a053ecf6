import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { Pool } from 'pg';
import { ApiError } from '@dumont/contracts/client';
import { definitionOf } from '@dumont/contracts/gateway/definition-of';
import { createTestApp, type TestApp } from '../../../test/test-app.ts';
import { waitFor } from '../../../test/wait.ts';
import { assertWithin } from '../../../test/slowness.ts';
import { ask, sendRaw, startUpstream, type UpstreamServer } from './plane-test-kit.ts';

let app: TestApp;
let replica: TestApp;
let service: UpstreamServer;
before(async () => {
  const environment = { DUMONT_OUTBOUND_ALLOW: '127.0.0.1' };
  app = await createTestApp({ environment: { ...environment, DUMONT_GATEWAY_THREADS: '2' } });
  replica = await createTestApp({ environment, database: app.database });
  service = await startUpstream();
});
after(async () => {
  await service[Symbol.asyncDispose]();
  await replica[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const coded =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof ApiError && error.problem.code === code;

let made = 0;
const newRoute = (more: object = {}) => {
  made += 1;
  return { name: `route ${made}`, path: `/r${made}/{proxy+}`, upstreams: [{ url: service.url }], ...more };
};
const create = (more: object = {}) =>
  app.admin.client.createGatewayRoute({ body: { route: newRoute(more) } });
const get = (path: string, headers: Readonly<Record<string, string>> = {}, at = app) =>
  fetch(`${at.gatewayUrl}${path}`, { headers });

test('a route is live on every replica within a second, changes in place, and goes', async () => {
  const startedMs = performance.now();
  const route = await create();
  const path = `${route.path.replace('{proxy+}', '')}x`;
  for (const at of [app, replica])
    await waitFor('the route', async () => (await get(path, {}, at)).status === 200, 1000);
  assertWithin(startedMs, 1500);
  await app.admin.client.replaceGatewayRoute({
    params: { id: route.id },
    body: { ...newRoute(), path: route.path, methods: ['POST'] },
  });
  await waitFor('the change', async () => (await get(path, {}, replica)).status === 405, 1000);
  await app.admin.client.deleteGatewayRoute({ params: { id: route.id } });
  await waitFor('the end', async () => (await get(path, {}, replica)).status === 404, 1000);
});

test('a change of a route is written down with it: who, what it was and is; what a header is set to is not', async () => {
  const key = { set: { 'x-api-key': 'first-secret' }, remove: [] };
  const body = newRoute({ requestHeaders: key });
  const { client } = app.admin;
  const route = await client.createGatewayRoute({ body: { route: body } });
  const params = { id: route.id };
  const limited = { ...body, rateLimit: { requests: 5 }, methods: ['GET' as const] };
  await client.replaceGatewayRoute({ params, body: limited });
  await client.replaceGatewayRoute({ params, body: limited });
  const rekeyed = { ...limited, requestHeaders: { set: { 'x-api-key': 'other-secret' }, remove: [] } };
  await client.replaceGatewayRoute({ params, body: rekeyed });
  await assert.rejects(
    client.replaceGatewayRoute({ params, body: { ...body, path: '/auth' } }),
    coded('gateway.path_reserved'),
  );
  await client.deleteGatewayRoute({ params });
  await assert.rejects(client.deleteGatewayRoute({ params }), coded('gateway.route_not_found'));

  const { items } = await client.listAudit({ query: { subjectId: route.id } });
  const { name, path } = route;
  const rateLimit = { by: 'address', requests: 5, perSeconds: 1 };
  const whole = {
    name,
    path,
    upstreams: route.upstreams,
    requestHeaders: { set: ['x-api-key'], remove: [] },
  };
  assert.deepEqual(
    items.toReversed().map(({ action, details }) => [action, details]),
    [
      ['route.created', whole],
      ['route.changed', { name, rateLimit, methods: ['GET'], before: { rateLimit: null, methods: [] } }],
      ['route.changed', { name, fields: ['requestHeaders'] }],
      ['route.deleted', { ...whole, rateLimit, methods: ['GET'] }],
    ],
  );
  for (const { actor, subjectType, projectId, address } of items) {
    assert.deepEqual([actor?.id, subjectType, projectId], [app.admin.id, 'route', app.defaultProjectId]);
    assert.equal(typeof address, 'string');
  }
});

test('a route that this version cannot read is told of once; the others are served', async () => {
  const route = await create();
  const unreadable = await create();
  const pool = new Pool({ connectionString: app.database.url, max: 1 });
  await pool.query(
    `update app.gateway_routes set definition = definition || '{"teleports": true}' where id = $1`,
    [unreadable.id],
  );
  await pool.end();
  await using next = await createTestApp({ database: app.database });
  const prefix = route.path.replace('{proxy+}', '');
  assert.equal(
    (await get(`${prefix}x`, {}, next)).status,
    502,
    'it is served, if to an address that is refused',
  );
  assert.equal((await get(unreadable.path.replace('{proxy+}', 'x'), {}, next)).status, 404);
  const told = () => next.logLines.filter((line) => line.includes('cannot read it'));
  assert.equal(told().length, 1);
  const { items } = await next.admin.client.listGatewayRoutes({ query: {} });
  assert.ok(items.some(({ id }) => id === route.id));
  assert.ok(items.every(({ id }) => id !== unreadable.id));
  assert.equal(told().length, 1);
  await app.admin.client.deleteGatewayRoute({ params: { id: route.id } });
});

test('two routes never take the same requests, and none takes what the gateway answers itself', async () => {
  const route = await create({ path: '/shop/{id}', methods: ['GET'] });
  await assert.rejects(create({ path: '/shop/{key}' }), coded('gateway.route_taken'));
  await assert.rejects(
    create({ path: '/shop/{key}', methods: ['POST', 'GET'] }),
    coded('gateway.route_taken'),
  );
  await create({ path: '/shop/{key}', methods: ['POST'] });
  await create({ path: '/shop/{key}', hosts: ['shop.example.org'] });
  await assert.rejects(create({ path: '/auth' }), coded('gateway.path_reserved'));
  await app.admin.client.replaceGatewayRoute({ params: { id: route.id }, body: definitionOf(route) });
});

test('a route leads only where the operator lets it, and says what is wrong with it field by field', async () => {
  await assert.rejects(create({ upstreams: [{ url: 'http://169.254.169.254' }] }), coded('outbound.refused'));
  const wrong = { path: '/a/../b', upstreams: [{ url: 'http://x/path' }], upstreamPath: '/{other}' };
  await assert.rejects(create(wrong), (error: unknown) => {
    assert.ok(error instanceof ApiError);
    const paths = error.problem.errors?.map(({ path }) => path) ?? [];
    assert.ok(
      paths.some((path) => path.endsWith('path')),
      paths.join(),
    );
    assert.ok(
      paths.some((path) => path.includes('upstreams')),
      paths.join(),
    );
    return true;
  });
});

test('users come in by their tokens with their roles in the project, until they are revoked', async () => {
  const route = await create({
    identityAudience: 'storefront',
    authentication: { mode: 'required', issuers: ['users'] },
  });
  const path = `${route.path.replace('{proxy+}', '')}x`;
  const cook = await app.addPerson('cook', { projects: { [app.defaultProjectId]: 'kitchen' } });
  const withToken = (token: string) => get(path, { authorization: `Bearer ${token}` });
  const answer = await waitFor('the route', async () => {
    const response = await withToken(cook.token);
    return response.status === 200 && ((await response.json()) as { headers: Record<string, string> });
  });
  const keys = (await (await get('/.well-known/jwks.json')).json()) as Parameters<
    typeof createLocalJWKSet
  >[0];
  const { payload } = await jwtVerify(answer.headers['x-gateway-identity'] ?? '', createLocalJWKSet(keys), {
    issuer: 'dumont-gateway',
    audience: 'storefront',
    algorithms: ['ES256'],
  });
  assert.equal(payload.sub, cook.id);
  assert.deepEqual(payload['roles'], ['kitchen']);
  assert.equal(payload['kind'], 'user');
  assert.ok((payload.exp ?? 0) - (payload.iat ?? 0) <= 60);
  assert.equal((await get(path)).status, 401);

  const { items } = await cook.client.listTokens();
  await cook.client.deleteToken({ params: { id: items[0]?.id ?? '' } });
  await waitFor('the revocation', async () => (await withToken(cook.token)).status === 401, 1000);
});

test('a customer logs in by CPF at the gateway and is known to the service by an id alone, until they are erased', async () => {
  const route = await create({
    identityAudience: 'storefront',
    authentication: { mode: 'optional', issuers: ['customers'] },
  });
  const path = `${route.path.replace('{proxy+}', '')}x`;
  const post = (at: string, body: unknown) =>
    fetch(`${app.gatewayUrl}${at}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const person = { nome: 'Bia Lima', email: 'bia@example.org', cpf: '529.982.247-25' };
  assert.equal((await post('/cadastro', person)).status, 201);
  const login = await post('/auth', { cpf: '52998224725' });
  assert.equal(login.status, 200);
  const { token } = (await login.json()) as { token: string };
  const answer = await waitFor('the route', async () => {
    const response = await get(path, { authorization: `Bearer ${token}` });
    return response.status === 200 && ((await response.json()) as { headers: Record<string, string> });
  });
  assert.equal(answer.headers['x-consumer-kind'], 'customer');
  assert.match(answer.headers['x-consumer-id'] ?? '', /^[0-9a-f-]{36}$/);
  assert.equal(JSON.stringify(answer).includes('52998224725'), false);
  assert.equal((await post('/auth', { cpf: '111.111.111-11' })).status, 400);
  assert.equal((await get(path, { authorization: `Bearer ${app.admin.token}` })).status, 401);

  const port = Number(new URL(app.gatewayUrl).port);
  /** Over connections of their own, so that each thread is asked. */
  const statuses = async (): Promise<string> => {
    const headers = { authorization: `Bearer ${token}` };
    const answers = await Promise.all(Array.from({ length: 16 }, () => ask(port, path, { headers })));
    return [...new Set(answers.map(({ status }) => status))].join();
  };
  assert.equal(await statuses(), '200');
  await app.admin.client.eraseCustomer({ params: { id: answer.headers['x-consumer-id'] ?? '' } });
  await waitFor('the erasure', async () => (await statuses()) === '401', 1000);
});

test('who waits at an address of the gateway’s own to be told to go on is told so, unless it is too much', async () => {
  const port = Number(new URL(app.gatewayUrl).port);
  const head = (bytes: number) =>
    `POST /auth HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\nExpect: 100-continue\r\n\r\n`;
  assert.match(await sendRaw(port, head(2)), /^HTTP\/1\.1 100 Continue/);
  assert.match(await sendRaw(port, head(20_000)), /^HTTP\/1\.1 413 /);
});

test('a limit holds over all replicas together', async () => {
  const route = await create({ rateLimit: { requests: 40, perSeconds: 3600 } });
  const path = `${route.path.replace('{proxy+}', '')}x`;
  await waitFor('the route', async () => (await get(path, {}, replica)).status === 200);
  let allowed = 1;
  for (let round = 0; round < 12; round += 1) {
    for (const at of [app, replica])
      for (let index = 0; index < 5; index += 1) if ((await get(path, {}, at)).status === 200) allowed += 1;
    // Replicas tell each other several times a second; what is let through in between is the price of not asking.
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  assert.ok(allowed >= 40 && allowed <= 60, `${allowed} of 120 were let through`);
});

test('threads count a limit together, whichever of them a connection came to', async () => {
  const route = await create({ rateLimit: { requests: 20, perSeconds: 3600 } });
  const path = `${route.path.replace('{proxy+}', '')}x`;
  // It waits for the route to be served by each of them, and is one of the twenty.
  await app.admin.client.testGatewayRoute({ params: { id: route.id }, body: { target: path } });
  const port = Number(new URL(app.gatewayUrl).port);
  const answers = await Promise.all(Array.from({ length: 40 }, () => ask(port, path, {})));
  const statuses = answers.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 19);
  assert.equal(statuses.filter((status) => status === 429).length, 21);
});

test('a port that another program has is said to be taken, also where threads share one', async () => {
  const environment = { DUMONT_GATEWAY_PORT: new URL(app.gatewayUrl).port, DUMONT_GATEWAY_THREADS: '2' };
  await assert.rejects(createTestApp({ environment }), /Port \d+ of \S+ is taken. .*DUMONT_GATEWAY_PORT/);
});

test('a test request goes where a client would come out, and what routes answered is shown', async () => {
  const route = await create({ path: '/tested/{proxy+}' });
  const { id } = route;
  const { client } = app.admin;
  const tested = await client.testGatewayRoute({ params: { id }, body: { target: '/tested/y?q=1' } });
  assert.equal(tested.status, 200);
  assert.match(tested.body, /"url":"\/tested\/y\?q=1"/);
  const all = await create({ path: '/{proxy+}', hosts: ['tested.example.org'] });
  for (const [to, body] of [
    [id, { target: '/elsewhere' }],
    [id, { target: '//elsewhere.example/tested/y' }],
    [id, { target: '/\\elsewhere.example/tested/y' }],
    [all.id, { method: 'POST' as const, target: '/auth', body: '{}' }],
  ] as const)
    await assert.rejects(
      client.testGatewayRoute({ params: { id: to }, body }),
      coded('gateway.test_elsewhere'),
      body.target,
    );
  const minute = await waitFor('the traffic', async () => {
    const { items } = await client.getGatewayTraffic({ query: { routeId: id } });
    return items.find(({ requests }) => requests === 1);
  });
  assert.equal(minute.serverErrors, 0);
  assert.ok((minute.p95Ms ?? 0) > 0);
  const health = await waitFor('the health', async () => {
    const { items } = await client.listUpstreamHealth({ query: { routeId: id } });
    return items.length === 2 && items.some(({ state }) => state === 'healthy') && items;
  });
  // A replica that sent it nothing yet knows nothing of it.
  assert.ok(health.every(({ url, state }) => url === service.url && ['healthy', 'unknown'].includes(state)));
});

test('the access log has each request with its route and its end, and no CPF', async () => {
  const route = await create();
  const prefix = route.path.replace('{proxy+}', '');
  await waitFor('the route', async () => (await get(`${prefix}x`)).status === 200);
  await get(`${prefix}clientes/529.982.247-25?cpf=52998224725`);
  const line = await waitFor('the line', () =>
    app.logLines.find((text) => text.includes(`${prefix}clientes/`)),
  );
  assert.match(line, /\/clientes\/\*\*\*\.982\.247-\*\*"/);
  assert.equal(
    app.logLines.some((text) => /52998224725|529\.982\.247-25/.test(text)),
    false,
  );
  const entry = JSON.parse(line) as Record<string, unknown>;
  assert.equal(entry['route'], route.name);
  assert.equal(entry['status'], 200);
});

test('who may change routes in one project takes nothing from those of another', async () => {
  const { id: projectId } = await app.admin.client.createProject({ body: { name: 'workshop' } });
  const ben = await app.addPerson('ben', { projects: { [projectId]: 'operator' } });
  const theirs = { projectId: app.defaultProjectId, route: newRoute() };
  const { path } = await app.admin.client.createGatewayRoute({ body: theirs });
  const within = newRoute({ path: path.replace('{proxy+}', 'checkout') });
  const take = ben.client.createGatewayRoute({ body: { projectId, route: within } });
  await assert.rejects(take, coded('gateway.route_taken'));
  const beside = await ben.client.createGatewayRoute({ body: { projectId, route: newRoute() } });
  const change = { params: { id: beside.id }, body: within };
  await assert.rejects(ben.client.replaceGatewayRoute(change), coded('gateway.route_taken'));
  await app.admin.client.replaceGatewayRoute(change);
});
