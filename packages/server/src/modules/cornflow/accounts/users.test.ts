import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { waitFor } from '../../../../test/wait.ts';
import { createCornflowBed, password, type Client, type CornflowBed } from '../cornflow-test-kit.ts';

let bed: CornflowBed;
let admin: Client;
before(async () => {
  bed = await createCornflowBed();
  admin = bed.people.admin;
});
after(() => bed[Symbol.asyncDispose]());

let made = 0;
/** Somebody new, signed in. */
const addPlanner = async (): Promise<Client & { username: string }> => {
  made += 1;
  const username = `planner${made}`;
  const answer = await admin.ask('POST', '/signup/', {
    username,
    email: `${username}@example.org`,
    password,
  });
  assert.equal(answer.status, 201, answer.text);
  return { ...bed.clientWith(answer.json.token, answer.json.id), username };
};

const rolesOf = async (id: number): Promise<number[]> => {
  const { rows } = await admin.ask('GET', '/user/role/');
  const own = rows.filter((row) => row.user_id === id);
  return own.map(({ role_id: role }) => role).toSorted((one, other) => one - other);
};

/** Until what was changed counts everywhere. */
const eventually = async (work: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 200; tries += 1) if (await work()) return;
  assert.fail('it never came');
};

test('the list of users has the members and the times of Cornflow', async () => {
  const answer = await admin.ask('GET', '/user/');
  assert.equal(answer.status, 200);
  const row = answer.rows.find(({ username }) => username === 'viewer_user');
  assert.ok(row);
  assert.deepEqual(Object.keys(row).toSorted(), [
    'created_at',
    'email',
    'first_name',
    'id',
    'last_name',
    'pwd_last_change',
    'username',
  ]);
  assert.match(row.created_at, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$/);
  assert.match(row.pwd_last_change, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/);
  assert.equal(row.first_name, null);
});

test('people see and change themselves, not others', async () => {
  const own = await addPlanner();
  const other = await addPlanner();
  assert.equal((await own.ask('GET', `/user/${own.id}/`)).json.username, own.username);
  const refused = await own.ask('GET', `/user/${other.id}/`);
  assert.deepEqual(
    [refused.status, refused.json.error],
    [400, 'You have no permission to access given user'],
  );
  assert.equal((await own.ask('PUT', `/user/${other.id}/`, { first_name: 'x' })).status, 403);
  const changed = await own.ask('PUT', `/user/${own.id}/`, {
    first_name: 'Ana Maria',
    last_name: 'Silva',
    username: 'ana.silva',
    email: 'Ana.Silva@example.org',
  });
  assert.deepEqual([changed.status, changed.json], [200, { message: 'Updated correctly' }]);
  const shown = (await admin.ask('GET', `/user/${own.id}/`)).json;
  assert.deepEqual(
    [shown.first_name, shown.last_name, shown.username, shown.email],
    ['Ana Maria', 'Silva', 'ana.silva', 'ana.silva@example.org'],
  );
  const native = await bed.app.admin.client.listUsers({ query: { search: 'ana.silva' } });
  assert.equal(native.items[0]?.name, 'Ana Maria Silva');
  const taken = await own.ask('PUT', `/user/${own.id}/`, { username: other.username });
  assert.equal(taken.status, 400);
});

test('a new password ends other sessions and keeps the one that changed it', async () => {
  const own = await addPlanner();
  const elsewhere = await bed.login(own.username);
  const changed = await own.ask('PUT', `/user/${own.id}/`, { password: 'Another-horse2' });
  assert.equal(changed.status, 200);
  await eventually(async () => (await elsewhere.ask('GET', '/user/role/')).status === 400);
  assert.equal((await own.ask('GET', '/user/role/')).status, 200);
  await bed.login(own.username, 'Another-horse2');
  const old = await bed.stranger.ask('POST', '/login/', { username: own.username, password });
  assert.equal(old.status, 400);
});

test('a deleted user is gone, with their token, and the names are free again', async () => {
  const own = await addPlanner();
  const instance = await own.ask('DELETE', `/user/${own.id}/`);
  assert.deepEqual([instance.status, instance.json], [200, { message: 'The object has been deleted' }]);
  const missing = await admin.ask('GET', `/user/${own.id}/`);
  assert.deepEqual(
    [missing.status, missing.json],
    [404, { error: 'The data entity does not exist on the database' }],
  );
  await eventually(async () => (await own.ask('GET', '/user/role/')).status === 400);
  const again = await admin.ask('POST', '/signup/', {
    username: own.username,
    email: `${own.username}@example.org`,
    password,
  });
  assert.equal(again.status, 201, again.text);
  const native = await bed.app.admin.client.listUsers({ query: { search: 'deleted' } });
  assert.deepEqual(native.items, []);
});

test('what a deleted user made stays theirs, for who may see what others made, and for nobody else', async () => {
  const own = await addPlanner();
  await own.ask('PUT', `/user/${own.id}/`, { first_name: 'Rosa', last_name: 'Luz' });
  const data = { objects: [{ id: 1, value: 2, weight: 3 }], parameters: { weight_capacity: 5 } };
  const sent = { name: 'left', schema: 'knapsack', data };
  const { id } = (await own.ask('POST', '/instance/', sent)).json;
  const { id: caseId } = (await own.ask('POST', '/case/', sent)).json;
  const launch = { name: 'left', instance_id: id, schema: 'knapsack', config: {} };
  const { id: executionId } = (await own.ask('POST', '/execution/?run=0', launch)).json;
  assert.equal((await own.ask('DELETE', `/user/${own.id}/`)).status, 200);

  const paths = [`/instance/${id}/`, `/execution/${executionId}/`, `/case/${caseId}/`];
  for (const path of [...paths, `/instance/${id}/data/`, `/case/${caseId}/data/`]) {
    const seen = await admin.ask('GET', path);
    assert.deepEqual([seen.status, seen.json.user_id, seen.json.name], [200, own.id, 'left'], path);
  }
  // Names are remembered for a second.
  await waitFor('the name to go', async () => {
    const { rows } = await admin.ask('GET', '/execution/');
    const listed = rows.find(({ user_id: by }) => by === own.id);
    assert.ok(listed);
    const { username, first_name: first, last_name: last } = listed;
    const shown = `${username} ${first} ${last}`;
    return shown === `deleted-${own.id}@deleted.invalid deleted user ${own.id}` ? true : undefined;
  });

  // Whoever takes the name later is somebody else.
  const signUp = { username: own.username, email: `${own.username}@example.org`, password };
  const namesake = bed.clientWith((await admin.ask('POST', '/signup/', signUp)).json.token);
  for (const path of paths) assert.equal((await namesake.ask('GET', path)).status, 404, path);

  // It is not lost: a copy is of who makes it, and who changes or deletes it becomes no owner.
  assert.equal((await admin.ask('PUT', `/instance/${id}/`, { name: 'found' })).status, 200);
  assert.equal((await admin.ask('GET', `/instance/${id}/`)).json.user_id, own.id);
  const copy = await admin.ask('POST', `/case/${caseId}/copy/`);
  assert.deepEqual([copy.status, copy.json.user_id], [201, admin.id]);
  for (const path of paths.toReversed()) assert.equal((await admin.ask('DELETE', path)).status, 200, path);
});

test('of a deleted user nothing personal is kept', async () => {
  const own = await addPlanner();
  await own.ask('PUT', `/user/${own.id}/`, { first_name: 'Rosamunde', last_name: 'Luz' });
  await admin.ask('POST', '/user/role/', { user_id: own.id, role_id: 1 });
  assert.equal((await admin.ask('DELETE', `/user/${own.id}/`)).status, 200);
  const { rows } = await sql<{ row: string }>`
    select u::text || coalesce(n::text, '') || coalesce(e::text, '') as row from users u
      left join cornflow_names n on n.user_id = u.id left join cornflow_user_roles e on e.user_id = u.id
    where u.number = ${own.id}`.execute(bed.app.database.db);
  assert.equal(rows.length, 1);
  assert.doesNotMatch(rows[0]?.row ?? '', /Rosamunde|Luz|planner/);
  const roles = (await admin.ask('GET', '/user/role/')).rows.filter(({ user_id: of }) => of === own.id);
  assert.deepEqual(roles, []);
});

test('the service user cannot be deleted, nor the last administrator', async () => {
  const service = await admin.ask('POST', '/signup/', {
    username: 'service_user2',
    email: 's2@example.org',
    password,
  });
  assert.equal(service.status, 201);
  const refused = await admin.ask('DELETE', `/user/${bed.people.service.id}/`);
  assert.equal(refused.status, 403);
});

test('an administrator is made and unmade, and one who is has it told', async () => {
  const own = await addPlanner();
  const promoted = await admin.ask('PUT', `/user/${own.id}/1/`);
  assert.equal(promoted.status, 200, promoted.text);
  assert.equal(promoted.json.id, own.id);
  assert.deepEqual(await rolesOf(own.id), [2, 3]);
  await eventually(async () => (await own.ask('GET', '/user/')).status === 200);
  const again = await admin.ask('PUT', `/user/${own.id}/1/`);
  assert.equal(again.status, 400);
  assert.match(again.json.error, /^Integrity error on saving with data /);
  assert.equal((await admin.ask('PUT', `/user/${own.id}/0/`)).status, 200);
  assert.deepEqual(await rolesOf(own.id), [2]);
  await eventually(async () => (await own.ask('GET', '/user/')).status === 403);
  assert.equal((await admin.ask('PUT', '/user/99999/1/')).status, 404);
});

test('a user has several roles: the strongest in the project, the others beside it', async () => {
  const own = await addPlanner();
  const give = (role: number) => admin.ask('POST', '/user/role/', { user_id: own.id, role_id: role });
  const viewer = await give(1);
  assert.equal(viewer.status, 201, viewer.text);
  assert.deepEqual(
    [viewer.json.user_id, viewer.json.user, viewer.json.role_id, viewer.json.role],
    [own.id, own.username, 1, 'viewer'],
  );
  const again = await give(1);
  assert.deepEqual([again.status, again.json], [400, { error: 'The object does exist already' }]);
  assert.equal((await give(4)).status, 201);
  assert.deepEqual(await rolesOf(own.id), [1, 2, 4]);
  const row = await admin.ask('GET', `/user/role/${own.id}/4/`);
  assert.equal(row.json.role, 'service');
  assert.equal((await admin.ask('DELETE', `/user/role/${own.id}/4/`)).status, 200);
  assert.deepEqual(await rolesOf(own.id), [1, 2]);
  const members = await bed.app.admin.client.listMembers({ params: { id: bed.app.defaultProjectId } });
  assert.equal(members.items.find(({ email }) => email === `${own.username}@example.org`)?.role, 'planner');
  assert.equal((await admin.ask('DELETE', `/user/role/${own.id}/2/`)).status, 200);
  assert.equal((await admin.ask('DELETE', `/user/role/${own.id}/1/`)).status, 200);
  assert.deepEqual(await rolesOf(own.id), [0]);
  assert.equal((await admin.ask('GET', `/user/role/${own.id}/4/`)).status, 404);
  assert.equal((await admin.ask('DELETE', `/user/role/${own.id}/4/`)).status, 404);
  await eventually(async () => (await own.ask('GET', '/instance/')).status === 403);
});

test('a missing field of a role given is told, and a user or role that is not there', async () => {
  const missing = await admin.ask('POST', '/user/role/', { user_id: 1 });
  assert.deepEqual(
    [missing.status, missing.json.error],
    [400, "{'json': {'role_id': ['Missing data for required field.']}}"],
  );
  assert.equal((await admin.ask('POST', '/user/role/', { user_id: 99_999, role_id: 1 })).status, 404);
  assert.equal(
    (await admin.ask('POST', '/user/role/', { user_id: bed.people.viewer.id, role_id: 99 })).status,
    404,
  );
});

test('who administers the project alone is no administrator of users here', async () => {
  const person = await bed.app.addPerson('boss', { projects: { [bed.app.defaultProjectId]: 'admin' } });
  const client = await bed.login('boss@example.org', person.password);
  assert.equal((await client.ask('GET', '/user/')).status, 403);
  assert.equal((await client.ask('GET', '/instance/')).status, 200);
});
