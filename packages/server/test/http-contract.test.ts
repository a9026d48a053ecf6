import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { Problem } from '@dumont/contracts/errors';
import type { Route } from '@dumont/contracts/route';
import { routes } from '@dumont/contracts/routes';
import { createTestApp, type TestApp } from './test-app.ts';

let app: TestApp;
before(async () => {
  app = await createTestApp({
    environment: { DUMONT_ROLES: 'api', DUMONT_TRUST_PROXY: 'true', DUMONT_REQUESTS_PER_SECOND: '200' },
  });
});
after(() => app[Symbol.asyncDispose]());

const problemOf = async (response: Response): Promise<Problem> => {
  assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  const problem = Problem.parse(await response.json());
  assert.equal(problem.status, response.status);
  assert.equal(problem.requestId, response.headers.get('x-request-id'));
  return problem;
};

const json = { 'content-type': 'application/json' };

interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly operationId: string;
            readonly parameters: readonly { readonly in: string; readonly name: string }[];
            readonly responses: Readonly<Record<string, { readonly description: string }>>;
          }
        >
      >
    >
  >;
}

const referencesIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  );
};

test('the OpenAPI document is of version 3.1, complete, and its references lead somewhere', async () => {
  const document = (await (await app.request('/openapi.json')).json()) as OpenApi;
  assert.match(document.openapi, /^3\.1\.\d+$/);
  assert.ok(document.info.title !== '' && document.info.version !== '');
  const ids = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      assert.match(method, /^(get|post|put|patch|delete)$/);
      assert.ok(!ids.has(operation.operationId), `${operation.operationId} is there twice`);
      ids.add(operation.operationId);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path');
      assert.deepEqual(declared.map(({ name }) => name).toSorted(), inPath.toSorted(), path);
      for (const [status, response] of Object.entries(operation.responses)) {
        assert.match(status, /^[2-5]\d\d$/);
        assert.notEqual(response.description, '');
      }
    }
  }
  for (const name of Object.keys(routes)) assert.ok(ids.has(name), `${name} is missing`);
  for (const reference of referencesIn(document)) {
    assert.match(reference, /^#\//);
    const target = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
    assert.ok(target !== undefined, `${reference} leads nowhere`);
  }
});

test('the reference at /docs is served from here and loads nothing from elsewhere', async () => {
  const response = await app.request('/docs/');
  assert.equal(response.status, 200);
  assert.doesNotMatch(await response.text(), /(src|href)="https?:/);
  const [shown, told] = await Promise.all(
    ['/docs/json', '/openapi.json'].map(async (path) => (await app.request(path)).json()),
  );
  assert.deepEqual(shown, told);
});

test('a route answers the same under each of its other addresses', async () => {
  for (const [name, route] of Object.entries<Route>(routes)) {
    if (route.method !== 'GET' || route.path.includes('{')) continue;
    for (const alias of route.aliases ?? []) {
      const [first, second] = await Promise.all(
        [route.path, alias].map((path) => app.request(path, { token: app.admin.token })),
      );
      assert.equal(second?.status, first?.status, `${name} at ${alias}`);
      // 409: the route is there, and this server has no provider account to answer from.
      assert.equal(second?.status, name === 'listOffers' ? 409 : 200, `${name} at ${alias}`);
    }
  }
  const login = { email: app.admin.email, password: app.admin.password };
  const answer = await app.request('/api/auth/login', {
    method: 'POST',
    headers: json,
    body: JSON.stringify(login),
  });
  assert.equal(answer.status, 200);
});

test('a request that names a type of body and brings none is not waited for', async () => {
  const path = '/api/v1/roles/01980000-0000-7000-8000-000000000009';
  const given = { method: 'DELETE', headers: json, signal: AbortSignal.timeout(10_000) };
  const response = await app.request(path, { ...given, token: app.admin.token });
  assert.equal((await problemOf(response)).code, 'request.malformed');
});

test('an error is a problem document with our code, its parameters and the id of the request', async () => {
  const problem = await problemOf(await app.request('/api/v1/runs'));
  assert.equal(problem.code, 'auth.required');
  assert.equal(problem.type, 'https://dumont.dev/errors/auth.required');
  const wrong = await problemOf(
    await app.request('/api/v1/runs?limit=0&colour=red', { token: app.admin.token }),
  );
  assert.equal(wrong.code, 'request.invalid');
  assert.deepEqual(wrong.params, { count: 2 });
  assert.deepEqual(wrong.errors?.map(({ path }) => path).toSorted(), ['query', 'query.limit']);
});

test('who has not signed in is told how to', async () => {
  const response = await app.request('/api/v1/auth/me');
  assert.equal(response.status, 401);
  assert.equal(response.headers.get('www-authenticate'), 'Bearer');
});

test('what is not there is 404, at any depth, without a page', async () => {
  for (const path of ['/api/v1/nothing', '/api/v1/runs/x/y/z', '/api', '/ws/x', '/health/x']) {
    const response = await app.request(path, { token: app.admin.token });
    assert.equal(response.status, 404, path);
    assert.equal((await problemOf(response)).code, 'request.not_found');
  }
  // That door has words of its own, and no page either; its type is to the letter that of the original.
  const door = await app.request('/cornflow/x');
  assert.deepEqual([door.status, door.headers.get('content-type')], [404, 'application/json']);
});

test('a method that an address does not take is 405, with those that it takes', async () => {
  const response = await app.request('/api/v1/runs', { method: 'DELETE', token: app.admin.token });
  assert.equal(response.status, 405);
  assert.deepEqual((response.headers.get('allow') ?? '').split(', ').toSorted(), ['GET', 'POST']);
  assert.equal((await problemOf(response)).code, 'request.method');
});

test('an address that is no percent-encoded text, or too long, is refused in our form', async () => {
  assert.equal((await problemOf(await app.request('/api/v1/runs/%zz'))).code, 'request.address');
  const long = await app.request(`/api/v1/runs/${'x'.repeat(2000)}`);
  assert.match((await problemOf(long)).code, /^request\.(address|not_found)$/);
  const longer = await app.request(`/api/v1/runs?x=${'x'.repeat(40_000)}`);
  assert.equal((await problemOf(longer)).code, 'request.headers_too_large');
});

test('what is not HTTP is told so, and the connection ends', async () => {
  const { port } = new URL(app.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('this is no request\r\n\r\n');
  const answer = await text(socket);
  assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.match(answer, /"code":"request.malformed"/);
});

test('every answer carries an id of its own and the headers that protect the browser', async () => {
  const ids = new Set<string | null>();
  for (const path of ['/health', '/api/v1/runs', '/openapi.json', '/nothing.txt']) {
    const { headers } = await app.request(path);
    ids.add(headers.get('x-request-id'));
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('x-powered-by'), null);
    assert.equal(headers.get('server'), null);
  }
  assert.equal(ids.size, 4);
  const api = await app.request('/api/v1/auth/me', { token: app.admin.token });
  assert.equal(api.headers.get('cache-control'), 'no-store');
});

test('no other site may read answers, unless the operator lists it', async () => {
  const other = 'https://console.example';
  const ask = (of: TestApp): Promise<Response> =>
    of.request('/health', { method: 'GET', headers: { origin: other } });
  assert.equal((await ask(app)).headers.get('access-control-allow-origin'), null);
  await using open = await createTestApp({
    environment: { DUMONT_CORS_ORIGINS: other, DUMONT_ROLES: 'api' },
  });
  const answer = await ask(open);
  assert.equal(answer.headers.get('access-control-allow-origin'), other);
  assert.equal(answer.headers.get('access-control-allow-credentials'), null);
});

test('a body that is too large is 413 and says how large it may be; one that is no JSON is 415 or 400', async () => {
  const post = (body: string, type = 'application/json'): Promise<Response> =>
    app.request('/api/v1/tokens', {
      method: 'POST',
      headers: { 'content-type': type },
      body,
      token: app.admin.token,
    });
  const large = await problemOf(await post(JSON.stringify({ name: 'x'.repeat(2 ** 20) })));
  assert.deepEqual([large.status, large.params], [413, { limitBytes: 2 ** 20 }]);
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded']) {
    assert.equal((await post('name=x', type)).status, 415, type);
  }
  const broken = await problemOf(await post('{"name":'));
  assert.deepEqual([broken.status, broken.code], [400, 'request.malformed']);
});

test('guessing from one address is slowed down: 429 and when to come again', async () => {
  const guess = (): Promise<Response> =>
    app.request('/api/v1/auth/refresh', {
      method: 'POST',
      headers: { ...json, 'x-forwarded-for': '198.51.100.7' },
      body: JSON.stringify({ refresh_token: 'unknown' }),
    });
  const answers = await Promise.all(Array.from({ length: 80 }, guess));
  const slowed = answers.filter(({ status }) => status === 429);
  assert.ok(slowed.length > 0 && slowed.length <= 20, `${slowed.length} of 80`);
  for (const answer of slowed) assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
});

test('one caller cannot take the server from the others', async () => {
  // A server whose limit a slow host exceeds as surely as a fast one.
  await using slow = await createTestApp({ environment: { DUMONT_REQUESTS_PER_SECOND: '20' } });
  const greedy = await slow.addPerson('greedy', { projects: { [slow.defaultProjectId]: 'viewer' } });
  const modest = await slow.addPerson('modest', { projects: { [slow.defaultProjectId]: 'viewer' } });
  const ask = async (token: string): Promise<number> => {
    const answer = await slow.request('/api/v1/auth/me', { token });
    await answer.arrayBuffer();
    return answer.status;
  };
  const statuses = await Promise.all(Array.from({ length: 100 }, () => ask(greedy.token)));
  assert.deepEqual(new Set(statuses), new Set([200, 429]));
  assert.equal(await ask(modest.token), 200);
});

test('metrics answer the loopback, and others only with a permission', async () => {
  const viewer = await app.addPerson('viewer', { projects: { [app.defaultProjectId]: 'viewer' } });
  assert.equal((await app.request('/metrics')).status, 200);
  const from = { 'x-forwarded-for': '203.0.113.9' };
  assert.equal((await app.request('/metrics', { headers: from })).status, 401);
  assert.equal((await app.request('/metrics', { headers: { forwarded: 'for=203.0.113.9' } })).status, 401);
  assert.equal((await app.request('/metrics', { headers: from, token: viewer.token })).status, 403);
  const allowed = await app.request('/metrics', { headers: from, token: app.admin.token });
  assert.match(
    await allowed.text(),
    /^http_requests_total\{method="GET",endpoint="\/api\/v1\/auth\/me",status="200"\}/m,
  );
});

test('repeating a request with its Idempotency-Key makes one run; another request under the key is refused', async () => {
  const start = (command: string): Promise<Response> =>
    app.request('/api/v1/runs', {
      method: 'POST',
      headers: { ...json, 'idempotency-key': 'once' },
      body: JSON.stringify({ kind: 'command', command: [command] }),
      token: app.admin.token,
    });
  const answers = await Promise.all([start('true'), start('true'), start('true')]);
  const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: string }).id));
  assert.equal(new Set(ids).size, 1);
  assert.equal((await problemOf(await start('false'))).code, 'request.idempotency_mismatch');
});
