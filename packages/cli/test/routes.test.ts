import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { type Home, startTestServer } from './server.ts';

const beds = new AsyncDisposableStack();
let home: Home;
let service: string;

/** A service that tells what it was asked; below `/broken` it has nothing but trouble. */
const startService = (): Promise<Server> => {
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/broken') === true) response.statusCode = 500;
    const mine = request.headers['x-mine'];
    response.end(`${request.method} ${request.url} ${typeof mine === 'string' ? mine : ''}`);
  });
  return new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(server)));
};

before(async () => {
  const server = beds.use(await startTestServer({ DUMONT_OUTBOUND_ALLOW: '127.0.0.1' }));
  home = await server.signIn();
  const asked = await startService();
  beds.defer(() => asked.closeAllConnections());
  beds.defer(() => void asked.close());
  service = `http://127.0.0.1:${(asked.address() as AddressInfo).port}`;
});
after(() => beds.disposeAsync());

test('a service is put behind the gateway, tried, changed in parts and taken away', async () => {
  assert.match(
    (await home.dumont(['route', 'list'])).stderr,
    /No routes yet\. Make one: dumont route create Orders/,
  );
  const made = await home.json<GatewayRoute>(
    'route',
    'create',
    'Orders',
    '--path',
    '/orders/{proxy+}',
    '--upstream',
    `${service}=3`,
    '--method',
    'get',
    '--method',
    'POST',
    '--rate-limit',
    '100/60',
    '--health-check',
    '/health',
  );
  assert.deepEqual(made.upstreams, [{ url: service, weight: 3 }]);
  assert.deepEqual(made.methods, ['GET', 'POST']);
  assert.deepEqual(made.rateLimit, { by: 'address', requests: 100, perSeconds: 60 });

  const tried = await home.dumont(['route', 'test', 'Orders', '/orders/7?a=1', '-H', 'x-mine: yes']);
  assert.equal(tried.stdout, 'GET /orders/7?a=1 yes\n');
  assert.match(tried.stderr, /^200 in \d/);
  assert.match(await home.ok('route', 'list'), /^Orders +GET,POST \/orders\/\{proxy\+\} /m);

  await home.ok(
    'route',
    'edit',
    'Orders',
    '--health-check',
    'none',
    '--token',
    'required',
    '--issuer',
    'users',
  );
  const changed = await home.json<GatewayRoute>('route', 'show', 'Orders');
  assert.equal(changed.healthCheck, null);
  assert.deepEqual(changed.authentication, { mode: 'required', issuers: ['users'], scopes: [], claims: {} });
  assert.deepEqual([changed.methods, changed.rateLimit], [made.methods, made.rateLimit], 'the rest stays');
  assert.match(await home.ok('route', 'show', 'Orders'), /^Tokens +required, of users$/m);
  assert.match(await home.ok('route', 'edit', 'Orders', '--off'), /It takes no requests/);

  await home.refused(2, /no terminal to ask at/, 'route', 'delete', 'Orders');
  assert.match(await home.ok('route', 'delete', 'Orders', '--yes'), /is deleted/);
  await home.refused(4, /There is no route "Orders"/, 'route', 'show', 'Orders');
});

test('what options do not say comes from a file, and a definition can be taken out and put back', async () => {
  const file = join(home.folder, 'route.json');
  const cors = { origins: ['https://shop.example.org'] };
  await writeFile(file, JSON.stringify({ path: '/a', upstreams: [{ url: service }], cors, retries: 4 }));
  const made = await home.json<GatewayRoute>('route', 'create', 'A', '--file', file, '--retries', '2');
  assert.deepEqual(made.cors?.origins, cors.origins);
  assert.equal(made.retries, 2, 'an option goes before the file');
  await writeFile(file, await home.ok('route', 'show', 'A', '--definition'));
  const again = await home.json<GatewayRoute>('route', 'edit', 'A', '--file', file);
  assert.deepEqual({ ...again, updatedAt: '' }, { ...made, updatedAt: '' });
  await writeFile(file, '[]');
  await home.refused(2, /is not a JSON object/, 'route', 'edit', 'A', '--file', file);
});

test('what the server refuses is said field by field, with a command that leads on', async () => {
  await home.refused(
    1,
    /upstreamPath: names a parameter that the path does not have/,
    'route',
    'create',
    'B',
    '--path',
    '/b',
    '--upstream',
    service,
    '--upstream-path',
    '/{id}',
  );
  await home.ok('route', 'create', 'B', '--path', '/b', '--upstream', service);
  await home.refused(
    1,
    /The route B takes the same requests already\.\s+Try: dumont route list/,
    'route',
    'create',
    'C',
    '--path',
    '/b',
    '--upstream',
    service,
  );
  await home.refused(1, /would not come to this route/, 'route', 'test', 'B', '/elsewhere');
});

test('a test that fails can fail the script', async () => {
  await home.ok('route', 'create', 'Broken', '--path', '/broken/{proxy+}', '--upstream', service);
  const loud = await home.dumont(['route', 'test', 'Broken', '/broken/1', '--fail']);
  assert.deepEqual([loud.exitCode, loud.stdout], [1, 'GET /broken/1 \n']);
  assert.equal((await home.dumont(['route', 'test', 'Broken', '/broken/1'])).exitCode, 0);
});
