import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitFor } from '../../../test/wait.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import {
  addPerson,
  adminPassword,
  call,
  callerOf,
  coded,
  createBed,
  plain,
  renew,
  signIn,
  type Bed,
} from './identity-test-kit.ts';

let bed: Bed;
let admin: Caller;
before(async () => {
  bed = await createBed();
  admin = await callerOf(bed.identity);
});
after(() => bed[Symbol.asyncDispose]());

const update = (id: string, body: object, caller = admin) =>
  plain(call(bed.identity, 'updateUser', { caller, params: { id }, body }));

test('users are listed newest first, page by page, and found by any of their names', async () => {
  for (const name of ['list-a', 'list-b', 'list-c']) await addPerson(bed.identity, name);
  const names: string[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { limit: 2, search: 'LIST-', cursor: cursor ?? undefined };
    const page = await plain(call(bed.identity, 'listUsers', { caller: admin, query }));
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  } while (cursor !== null);
  assert.deepEqual(names, ['list-c', 'list-b', 'list-a']);
  const wild = await plain(
    call(bed.identity, 'listUsers', { caller: admin, query: { limit: 9, search: '%' } }),
  );
  assert.equal(wild.items.length, 0, 'a search is text, not a pattern');
});

test('a cursor that the list did not give out is refused', async () => {
  const wrong = [
    'x',
    Buffer.from('{"number":"1"}').toString('base64url'),
    Buffer.from('[]').toString('base64url'),
  ];
  for (const cursor of wrong) {
    const input = { caller: admin, query: { limit: 2, cursor } };
    await assert.rejects(call(bed.identity, 'listUsers', input), coded('request.cursor'));
    await assert.rejects(call(bed.identity, 'listAudit', input), coded('request.cursor'));
  }
});

test('the last administrator stays, however two of them remove each other', async () => {
  await assert.rejects(update(admin.userId, { installationRole: null }), coded('user.last_admin'));
  await assert.rejects(update(admin.userId, { state: 'disabled' }), coded('user.last_admin'));
  const second = await addPerson(bed.identity, 'second', { installationRole: 'admin' });
  const other = await callerOf(bed.identity, second.email, second.password);
  const outcomes = await Promise.allSettled([
    update(admin.userId, { installationRole: null }, other),
    update(second.id, { installationRole: null }, admin),
  ]);
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  const { rows } = await bed.database.pool.query<{ id: string }>(
    "SELECT u.id FROM app.users u JOIN app.roles r ON r.id = u.installation_role_id WHERE r.name = 'admin'",
  );
  assert.equal(rows.length, 1);
  const left = rows[0]?.id === admin.userId ? admin : other;
  await update(admin.userId, { installationRole: 'admin' }, left);
  await update(second.id, { state: 'disabled' }, left === admin ? admin : other).catch(() => undefined);
});

test('a password that an administrator sets ends the sessions and must be changed', async () => {
  const ada = await addPerson(bed.identity, 'reset');
  const session = await signIn(bed.identity, ada.email, ada.password);
  await update(ada.id, { password: 'set by the admin' });
  await assert.rejects(renew(bed.identity, session.refresh), coded('auth.token_invalid'));
  const { access } = await signIn(bed.identity, ada.email, 'set by the admin');
  await assert.rejects(
    bed.identity.authenticator.authenticate({ bearer: access }),
    coded('auth.password_change_required'),
  );
});

test('an e-mail and a user name belong to one user', async () => {
  const ada = await addPerson(bed.identity, 'taken');
  const make = (body: object) =>
    call(bed.identity, 'createUser', {
      caller: admin,
      body: { name: 'X', password: adminPassword, installationRole: null, defaultProjectRole: null, ...body },
    });
  await assert.rejects(make({ email: ada.email }), coded('user.email_taken'));
  await make({ email: 'one@example.org', username: 'Same' });
  await assert.rejects(make({ email: 'two@example.org', username: 'same' }), coded('user.username_taken'));
  await assert.rejects(make({ email: 'three@example.org', username: ada.email }), coded('request.invalid'));
  const caller = await callerOf(bed.identity, ada.email, ada.password);
  await assert.rejects(
    call(bed.identity, 'updateMe', { caller, body: { email: 'one@example.org' } }),
    coded('user.email_taken'),
  );
  const moved = await plain(call(bed.identity, 'updateMe', { caller, body: { email: 'moved@example.org' } }));
  assert.equal(moved.username, 'moved@example.org', 'a user name that was the e-mail follows it');
});

test('names of users are found in one go', async () => {
  const ada = await addPerson(bed.identity, 'named');
  const names = await bed.identity.namesOf([ada.id, ada.id, '00000000-0000-7000-8000-000000000000']);
  assert.deepEqual([...names], [[ada.id, 'named']]);
});

test('a new name shows within a second, on a replica that remembers the old one', async () => {
  const ada = await addPerson(bed.identity, 'before');
  assert.equal((await bed.identity.namesOf([ada.id])).get(ada.id), 'before');
  await call(bed.identity, 'updateUser', { caller: admin, params: { id: ada.id }, body: { name: 'After' } });
  await waitFor(
    'the new name',
    async () => (await bed.identity.namesOf([ada.id])).get(ada.id) === 'After',
    1000,
  );
});

test('a user who is not there is not found', async () => {
  const params = { id: '00000000-0000-7000-8000-000000000000' };
  await assert.rejects(call(bed.identity, 'getUser', { caller: admin, params }), coded('user.not_found'));
  await assert.rejects(
    call(bed.identity, 'updateUser', { caller: admin, params, body: { name: 'x' } }),
    coded('user.not_found'),
  );
});
