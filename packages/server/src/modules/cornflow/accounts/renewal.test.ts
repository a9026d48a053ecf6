import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitFor } from '../../../../test/wait.ts';
import { createCornflowBed, password, type Answer, type CornflowBed } from '../cornflow-test-kit.ts';

let bed: CornflowBed;
before(async () => {
  bed = await createCornflowBed();
});
after(() => bed[Symbol.asyncDispose]());

interface Session {
  readonly token: string;
  readonly refresh_token: string;
  readonly id: number;
}

const signIn = async (username = 'planner_user'): Promise<Session> => {
  const answer = await bed.stranger.ask('POST', '/login/', { username, password });
  return JSON.parse(answer.text) as Session;
};
/** As the client's `refresh` and `logout`: no token, and the one to be used in the body. */
const refresh = (refresh_token: unknown): Promise<Answer> =>
  bed.stranger.ask('POST', '/token/refresh/', { refresh_token });
const logout = (refresh_token: unknown): Promise<Answer> =>
  bed.stranger.ask('POST', '/logout/', { refresh_token });
const isGood = async (token: string): Promise<boolean> =>
  (await bed.clientWith(token).ask('GET', '/instance/')).status === 200;

test('a session is renewed by a token that is replaced each time', async () => {
  const first = await signIn();
  const answer = await refresh(first.refresh_token);
  assert.equal(answer.status, 200, answer.text);
  const second = JSON.parse(answer.text) as Session;
  assert.deepEqual(Object.keys(second).toSorted(), ['id', 'refresh_token', 'token']);
  assert.equal(second.id, first.id);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.ok(await isGood(second.token));
  assert.ok(await isGood(first.token), 'calls that are under way keep their token');
  assert.equal((await refresh(second.refresh_token)).status, 200);
});

test('a refresh token that was replaced a while ago ends the session, with every token of it', async () => {
  const stolen = await signIn();
  const owner = JSON.parse((await refresh(stolen.refresh_token)).text) as Session;
  await bed.app.database.pool.query(
    "UPDATE refresh_tokens SET replaced_at = replaced_at - interval '11 seconds' WHERE replaced_at IS NOT NULL",
  );
  const replayed = await refresh(stolen.refresh_token);
  assert.deepEqual(
    [replayed.status, replayed.json],
    [401, { error: 'The session has been revoked, please log in again' }],
  );
  const after = await refresh(owner.refresh_token);
  assert.deepEqual(
    [after.status, after.json],
    [401, { error: 'The session is no longer valid, please log in again' }],
  );
  for (const token of [stolen.token, owner.token])
    await waitFor('the end of the token', async () => !(await isGood(token)), 1000);
});

test('what is no refresh token renews nothing, in the words of Cornflow', async () => {
  for (const body of [{}, { refresh_token: null }, { refresh_token: '' }]) {
    const answer = await bed.stranger.ask('POST', '/token/refresh/', body);
    assert.deepEqual([answer.status, answer.json], [400, { error: 'A refresh token is required' }]);
  }
  const { token } = await signIn();
  for (const wrong of ['garbage', token, 'x'.repeat(5000)]) {
    const answer = await refresh(wrong);
    assert.deepEqual(
      [answer.status, answer.json],
      [401, { error: 'The session is no longer valid, please log in again' }],
    );
  }
  assert.equal((await refresh(7)).json.error, "{'json': {'refresh_token': ['Not a valid string.']}}");
});

test('a refresh token opens no address, and renews at no other door', async () => {
  const { refresh_token } = await signIn();
  assert.equal((await bed.clientWith(refresh_token).ask('GET', '/instance/')).status, 400);
  const ours = await bed.app.request('/api/v1/auth/refresh', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refresh_token }),
  });
  assert.equal(ours.status, 401);
  const own = await bed.app.clientWith().login({
    body: { email: bed.app.admin.email, password: bed.app.admin.password },
  });
  assert.ok('refresh_token' in own);
  assert.equal((await refresh(own.refresh_token)).status, 401);
  assert.equal((await refresh(refresh_token)).status, 200, 'nor is it used up there');
});

test('a logout ends the tokens of that session within a second, and those of no other', async () => {
  const ended = await signIn();
  const other = await signIn();
  const renewed = JSON.parse((await refresh(ended.refresh_token)).text) as Session;
  assert.ok(await isGood(ended.token));
  const said = { message: 'The session has been closed' };
  const answer = await logout(renewed.refresh_token);
  assert.deepEqual([answer.status, answer.json], [200, said]);
  for (const token of [ended.token, renewed.token])
    await waitFor('the end of the token', async () => !(await isGood(token)), 1000);
  assert.equal((await refresh(renewed.refresh_token)).status, 401);
  assert.ok(await isGood(other.token));
  for (const again of [renewed.refresh_token, 'garbage', null, undefined])
    assert.deepEqual((await logout(again)).json, said);
  const { rows } = await bed.app.database.pool.query(
    "SELECT 1 FROM audit WHERE action = 'auth.logout' AND subject_type = 'session'",
  );
  assert.equal(rows.length, 1, 'once, however often it is said');
});

test('who signs up can renew too; who was disabled cannot', async () => {
  const body = { username: 'renewer', email: 'renewer@example.org', password };
  const made = await bed.people.admin.ask('POST', '/signup/', body);
  const { refresh_token } = JSON.parse(made.text) as Session;
  const renewed = JSON.parse((await refresh(refresh_token)).text) as Session;
  assert.ok(await isGood(renewed.token));
  const users = await bed.app.admin.client.listUsers({ query: {} });
  const id = users.items.find(({ email }) => email === body.email)?.id ?? '';
  await bed.app.admin.client.updateUser({ params: { id }, body: { state: 'disabled' } });
  assert.equal((await refresh(renewed.refresh_token)).status, 401);
});
