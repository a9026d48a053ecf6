import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reply } from '../../kernel/http/handlers.ts';
import {
  addPerson,
  adminEmail,
  adminPassword,
  call,
  callerOf,
  coded,
  createBed,
  createReplica,
  renew,
  signIn,
} from './identity-test-kit.ts';

test('a sign-in answers tokens that work, by e-mail and by user name', async () => {
  await using bed = await createBed();
  const { identity } = bed;
  const caller = await callerOf(identity);
  assert.ok(caller.installation.has('*'));
  assert.equal(caller.defaultProjectId, identity.defaultProjectId);
  const me = await call(identity, 'me', { caller });
  assert.ok(!(me instanceof Reply));
  assert.deepEqual(
    me.memberships.map(({ projectId, role, grants }) => ({ projectId, role, grants })),
    [{ projectId: null, role: 'admin', grants: ['*'] }],
  );
  assert.equal(me.mustChangePassword, false);
  const byName = await call(identity, 'login', {
    body: { username: 'ADMIN@example.org', password: adminPassword, session: 'token' },
  });
  assert.ok('access_token' in byName && byName.token === byName.access_token);
});

test('a refresh token is replaced when used, and its successor works', async () => {
  await using bed = await createBed();
  const first = await signIn(bed.identity);
  const second = await renew(bed.identity, first.refresh);
  assert.notEqual(second.refresh, first.refresh);
  const third = await renew(bed.identity, second.refresh);
  assert.notEqual(third.refresh, second.refresh);
  await bed.identity.authenticator.authenticate({ bearer: third.access });
});

test('two tabs that renew at once on two replicas get the same successor and keep the session', async () => {
  await using bed = await createBed();
  await using other = await createReplica(bed.database, bed.clock);
  const { refresh } = await signIn(bed.identity);
  const answers = await Promise.all(
    [bed.identity, other.identity, bed.identity, other.identity].map((identity) => renew(identity, refresh)),
  );
  assert.equal(new Set(answers.map((answer) => answer.refresh)).size, 1);
  bed.clock.advance(9_000);
  const late = await renew(bed.identity, refresh);
  assert.equal(late.refresh, answers[0]?.refresh, 'a lost reply is answered again for 10 s');
  await renew(bed.identity, late.refresh);
});

test('a refresh token that is shown again after the grace ends the session for everyone who holds it', async () => {
  await using bed = await createBed();
  const { identity, clock } = bed;
  const stolen = await signIn(identity);
  const owner = await renew(identity, stolen.refresh);
  const elsewhere = await signIn(identity);
  clock.advance(10_001);
  await assert.rejects(renew(identity, stolen.refresh), coded('auth.refresh_reused'));
  await assert.rejects(renew(identity, owner.refresh), coded('auth.token_invalid'));
  await assert.rejects(renew(identity, stolen.refresh), coded('auth.token_invalid'));
  await using fresh = await createReplica(bed.database, clock);
  await assert.rejects(
    fresh.identity.authenticator.authenticate({ bearer: owner.access }),
    coded('auth.token_invalid'),
  );
  await renew(identity, elsewhere.refresh);
  const { rows } = await bed.database.pool.query("SELECT 1 FROM audit WHERE action = 'auth.refresh_reused'");
  assert.equal(rows.length, 1);
});

test('a session that was not renewed for 30 days is over, and none lives longer than 180 days', async () => {
  await using bed = await createBed();
  const { identity, clock } = bed;
  const day = 24 * 60 * 60_000;
  const idle = await signIn(identity);
  let active = await signIn(identity);
  for (let days = 0; days < 174; days += 29) {
    clock.advance(29 * day);
    active = await renew(identity, active.refresh);
  }
  await assert.rejects(renew(identity, idle.refresh), coded('auth.token_invalid'));
  clock.advance(7 * day);
  await assert.rejects(renew(identity, active.refresh), coded('auth.token_invalid'));
});

test('a browser gets its tokens in cookies that scripts cannot read, and renews by them', async () => {
  await using bed = await createBed();
  const { identity } = bed;
  const body = { email: adminEmail, password: adminPassword, session: 'cookie' };
  const reply = await call(identity, 'login', { body });
  assert.ok(reply instanceof Reply);
  assert.deepEqual(
    reply.cookies.map(({ name, path, httpOnly }) => ({ name, path, httpOnly })),
    [
      { name: 'dumont_session', path: '/', httpOnly: true },
      { name: 'dumont_refresh', path: '/api/v1/auth', httpOnly: true },
      { name: 'dumont_csrf', path: '/', httpOnly: false },
    ],
  );
  const cookies = Object.fromEntries(reply.cookies.map(({ name, value }) => [name, value]));
  const shown = JSON.stringify(reply.body);
  assert.ok(!shown.includes(cookies['dumont_session'] ?? ''), 'no token in the body');
  assert.ok(!shown.includes(cookies['dumont_refresh'] ?? ''));

  const caller = await identity.authenticator.authenticate({ cookie: cookies['dumont_session'] ?? '' });
  assert.equal(identity.authenticator.csrfValid(caller, cookies['dumont_csrf'] ?? ''), true);
  const stranger = await callerOf(identity);
  assert.equal(identity.authenticator.csrfValid(stranger, cookies['dumont_csrf'] ?? ''), false);
  assert.equal(identity.authenticator.csrfValid(caller, 'x'), false);

  const renewed = await call(identity, 'refresh', { context: { cookies } });
  assert.ok(renewed instanceof Reply);
  assert.equal(renewed.cookies.find(({ name }) => name === 'dumont_csrf')?.value, cookies['dumont_csrf']);

  const ended = await call(identity, 'logout', { caller });
  assert.ok(ended instanceof Reply);
  assert.deepEqual(
    ended.cookies.map(({ maxAgeSeconds }) => maxAgeSeconds),
    [0, 0, 0],
  );
  const next = renewed.cookies.find(({ name }) => name === 'dumont_refresh')?.value ?? '';
  await assert.rejects(renew(identity, next), coded('auth.token_invalid'));
});

test('a logout ends this session, or all of them', async () => {
  await using bed = await createBed();
  const { identity } = bed;
  const [one, two, three] = [await signIn(identity), await signIn(identity), await signIn(identity)];
  await call(identity, 'logout', {
    caller: await identity.authenticator.authenticate({ bearer: one.access }),
  });
  await assert.rejects(renew(identity, one.refresh), coded('auth.token_invalid'));
  await renew(identity, two.refresh);
  await call(identity, 'logout', {
    caller: await identity.authenticator.authenticate({ bearer: three.access }),
    body: { everywhere: true },
  });
  await assert.rejects(renew(identity, three.refresh), coded('auth.token_invalid'));
});

test('a change of password ends the other sessions and keeps this one', async () => {
  await using bed = await createBed();
  const { identity } = bed;
  const ada = await addPerson(identity, 'ada', { mustChangePassword: true });
  const other = await signIn(identity, ada.email, ada.password);
  const mine = await signIn(identity, ada.email, ada.password);
  const caller = await identity.authenticator.authenticate(
    { bearer: mine.access },
    { beforePasswordChange: true },
  );
  const before = await call(identity, 'me', { caller });
  assert.ok(!(before instanceof Reply) && before.mustChangePassword);
  await assert.rejects(
    call(identity, 'changePassword', { caller, body: { current: 'wrong', next: 'another password' } }),
    coded('auth.password_wrong'),
  );
  await call(identity, 'changePassword', {
    caller,
    body: { current: ada.password, next: 'another password' },
  });
  await assert.rejects(renew(identity, other.refresh), coded('auth.token_invalid'));
  await renew(identity, mine.refresh);
  await assert.rejects(signIn(identity, ada.email, ada.password), coded('auth.credentials'));
  const after = await call(identity, 'me', {
    caller: await callerOf(identity, ada.email, 'another password'),
  });
  assert.ok(!(after instanceof Reply) && !after.mustChangePassword);
});
