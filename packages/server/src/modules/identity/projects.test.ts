import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Caller } from '../../kernel/access/caller.ts';
import { addPerson, call, callerOf, coded, createBed, plain, type Bed } from './identity-test-kit.ts';

let bed: Bed;
let admin: Caller;
before(async () => {
  bed = await createBed();
  admin = await callerOf(bed.identity);
});
after(() => bed[Symbol.asyncDispose]());

const createProject = async (name: string): Promise<string> =>
  (await plain(call(bed.identity, 'createProject', { caller: admin, body: { name, description: '' } }))).id;

test('a new project has its maker as operator', async () => {
  const id = await createProject('research');
  const { items } = await plain(call(bed.identity, 'listMembers', { caller: admin, params: { id } }));
  assert.deepEqual(
    items.map(({ userId, role }) => ({ userId, role })),
    [{ userId: admin.userId, role: 'operator' }],
  );
  await assert.rejects(createProject('research'), coded('project.name_taken'));
});

test('a project that one is no member of does not exist; one that one is in may still forbid', async () => {
  const id = await createProject('secret');
  const ada = await addPerson(bed.identity, 'ada', { defaultProjectRole: 'viewer' });
  const caller = await callerOf(bed.identity, ada.email, ada.password);
  const { items } = await plain(call(bed.identity, 'listProjects', { caller }));
  assert.deepEqual(
    items.map(({ name }) => name),
    ['default'],
  );
  const params = { id };
  await assert.rejects(call(bed.identity, 'listMembers', { caller, params }), coded('project.not_found'));
  await assert.rejects(
    call(bed.identity, 'updateProject', { caller, params, body: {} }),
    coded('project.not_found'),
  );
  const own = { id: bed.identity.defaultProjectId };
  await call(bed.identity, 'listMembers', { caller, params: own });
  await assert.rejects(
    call(bed.identity, 'updateProject', { caller, params: own, body: { name: 'mine' } }),
    coded('access.forbidden'),
  );
  await assert.rejects(
    call(bed.identity, 'deleteMember', { caller, params: { ...own, userId: ada.id } }),
    coded('access.forbidden'),
  );
});

test('members are added, given another role, and removed', async () => {
  const id = await createProject('members');
  const ada = await addPerson(bed.identity, 'member', { defaultProjectRole: null });
  const params = { id, userId: ada.id };
  const added = await plain(
    call(bed.identity, 'putMember', { caller: admin, params, body: { role: 'viewer' } }),
  );
  assert.equal(added.role, 'viewer');
  const changed = await plain(
    call(bed.identity, 'putMember', { caller: admin, params, body: { role: 'planner' } }),
  );
  assert.deepEqual({ ...changed, role: 'viewer' }, added, 'only the role is another one');
  await call(bed.identity, 'deleteMember', { caller: admin, params });
  await assert.rejects(
    call(bed.identity, 'deleteMember', { caller: admin, params }),
    coded('member.not_found'),
  );
  const nobody = { id, userId: '00000000-0000-7000-8000-000000000000' };
  await assert.rejects(
    call(bed.identity, 'putMember', { caller: admin, params: nobody, body: { role: 'viewer' } }),
    coded('user.not_found'),
  );
});

test('whoever manages the members adds them by e-mail, without reading the users', async () => {
  const id = await createProject('by-email');
  const ada = await addPerson(bed.identity, 'by-email', { defaultProjectRole: null });
  const manager = await addPerson(bed.identity, 'manager', { defaultProjectRole: null });
  const add = (caller: Caller, email: string, role: string) =>
    plain(call(bed.identity, 'addMember', { caller, params: { id }, body: { email, role } }));
  await add(admin, manager.email, 'operator');
  const caller = await callerOf(bed.identity, manager.email, manager.password);
  await assert.rejects(
    call(bed.identity, 'listUsers', { caller, query: { limit: 10 } }),
    coded('access.forbidden'),
  );
  const added = await add(caller, ada.email, 'viewer');
  assert.deepEqual([added.userId, added.role], [ada.id, 'viewer']);
  assert.equal((await add(caller, ada.email, 'planner')).role, 'planner');
  await assert.rejects(add(caller, 'nobody@example.org', 'viewer'), coded('user.not_found'));
  await assert.rejects(add(caller, ada.email, 'admin'), coded('role.escalation'));
  const plainMember = await callerOf(bed.identity, ada.email, ada.password);
  await assert.rejects(add(plainMember, manager.email, 'viewer'), coded('access.forbidden'));
});

test('a project that still owns something stays, and so does the default one', async () => {
  const id = await createProject('owner');
  await bed.database.pool.query('CREATE TABLE app.things (project_id uuid REFERENCES app.projects (id))');
  await bed.database.pool.query('INSERT INTO app.things VALUES ($1)', [id]);
  const remove = (project: string) =>
    call(bed.identity, 'deleteProject', { caller: admin, params: { id: project } });
  await assert.rejects(remove(id), coded('project.not_empty'));
  await bed.database.pool.query('DELETE FROM app.things');
  await remove(id);
  await assert.rejects(remove(id), coded('project.not_found'));
  await assert.rejects(remove(bed.identity.defaultProjectId), coded('project.not_empty'));
});
