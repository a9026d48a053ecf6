import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../../../test/test-app.ts';
import { waitFor } from '../../../test/wait.ts';
import { ConfigError } from '../../kernel/config/settings.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dumont-routes-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const yaml = (name: string, path: string): string =>
  `routes:\n  - name: ${name}\n    path: ${path}\n    upstreams:\n      - url: http://127.0.0.1:9\n`;
const namesOf = async (app: TestApp): Promise<string[]> =>
  (await app.admin.client.listGatewayRoutes({ query: {} })).items.map(({ name }) => name);

test('routes are those of the file, follow its changes, and stay as they are where it becomes wrong', async () => {
  const path = join(folder, 'routes.yaml');
  await writeFile(path, yaml('first', '/first'));
  await using app = await createTestApp({ environment: { DUMONT_GATEWAY_ROUTES: path } });
  const [route] = (await app.admin.client.listGatewayRoutes({ query: {} })).items;
  assert.equal(route?.managedBy, 'file');
  assert.deepEqual(
    route?.upstreams,
    [{ url: 'http://127.0.0.1:9', weight: 1 }],
    'the operator may name any address',
  );
  await assert.rejects(
    app.admin.client.deleteGatewayRoute({ params: { id: route?.id ?? '' } }),
    /kept by a file/,
  );

  await writeFile(path, yaml('second', '/second'));
  await waitFor('the change', async () => (await namesOf(app)).join() === 'second');
  const { items } = await app.admin.client.listAudit({ query: {} });
  assert.deepEqual(
    items
      .filter(({ subjectType }) => subjectType === 'route')
      .map(({ action, actor, details }) => [action, actor, details.by, details.name])
      .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
    [
      ['route.created', null, 'file', 'first'],
      ['route.created', null, 'file', 'second'],
      ['route.deleted', null, 'file', 'first'],
    ],
    'what the operator’s file changed is in the audit log; routes of the server’s own services are not',
  );
  await writeFile(path, 'routes: [{ name: third }]');
  await waitFor('the complaint', () => app.logLines.some((line) => line.includes('is not followed')));
  assert.deepEqual(await namesOf(app), ['second']);
});

test('routes of a file go when the setting is taken away', async () => {
  const path = join(folder, 'left.yaml');
  await writeFile(path, yaml('left behind', '/left'));
  await using app = await createTestApp({ environment: { DUMONT_GATEWAY_ROUTES: path } });
  const { id } = await app.admin.client.createGatewayRoute({
    body: { route: { name: 'own', path: '/own', upstreams: [{ url: 'http://service.invalid' }] } },
  });
  await using next = await createTestApp({ database: app.database });
  const { items } = await next.admin.client.listGatewayRoutes({ query: {} });
  assert.deepEqual(
    items.map((route) => route.id),
    [id],
    'what users made stays',
  );
});

test('a server does not start with a file of routes that is wrong, and says all that is', async () => {
  const path = join(folder, 'wrong.yaml');
  await writeFile(path, 'routes:\n  - name: one\n    path: no/slash\n    upstreams: []\n');
  await assert.rejects(createTestApp({ environment: { DUMONT_GATEWAY_ROUTES: path } }), (error: unknown) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /routes\.0\.path: /);
    assert.match(error.message, /routes\.0\.upstreams: /);
    return true;
  });
});
