import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addPerson,
  adminEmail,
  call,
  callerOf,
  createBed,
  plain,
  renew,
  signIn,
} from './identity-test-kit.ts';

test('what was done is written down, with who and from where, and no secret', async () => {
  await using bed = await createBed();
  const { identity } = bed;
  const admin = await callerOf(identity);
  const ada = await addPerson(identity, 'ada');
  const tokens = await signIn(identity, ada.email, ada.password);
  const renewed = await renew(identity, tokens.refresh);
  const caller = await identity.authenticator.authenticate({ bearer: tokens.access });
  const made = await plain(call(identity, 'createToken', { caller, body: { name: 'ci', expiresInDays: 1 } }));
  const next = 'the next password';
  await call(identity, 'changePassword', { caller, body: { current: ada.password, next } });
  await call(identity, 'deleteToken', { caller, params: { id: made.id } });
  await call(identity, 'updateUser', {
    caller: admin,
    params: { id: ada.id },
    body: { password: 'reset by admin' },
  });
  await signIn(identity, adminEmail, 'guessed password').catch(() => undefined);
  await signIn(identity, 'typed-into-the-wrong-field', 'x').catch(() => undefined);
  await call(identity, 'logout', { caller: admin });

  const auditor = await callerOf(identity);
  const { items } = await plain(call(identity, 'listAudit', { caller: auditor, query: { limit: 100 } }));
  const actions = new Set(items.map(({ action }) => action));
  for (const action of [
    'user.created',
    'auth.login',
    'auth.login_failed',
    'auth.logout',
    'token.created',
    'token.revoked',
    'user.password_changed',
    'user.changed',
  ]) {
    assert.ok(actions.has(action), action);
  }
  const login = items.find(({ action, subjectId }) => action === 'auth.login' && subjectId === ada.id);
  assert.deepEqual(login?.actor, { id: ada.id, name: 'ada' });
  assert.equal(login?.address, '192.0.2.1');

  const { rows } = await bed.database.pool.query<{ row: string }>('SELECT a::text AS row FROM audit a');
  const text = rows.map(({ row }) => row).join('\n');
  const secrets = [ada.password, next, 'reset by admin', 'guessed password', 'typed-into-the-wrong-field'];
  secrets.push(made.token, tokens.access, tokens.refresh, renewed.access, renewed.refresh);
  for (const secret of secrets) assert.ok(!text.includes(secret), secret);
});

test('the record is read newest first, page by page, by action, actor and subject', async () => {
  await using bed = await createBed();
  const { identity, clock } = bed;
  const admin = await callerOf(identity);
  for (let index = 0; index < 7; index += 1) {
    if (index % 2 === 0) clock.advance(1);
    await identity.audit({
      actorId: admin.userId,
      action: 'system.changed',
      subjectType: 'system',
      subjectId: `${index}`,
    });
  }
  const seen: string[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { limit: 2, cursor: cursor ?? undefined, action: 'system.changed' };
    const page = await plain(call(identity, 'listAudit', { caller: admin, query }));
    seen.push(...page.items.map(({ subjectId }) => subjectId));
    cursor = page.nextCursor;
  } while (cursor !== null);
  assert.deepEqual(seen, ['6', '5', '4', '3', '2', '1', '0']);
  const bySubject = { limit: 50, subjectId: '3', actorId: admin.userId };
  const one = await plain(call(identity, 'listAudit', { caller: admin, query: bySubject }));
  assert.deepEqual(
    one.items.map(({ subjectId }) => subjectId),
    ['3'],
  );
});
