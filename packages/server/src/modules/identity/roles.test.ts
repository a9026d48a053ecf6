import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { can, reaches, scopeOf, type Caller } from '../../kernel/access/caller.ts';
import { addPerson, call, callerOf, coded, createBed, plain, type Bed } from './identity-test-kit.ts';

let bed: Bed;
let admin: Caller;
before(async () => {
  bed = await createBed();
  admin = await callerOf(bed.identity);
});
after(() => bed[Symbol.asyncDispose]());

const createRole = async (name: string, grants: readonly string[], caller = admin): Promise<string> => {
  const role = await plain(
    call(bed.identity, 'createRole', { caller, body: { name, description: '', grants } }),
  );
  return role.id;
};
const personWith = async (
  name: string,
  roles: { installationRole?: string | null; defaultProjectRole?: string | null },
): Promise<{ id: string; caller: Caller }> => {
  const person = await addPerson(bed.identity, name, roles);
  return { id: person.id, caller: await callerOf(bed.identity, person.email, person.password) };
};

test('built-in roles are there and cannot be changed', async () => {
  const { items } = await plain(call(bed.identity, 'listRoles', { caller: admin }));
  assert.deepEqual(
    items.filter(({ builtIn }) => builtIn).map(({ name }) => name),
    ['admin', 'attendant', 'kitchen', 'manager', 'operator', 'planner', 'service', 'viewer'],
  );
  const id = items.find(({ name }) => name === 'viewer')?.id ?? '';
  const input = { caller: admin, params: { id }, body: { grants: ['runs:write'] } };
  await assert.rejects(call(bed.identity, 'updateRole', input), coded('role.built_in'));
  await assert.rejects(call(bed.identity, 'deleteRole', input), coded('role.built_in'));
});

test('every permission is listed with the routes of the contract that ask for it', async () => {
  const { items } = await plain(call(bed.identity, 'listPermissions', { caller: admin }));
  const runsRead = items.find(({ permission }) => permission === 'runs:read');
  assert.equal(runsRead?.ownable, true);
  assert.equal(runsRead?.scope, 'project');
  assert.ok(runsRead?.routes.some(({ operation }) => operation === 'listRuns'));
  assert.equal(items.find(({ permission }) => permission === 'users:read')?.scope, 'installation');
});

test('a grant of own objects reaches the own ones of that project, a whole grant all of it', async () => {
  const projectId = bed.identity.defaultProjectId;
  const planner = await personWith('planner', { defaultProjectRole: 'planner' });
  const scope = scopeOf(planner.caller, 'runs:read');
  assert.equal(reaches(scope, { projectId, ownerId: planner.id }), true);
  assert.equal(reaches(scope, { projectId, ownerId: admin.userId }), false);
  assert.equal(can(planner.caller, 'runs:write', { projectId, ownerId: planner.id }), true);
  const viewer = await personWith('viewer', { defaultProjectRole: 'viewer' });
  assert.equal(reaches(scopeOf(viewer.caller, 'runs:read'), { projectId, ownerId: admin.userId }), true);
  assert.equal(can(viewer.caller, 'runs:write'), false);
});

test('nobody makes a role with rights that they do not hold themselves', async () => {
  await createRole('role-keeper', ['roles:write', 'roles:read', 'runs:read']);
  const keeper = await personWith('keeper', { installationRole: 'role-keeper', defaultProjectRole: null });
  await assert.rejects(createRole('super', ['users:write'], keeper.caller), coded('role.escalation'));
  const id = await createRole('readers', ['runs:read', 'runs:read:own'], keeper.caller);
  const grow = { caller: keeper.caller, params: { id }, body: { grants: ['runs:read', 'settings:write'] } };
  await assert.rejects(call(bed.identity, 'updateRole', grow), coded('role.escalation'));
  await call(bed.identity, 'updateRole', { ...grow, body: { grants: [] } });
});

test('nobody gives a role, or takes over an account, with rights beyond their own', async () => {
  await createRole('user-keeper', ['users:read', 'users:write', 'runs:read']);
  const keeper = await personWith('userkeeper', {
    installationRole: 'user-keeper',
    defaultProjectRole: null,
  });
  const make = (installationRole: string | null, defaultProjectRole: string | null) =>
    call(bed.identity, 'createUser', {
      caller: keeper.caller,
      body: {
        email: `made-${installationRole}-${defaultProjectRole}@example.org`,
        name: 'Made',
        password: 'a good password',
        installationRole,
        defaultProjectRole,
      },
    });
  await assert.rejects(make('admin', null), coded('role.escalation'));
  await assert.rejects(make(null, 'operator'), coded('role.escalation'));
  await make('user-keeper', null);

  const change = (id: string, body: object) =>
    call(bed.identity, 'updateUser', { caller: keeper.caller, params: { id }, body });
  await assert.rejects(change(keeper.id, { installationRole: 'admin' }), coded('role.escalation'));
  const operator = await personWith('operator', { defaultProjectRole: 'operator' });
  for (const body of [{ password: 'taken over now' }, { email: 'evil@example.org' }, { state: 'disabled' }]) {
    await assert.rejects(change(admin.userId, body), coded('role.escalation'));
    await assert.rejects(change(operator.id, body), coded('role.escalation'));
  }
  await change(operator.id, { name: 'A harmless change' });
});

test('an operator of a project gives roles in it, none beyond their own, none elsewhere', async () => {
  const operator = await personWith('op2', { defaultProjectRole: 'operator' });
  const ada = await addPerson(bed.identity, 'ada', { defaultProjectRole: null });
  const put = (projectId: string, role: string) =>
    call(bed.identity, 'putMember', {
      caller: operator.caller,
      params: { id: projectId, userId: ada.id },
      body: { role },
    });
  await put(bed.identity.defaultProjectId, 'planner');
  await assert.rejects(put(bed.identity.defaultProjectId, 'admin'), coded('role.escalation'));
  await assert.rejects(put(bed.identity.defaultProjectId, 'no-such-role'), coded('role.not_found'));
  const project = await plain(
    call(bed.identity, 'createProject', { caller: admin, body: { name: 'elsewhere', description: '' } }),
  );
  await assert.rejects(put(project.id, 'viewer'), coded('project.not_found'));
});

test('a role that somebody holds cannot be deleted', async () => {
  const id = await createRole('held', ['runs:read']);
  const holder = await addPerson(bed.identity, 'holder', { defaultProjectRole: 'held' });
  const remove = () => call(bed.identity, 'deleteRole', { caller: admin, params: { id } });
  await assert.rejects(remove(), coded('role.in_use'));
  await call(bed.identity, 'putMember', {
    caller: admin,
    params: { id: bed.identity.defaultProjectId, userId: holder.id },
    body: { role: 'viewer' },
  });
  await remove();
  await assert.rejects(remove(), coded('role.not_found'));
  await assert.rejects(createRole('viewer', []), coded('role.name_taken'));
});

test('whoever may not is told which permission it needs', async () => {
  const viewer = await personWith('viewer2', { defaultProjectRole: 'viewer' });
  for (const operation of ['listRoles', 'listPermissions', 'listUsers', 'listAudit', 'createRole'] as const) {
    const input = { caller: viewer.caller, query: { limit: 50 }, body: { grants: [] } };
    await assert.rejects(call(bed.identity, operation, input), coded('access.forbidden'));
  }
});
