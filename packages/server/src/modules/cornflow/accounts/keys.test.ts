import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitFor } from '../../../../test/wait.ts';
import { createCornflowBed, type Client, type CornflowBed } from '../cornflow-test-kit.ts';

let bed: CornflowBed;
before(async () => {
  bed = await createCornflowBed({ environment: { DUMONT_CORNFLOW_KEY_DAYS: '30' } });
});
after(() => bed[Symbol.asyncDispose]());

interface Key {
  readonly api_key: string;
  readonly expires_at: string;
  readonly scope: string;
}

/** As the client's `create_api_key`. */
const make = async (owner: Client, body: object = {}): Promise<Key> => {
  const answer = await owner.ask('POST', '/user/api-key/', body);
  assert.equal(answer.status, 201, answer.text);
  return JSON.parse(answer.text) as Key;
};
const statusOf = async (token: string): Promise<number> =>
  (await bed.clientWith(token).ask('GET', '/instance/')).status;
const waitForEnd = (token: string): Promise<unknown> =>
  waitFor('the end of the key', async () => (await statusOf(token)) === 400, 1000);

test('a key is an API token that this door alone takes, until it ends', async () => {
  const { planner } = bed.people;
  const key = await make(planner);
  assert.deepEqual(Object.keys(key).toSorted(), ['api_key', 'expires_at', 'scope']);
  assert.equal(key.scope, 'full');
  assert.match(key.expires_at, /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
  const days = (new Date(key.expires_at).getTime() - Date.now()) / 86_400_000;
  assert.ok(days > 29.9 && days <= 30, `${days} days`);
  assert.equal(await statusOf(key.api_key), 200);
  assert.equal((await bed.app.request('/api/v1/auth/me', { token: key.api_key })).status, 401);
  const instance = { name: 'by key', data: {}, schema: 'no such app' };
  const asked = await bed.clientWith(key.api_key).ask('POST', '/instance/', instance);
  assert.equal(asked.json.error, 'The DAG no such app does not exist in the database.');
  await bed.app.database.pool.query(
    "UPDATE api_tokens SET expires_at = now() - interval '1 second' WHERE audience IS NOT NULL",
  );
  await using later = await createCornflowBed({ database: bed.app.database });
  assert.equal((await later.clientWith(key.api_key).ask('GET', '/instance/')).status, 400);
});

test('a new key ends the one before it, also where two are made at once', async () => {
  const { viewer } = bed.people;
  const first = await make(viewer);
  assert.equal(await statusOf(first.api_key), 200);
  const made = await Promise.all([make(viewer), make(viewer), make(viewer)]);
  await waitForEnd(first.api_key);
  await waitFor(
    'one key to be left',
    async () => {
      const statuses = await Promise.all(made.map(({ api_key }) => statusOf(api_key)));
      return statuses.filter((status) => status === 200).length === 1;
    },
    1000,
  );
});

test('a key can be taken back, here and among the API tokens of its user', async () => {
  const person = await bed.app.addPerson('keyholder', {
    projects: { [bed.app.defaultProjectId]: 'planner' },
  });
  const owner = await bed.login('keyholder@example.org', person.password);
  const here = await make(owner);
  assert.equal(await statusOf(here.api_key), 200);
  const answer = await owner.ask('DELETE', '/user/api-key/');
  assert.deepEqual([answer.status, answer.json], [200, { message: 'The API key has been revoked' }]);
  await waitForEnd(here.api_key);
  assert.equal((await owner.ask('DELETE', '/user/api-key/')).status, 200, 'also where there is none');
  assert.equal(await statusOf(person.token), 200, 'other API tokens stay');

  const there = await make(owner);
  const { items } = await person.client.listTokens({});
  const listed = items.find(({ name }) => name === 'Cornflow');
  assert.ok(listed !== undefined && there.api_key.startsWith(listed.prefix));
  await person.client.deleteToken({ params: { id: listed.id } });
  await waitForEnd(there.api_key);
});

test('a key manages no account: it makes no keys, changes no user, and gives no role', async () => {
  const { rows: resources } = await bed.people.admin.ask('GET', '/meta_resource/');
  const { api_key } = await make(bed.people.admin);
  const holder = bed.clientWith(api_key);
  const refused = {
    error: 'This action requires an interactive session and can not be performed with an API key',
    error_code: 'api_key_forbidden',
  };
  const closed: string[] = [];
  for (const { name, url_rule, methods } of resources)
    for (const { method, public: isPublic } of methods) {
      if (isPublic || method === 'GET') continue;
      const path = url_rule.replaceAll(/<int:\w+>/g, '999999').replaceAll(/<string:\w+>/g, 'f'.repeat(40));
      const answer = await holder.ask(method, path, { 'no such field': 1 });
      if (answer.text !== JSON.stringify(refused)) continue;
      assert.equal(answer.status, 403);
      closed.push(`${method} ${name}`);
    }
  assert.deepEqual(closed.toSorted(), [
    'DELETE permissions-detail',
    'DELETE roles-detail',
    'DELETE user-api-key',
    'DELETE user-detail',
    'DELETE user-roles-detail',
    'POST permissions',
    'POST roles',
    'POST signup',
    'POST user-api-key',
    'POST user-roles',
    'PUT permissions-detail',
    'PUT roles-detail',
    'PUT user-admin',
    'PUT user-detail',
  ]);
});

test('a key of scope read reads, and is refused whatever else it is shown for', async () => {
  const { planner } = bed.people;
  const key = await make(planner, { scope: 'read' });
  assert.equal(key.scope, 'read');
  const holder = bed.clientWith(key.api_key);
  assert.equal((await holder.ask('GET', '/instance/')).status, 200);
  assert.equal((await holder.ask('HEAD', '/instance/')).status, 200);
  for (const [method, path] of [
    ['POST', '/instance/'],
    ['PUT', `/instance/${'f'.repeat(40)}/`],
    ['DELETE', `/execution/${'f'.repeat(40)}/`],
    ['PATCH', '/case/1/data/'],
  ] as const) {
    const answer = await holder.ask(method, path, {});
    assert.deepEqual(
      [answer.status, answer.json],
      [403, { error: 'This API key can only read', error_code: 'api_key_read_only' }],
    );
  }
  const wrong = await planner.ask('POST', '/user/api-key/', { scope: 'superuser' });
  assert.equal(wrong.json.error, "{'json': {'scope': ['Must be one of: full, read.']}}");
  assert.equal((await make(planner, { totp_code: '123456' })).scope, 'full');
});
