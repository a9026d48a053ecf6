import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  createCornflowBed,
  password,
  type Client,
  type CornflowBed,
  type Members,
} from '../cornflow-test-kit.ts';

let bed: CornflowBed;
let admin: Client;
before(async () => {
  bed = await createCornflowBed();
  admin = bed.people.admin;
});
after(() => bed[Symbol.asyncDispose]());

const viewId = async (name: string): Promise<number> => {
  const { rows } = await admin.ask('GET', '/apiview/');
  const view = rows.find((each) => each.name === name);
  assert.ok(view, name);
  return view.id;
};
const permissions = async (): Promise<readonly Members[]> => (await admin.ask('GET', '/permission/')).rows;

const eventually = async (work: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 200; tries += 1) if (await work()) return;
  assert.fail('it never came');
};

test('roles have the numbers of Cornflow, and ours follow', async () => {
  const answer = await admin.ask('GET', '/roles/');
  assert.deepEqual(answer.rows.slice(0, 6), [
    { id: 0, name: 'dummy' },
    { id: 1, name: 'viewer' },
    { id: 2, name: 'planner' },
    { id: 3, name: 'admin' },
    { id: 4, name: 'service' },
    { id: 5, name: 'operator' },
  ]);
  assert.deepEqual((await admin.ask('GET', '/roles/3/')).json, { id: 3, name: 'admin' });
  assert.equal((await admin.ask('GET', '/roles/77/')).status, 404);
});

test('a custom role may nothing until it is permitted, and then that alone, at both doors', async () => {
  const made = await admin.ask('POST', '/roles/', { name: 'Reviewer of plans' });
  assert.equal(made.status, 201, made.text);
  const role = made.json.id;
  assert.ok(role > 5);
  const user = await admin.ask('POST', '/signup/', { username: 'rev', email: 'rev@example.org', password });
  assert.equal(
    (await admin.ask('POST', '/user/role/', { user_id: user.json.id, role_id: role })).status,
    201,
  );
  assert.equal((await admin.ask('DELETE', `/user/role/${user.json.id}/2/`)).status, 200);
  const client = await bed.login('rev');
  await eventually(async () => (await client.ask('GET', '/instance/')).status === 403);
  const given = await admin.ask('POST', '/permission/', {
    action_id: 1,
    role_id: role,
    api_view_id: await viewId('instance'),
  });
  assert.equal(given.status, 201, given.text);
  assert.deepEqual(
    [given.json.action, given.json.api_view, given.json.role],
    ['can get', 'instance', 'Reviewer of plans'],
  );
  await eventually(async () => (await client.ask('GET', '/instance/')).status === 200);
  assert.equal((await client.ask('POST', '/instance/', {})).status, 403);
  const { items } = await bed.app.admin.client.listRoles();
  assert.deepEqual(items.find(({ name }) => name === 'Reviewer of plans')?.grants.toSorted(), [
    'optimization:read:own',
    'runs:read:own',
  ]);
  assert.equal((await admin.ask('DELETE', `/permission/${given.json.id}/`)).status, 200);
  await eventually(async () => (await client.ask('GET', '/instance/')).status === 403);
});

test('a role without a name, or with one that is there, is refused; roles are renamed and never deleted', async () => {
  const nameless = await admin.ask('POST', '/roles/', {});
  assert.deepEqual(
    [nameless.status, nameless.json.error],
    [400, 'Integrity error on saving with data <Role None>'],
  );
  const twice = await admin.ask('POST', '/roles/', { name: 'planner' });
  assert.deepEqual(
    [twice.status, twice.json.error],
    [400, 'Integrity error on saving with data <Role planner>'],
  );
  const made = (await admin.ask('POST', '/roles/', { name: 'first' })).json;
  assert.equal((await admin.ask('PUT', `/roles/${made.id}/`, { name: 'second' })).status, 200);
  assert.deepEqual((await admin.ask('GET', `/roles/${made.id}/`)).json, { id: made.id, name: 'second' });
  assert.equal((await admin.ask('PUT', '/roles/2/', { name: 'x' })).status, 400);
  const deleted = await admin.ask('DELETE', `/roles/${made.id}/`);
  assert.deepEqual([deleted.status, deleted.json.error], [501, 'Roles can not be deleted']);
});

test('a role that was made in our own API has a number here and what fits its grants', async () => {
  await bed.app.admin.client.createRole({
    body: { name: 'auditors', description: '', grants: ['optimization:read'] },
  });
  const person = await bed.app.addPerson('audi', { projects: { [bed.app.defaultProjectId]: 'auditors' } });
  const client = await bed.login('audi@example.org', person.password);
  assert.equal((await client.ask('GET', '/instance/')).status, 200);
  assert.equal((await client.ask('POST', '/instance/', {})).status, 403);
});

test('what is permitted is changed by its row, at once', async () => {
  const row = (await permissions()).find(
    (each) => each.api_view === 'licences' && each.role_id === 1 && each.action_id === 1,
  );
  assert.ok(row);
  assert.equal((await bed.people.viewer.ask('GET', '/licences/')).status, 200);
  const moved = await admin.ask('PUT', `/permission/${row.id}/`, { role_id: 4 });
  assert.equal(moved.status, 200, moved.text);
  assert.equal((await bed.people.viewer.ask('GET', '/licences/')).status, 403);
  assert.equal((await bed.people.service.ask('GET', '/licences/')).status, 200);
  assert.equal((await admin.ask('GET', `/permission/${row.id}/`)).json.role_id, 4);
  const twice = await admin.ask('POST', '/permission/', {
    action_id: 1,
    role_id: 4,
    api_view_id: row.api_view_id,
  });
  assert.deepEqual([twice.status, twice.json], [400, { error: 'The object does exist already' }]);
  assert.equal((await admin.ask('DELETE', '/permission/999999/')).status, 404);
  const nowhere = await admin.ask('POST', '/permission/', { action_id: 9, role_id: 4, api_view_id: 1 });
  assert.equal(nowhere.status, 404);
});

test('administrators cannot shut themselves out of the matrix', async () => {
  const row = (await permissions()).find((each) => each.api_view === 'permissions' && each.role_id === 3);
  assert.ok(row);
  assert.equal((await admin.ask('DELETE', `/permission/${row.id}/`)).status, 400);
  assert.equal((await admin.ask('PUT', `/permission/${row.id}/`, { role_id: 1 })).status, 400);
});

test('a permission that was taken away stays away when a server starts again', async () => {
  const row = (await permissions()).find(
    (each) => each.api_view === 'instance' && each.role_id === 1 && each.action_id === 1,
  );
  assert.ok(row);
  assert.equal((await admin.ask('DELETE', `/permission/${row.id}/`)).status, 200);
  await using replica = await createCornflowBed({ database: bed.app.database });
  const answer = await replica.clientWith(bed.people.viewer.token).ask('GET', '/instance/');
  assert.equal(answer.status, 403);
  const given = await admin.ask('POST', '/permission/', {
    action_id: 1,
    role_id: 1,
    api_view_id: row.api_view_id,
  });
  assert.equal(given.status, 201);
  await eventually(
    async () => (await replica.clientWith(bed.people.viewer.token).ask('GET', '/instance/')).status === 200,
  );
});

test('actions are numbered as clients know them', async () => {
  assert.deepEqual((await admin.ask('GET', '/action/')).json, [
    { id: 1, name: 'can get' },
    { id: 2, name: 'can patch' },
    { id: 3, name: 'can post' },
    { id: 4, name: 'can put' },
    { id: 5, name: 'can delete' },
  ]);
});
