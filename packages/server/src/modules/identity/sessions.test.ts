import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reply } from '../../kernel/http/handlers.ts';
import { call, callerOf, coded, createBed, renew, signIn } from './identity-test-kit.ts';

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
    body: { username: 'ADMIN@example.org', password: 'correct horse battery', session: 'token' },
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
