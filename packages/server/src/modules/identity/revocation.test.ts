import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Caller } from '../../kernel/access/caller.ts';
import { can } from '../../kernel/access/caller.ts';
import { AppError } from '../../kernel/errors.ts';
import { Reply } from '../../kernel/http/handlers.ts';
import { waitFor } from '../../../test/wait.ts';
import {
  addPerson,
  adminEmail,
  adminPassword,
  call,
  callerOf,
  coded,
  createBed,
  createReplica,
  plain,
  signIn,
  type Bed,
  type Replica,
} from './identity-test-kit.ts';

let bed: Bed;
let replica: Replica;
let admin: Caller;

before(async () => {
  bed = await createBed();
  replica = await createReplica(bed.database, bed.clock);
  admin = await callerOf(bed.identity);
});
after(async () => {
  await replica[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const onReplica = (bearer: string): Promise<Caller> =>
  replica.identity.authenticator.authenticate({ bearer });
const refusal = (bearer: string): Promise<string | undefined> =>
  onReplica(bearer).then(
    () => undefined,
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const withinASecond = <T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> =>
  waitFor(what, probe, 1000);

/** An API token of a person that the replica has seen already. */
const addToken = async (person: { email: string; password: string }): Promise<string> => {
  const caller = await callerOf(bed.identity, person.email, person.password);
  const { token } = await plain(
    call(bed.identity, 'createToken', { caller, body: { name: 'ci', expiresInDays: null } }),
  );
  await onReplica(token);
  return token;
};

test('a logout counts on another replica within a second', async () => {
  const { access } = await signIn(bed.identity);
  const caller = await onReplica(access);
  assert.equal(await replica.identity.authenticator.stillValid(caller), true);
  await call(bed.identity, 'logout', { caller });
  assert.equal(await withinASecond('the refusal', () => refusal(access)), 'auth.token_invalid');
  assert.equal(await replica.identity.authenticator.stillValid(caller), false);
});

test('at the door of another protocol a session and a key end on every replica within a second', async () => {
  const use = { audience: 'door', seconds: 3600 };
  const here = bed.identity.openDoor(use);
  const there = replica.identity.openDoor(use);
  const ends = (bearer: string): Promise<boolean> =>
    withinASecond('the end', () =>
      there.authenticator.authenticate({ bearer }).then(
        () => false,
        (error: unknown) => error instanceof AppError && error.code === 'auth.token_invalid',
      ),
    );
  const login = { name: adminEmail, password: adminPassword };
  const session = await here.byPassword(login, '192.0.2.1');
  assert.equal((await there.authenticator.authenticate({ bearer: session.token })).userId, admin.userId);
  await here.end(session.refreshToken, '192.0.2.1');
  await ends(session.token);

  const key = await here.keys.issue(admin.userId, { name: 'key', readOnly: true, seconds: 60 }, '192.0.2.1');
  const holder = await there.authenticator.authenticate({ bearer: key.token });
  assert.deepEqual(holder.key, { readOnly: true });
  await here.keys.revoke(admin.userId, '192.0.2.1');
  await ends(key.token);
});

test('at a door of long tokens a session is renewed after its token has run out, and a key ends', async () => {
  await using own = await createBed();
  const monthSeconds = 31 * 24 * 60 * 60;
  const door = own.identity.openDoor({ audience: 'door', seconds: monthSeconds });
  const session = await door.byPassword({ name: adminEmail, password: adminPassword }, '192.0.2.1');
  const userId = (await callerOf(own.identity)).userId;
  const key = await door.keys.issue(userId, { name: 'key', readOnly: false, seconds: 3600 }, '192.0.2.1');
  await door.authenticator.authenticate({ bearer: key.token });
  own.clock.advance(3_600_000);
  await assert.rejects(door.authenticator.authenticate({ bearer: key.token }), coded('auth.token_invalid'));
  own.clock.advance((monthSeconds - 3601) * 1000);
  await door.authenticator.authenticate({ bearer: session.token });
  own.clock.advance(2000);
  const renewed = await door.renew(session.refreshToken, '192.0.2.1');
  await assert.rejects(
    door.authenticator.authenticate({ bearer: session.token }),
    coded('auth.token_invalid'),
  );
  await door.authenticator.authenticate({ bearer: renewed.token });
  const elsewhere = own.identity.openDoor({ audience: 'another door', seconds: 60 });
  await assert.rejects(elsewhere.renew(renewed.refreshToken, '192.0.2.1'), coded('auth.token_invalid'));
});

test('a disabled user is out on another replica within a second, API tokens included', async () => {
  const ada = await addPerson(bed.identity, 'disabled');
  const { access } = await signIn(bed.identity, ada.email, ada.password);
  const made = await call(bed.identity, 'createToken', {
    caller: await onReplica(access),
    body: { name: 'ci', expiresInDays: 1 },
  });
  assert.ok(!(made instanceof Reply));
  await onReplica(made.token);
  await call(bed.identity, 'updateUser', {
    caller: admin,
    params: { id: ada.id },
    body: { state: 'disabled' },
  });
  assert.equal(await withinASecond('the refusal', () => refusal(access)), 'auth.token_invalid');
  assert.equal(await withinASecond('the refusal', () => refusal(made.token)), 'auth.token_invalid');
  await call(bed.identity, 'updateUser', {
    caller: admin,
    params: { id: ada.id },
    body: { state: 'active' },
  });
  assert.equal(await refusal(made.token), 'auth.token_invalid', 'it does not come back with its user');
});

test('the tokens of a disabled user only rest where an administrator keeps them', async () => {
  const bob = await addPerson(bed.identity, 'rests');
  const token = await addToken(bob);
  const setState = (body: object) =>
    call(bed.identity, 'updateUser', { caller: admin, params: { id: bob.id }, body });
  await setState({ state: 'disabled', revokeTokens: false });
  assert.equal(await withinASecond('the refusal', () => refusal(token)), 'auth.disabled');
  await setState({ state: 'active' });
  await withinASecond('the return', async () => (await refusal(token)) === undefined);
});

test('API tokens end with the password that an administrator sets, and with one of my own only where I ask', async () => {
  const ada = await addPerson(bed.identity, 'tokens');
  const audited = async (action: string): Promise<unknown> => {
    const { items } = await plain(
      call(bed.identity, 'listAudit', { caller: admin, query: { limit: 1, action } }),
    );
    return items[0]?.details['revokedTokens'];
  };
  const change = async (current: string, next: string, revokeTokens: boolean): Promise<void> => {
    const caller = await callerOf(bed.identity, ada.email, current);
    await call(bed.identity, 'changePassword', { caller, body: { current, next, revokeTokens } });
  };
  const first = await addToken(ada);
  await change(ada.password, 'a second password', false);
  assert.equal(await refusal(first), undefined);
  assert.equal(await audited('user.password_changed'), undefined);
  await change('a second password', 'a third password', true);
  assert.equal(await withinASecond('the refusal', () => refusal(first)), 'auth.token_invalid');
  assert.deepEqual(await audited('user.password_changed'), ['ci']);

  const second = await addToken({ ...ada, password: 'a third password' });
  const reset = (body: object) =>
    call(bed.identity, 'updateUser', { caller: admin, params: { id: ada.id }, body });
  await reset({ password: 'set by the admin', revokeTokens: false });
  await withinASecond('the token', async () => (await refusal(second)) === undefined);
  await reset({ password: 'set by the admin again' });
  assert.equal(await withinASecond('the refusal', () => refusal(second)), 'auth.token_invalid');
  assert.deepEqual(await audited('user.changed'), ['ci']);

  const own = await addToken({ email: adminEmail, password: adminPassword });
  await call(bed.identity, 'updateUser', {
    caller: admin,
    params: { id: admin.userId },
    body: { password: adminPassword },
  });
  assert.equal(await refusal(own), undefined, "an administrator's own password");
});

test('a revoked API token is refused on another replica within a second', async () => {
  const made = await call(bed.identity, 'createToken', {
    caller: admin,
    body: { name: 'ci', expiresInDays: null },
  });
  assert.ok(!(made instanceof Reply));
  await onReplica(made.token);
  await call(bed.identity, 'deleteToken', { caller: admin, params: { id: made.id } });
  assert.equal(await withinASecond('the refusal', () => refusal(made.token)), 'auth.token_invalid');
});

test('roles and what they grant change on another replica within a second', async () => {
  const ada = await addPerson(bed.identity, 'roles', { defaultProjectRole: 'viewer' });
  const { access } = await signIn(bed.identity, ada.email, ada.password);
  const caller = await onReplica(access);
  const projectId = bed.identity.defaultProjectId;
  assert.equal(can(caller, 'runs:write', { projectId }), false);
  const mayWrite = async (): Promise<boolean> => can(await onReplica(access), 'runs:write', { projectId });

  const role = await call(bed.identity, 'createRole', {
    caller: admin,
    body: { name: 'runner', description: '', grants: ['runs:write'] },
  });
  assert.ok(!(role instanceof Reply));
  const params = { id: projectId, userId: ada.id };
  await call(bed.identity, 'putMember', { caller: admin, params, body: { role: 'runner' } });
  await withinASecond('the new role', mayWrite);
  assert.equal(
    await replica.identity.authenticator.stillValid(caller),
    false,
    'other rights than at the start',
  );

  await call(bed.identity, 'updateRole', {
    caller: admin,
    params: { id: role.id },
    body: { grants: ['runs:read'] },
  });
  await withinASecond('the smaller role', async () => !(await mayWrite()));

  await call(bed.identity, 'deleteMember', { caller: admin, params });
  await withinASecond('leaving the project', async () => (await onReplica(access)).projects.size === 0);
});

test('what was missed while the notification connection was lost counts once it is back', async () => {
  const { access } = await signIn(bed.identity);
  const caller = await onReplica(access);
  // The sessions end without a word, as if the notification had been sent into the gap.
  await bed.database.pool.query('UPDATE sessions SET ended_at = now() WHERE id = $1', [caller.sessionId]);
  assert.equal(await refusal(access), undefined, 'nothing was heard yet');
  await bed.database.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()",
  );
  assert.equal(await waitFor('the flush', () => refusal(access), 5000), 'auth.token_invalid');
});

test('rights are read again after a minute although nothing was heard', async () => {
  const { access } = await signIn(bed.identity);
  const caller = await onReplica(access);
  await bed.database.pool.query('UPDATE sessions SET ended_at = now() WHERE id = $1', [caller.sessionId]);
  bed.clock.advance(59_000);
  assert.equal(await refusal(access), undefined);
  bed.clock.advance(1_000);
  assert.equal(await refusal(access), 'auth.token_invalid');
});

test('a token that was seen before costs no question to the database', async () => {
  const { access } = await signIn(bed.identity);
  await onReplica(access);
  let asked = 0;
  const count = (): void => {
    asked += 1;
  };
  bed.database.pool.on('acquire', count);
  for (let index = 0; index < 100; index += 1) await onReplica(access);
  bed.database.pool.off('acquire', count);
  assert.equal(asked, 0);
});
