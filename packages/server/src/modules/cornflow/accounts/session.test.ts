import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createCornflowBed, password, type CornflowBed } from '../cornflow-test-kit.ts';

let bed: CornflowBed;
before(async () => {
  bed = await createCornflowBed();
});
after(() => bed[Symbol.asyncDispose]());

test('a sign-in answers a token, the number of the user, and whether the password is old', async () => {
  const answer = await bed.stranger.ask('POST', '/login/', { username: 'planner_user', password });
  assert.equal(answer.status, 200);
  assert.deepEqual(Object.keys(answer.json).toSorted(), ['change_password', 'id', 'refresh_token', 'token']);
  assert.equal(answer.json.id, bed.people.planner.id);
  assert.equal(answer.json.change_password, false);
  const [, payload = ''] = answer.json.token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  assert.equal(claims['aud'], 'dumont-cornflow');
  assert.equal(Number(claims['exp']) - Number(claims['iat']), 86_400);
});

test('the code of an authenticator app, which newer clients may send, is not asked for and not minded', async () => {
  const proven = { username: 'planner_user', password, totp_code: '123456' };
  const answer = await bed.stranger.ask('POST', '/login/', proven);
  assert.equal(answer.status, 200, answer.text);
  const wrong = await bed.stranger.ask('POST', '/login/', { ...proven, password: 'wrong' });
  assert.deepEqual([wrong.status, wrong.json], [400, { error: 'Invalid credentials' }]);
});

test('a wrong password and a name that nobody has are answered alike', async () => {
  for (const username of ['planner_user', 'nobody_at_all']) {
    const answer = await bed.stranger.ask('POST', '/login/', { username, password: 'wrong' });
    assert.deepEqual([answer.status, answer.json], [400, { error: 'Invalid credentials' }]);
  }
});

test('a sign-in without its fields, or with others, says so in a Python dict', async () => {
  const empty = await bed.stranger.ask('POST', '/login/', {});
  assert.deepEqual(
    [empty.status, empty.json.error],
    [
      400,
      "{'json': {'username': ['Missing data for required field.'], 'password': ['Missing data for required field.']}}",
    ],
  );
  const more = await bed.stranger.ask('POST', '/login/', { username: 'a', password: 'b', c: 1 });
  assert.equal(more.json.error, "{'json': {'c': ['Unknown field.']}}");
  const malformed = await bed.stranger.ask('POST', '/login/', '{');
  assert.deepEqual(malformed.json, { messages: { json: ['Invalid JSON body.'] } });
});

test('a token of this door is none of our own API, nor the other way round; an API token opens both', async () => {
  const { token } = bed.people.admin;
  assert.equal((await bed.app.request('/api/v1/users', { token: token ?? '' })).status, 401);
  const session = await bed.app.clientWith().login({
    body: { email: bed.app.admin.email, password: bed.app.admin.password },
  });
  assert.ok('access_token' in session);
  const own = await bed.clientWith(session.access_token).ask('GET', '/user/');
  assert.deepEqual([own.status, own.json], [400, { error: 'Invalid token format or signature' }]);
  assert.equal((await bed.clientWith(bed.app.admin.token).ask('GET', '/user/')).status, 200);
});

test('the token of who signed out everywhere, or was disabled, is good for nothing', async () => {
  const person = await bed.app.addPerson('leaver', { projects: { [bed.app.defaultProjectId]: 'planner' } });
  const client = await bed.login('leaver@example.org', person.password);
  assert.equal((await client.ask('GET', '/user/role/')).status, 200);
  await bed.app.admin.client.updateUser({ params: { id: person.id }, body: { state: 'disabled' } });
  await assert.doesNotReject(async () => {
    for (let tries = 0; tries < 50; tries += 1) {
      const answer = await client.ask('GET', '/user/role/');
      if (answer.status === 400) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error('still good');
  });
  const again = await bed.stranger.ask('POST', '/login/', {
    username: 'leaver@example.org',
    password: person.password,
  });
  assert.deepEqual([again.status, again.json], [400, { error: 'Invalid credentials' }]);
});

test('/token/ says whether a token is good, whatever it is', async () => {
  const ask = async (authorization?: string): Promise<unknown> => {
    const answer = await fetch(`${bed.url}/token/`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    return [answer.status, await answer.json()];
  };
  assert.deepEqual(await ask(`Bearer ${bed.people.dummy.token}`), [200, { valid: 1 }]);
  assert.deepEqual(await ask('Bearer garbage'), [200, { valid: 0 }]);
  assert.deepEqual(await ask(), [400, { error: 'Authorization header is missing' }]);
  assert.deepEqual(await ask('garbage'), [
    400,
    { error: "Invalid Authorization header format. Must be 'Bearer <token>'" },
  ]);
});

test('an administrator signs people up; they are planners, and can sign in', async () => {
  const body = {
    username: 'fresh',
    email: 'Fresh@Example.org',
    password,
    first_name: 'Ana Maria',
    last_name: 'da Silva',
  };
  assert.equal((await bed.people.planner.ask('POST', '/signup/', body)).status, 403);
  assert.equal((await bed.stranger.ask('POST', '/signup/', body)).status, 400);
  const made = await bed.people.admin.ask('POST', '/signup/', body);
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(Object.keys(made.json).toSorted(), ['id', 'refresh_token', 'token']);
  const client = bed.clientWith(made.json.token, made.json.id);
  const shown = await client.ask('GET', `/user/${made.json.id}/`);
  assert.equal(shown.json.first_name, 'Ana Maria');
  assert.equal(shown.json.last_name, 'da Silva');
  assert.equal(shown.json.email, 'fresh@example.org');
  const roles = await client.ask('GET', '/user/role/');
  assert.deepEqual(
    roles.rows.map(({ role }) => role),
    ['planner'],
  );
  await bed.login('fresh');
  const again = await bed.people.admin.ask('POST', '/signup/', { ...body, email: 'other@example.org' });
  assert.deepEqual(
    [again.status, again.json.error],
    [400, 'Username already in use, please supply another username'],
  );
  const same = await bed.people.admin.ask('POST', '/signup/', body);
  assert.equal(same.json.error, again.json.error, 'of the two the name is looked at first');
  const mail = await bed.people.admin.ask('POST', '/signup/', { ...body, username: 'fresh2' });
  assert.deepEqual(
    [mail.status, mail.json.error],
    [400, 'Email already in use, please supply another email address'],
  );
});

test('passwords and addresses that are too weak are refused with the words of Cornflow', async () => {
  const ask = async (changes: object): Promise<unknown> => {
    const body = { username: 'weak', email: 'weak@example.org', password, ...changes };
    const answer = await bed.people.admin.ask('POST', '/signup/', body);
    return [answer.status, answer.json.error];
  };
  assert.deepEqual(await ask({ password: 'Ab1!' }), [400, 'Password must contain at least 8 characters.']);
  assert.deepEqual(await ask({ password: 'abcdefg1!' }), [
    400,
    'Password must contain uppercase and lowercase letters.',
  ]);
  assert.deepEqual(await ask({ password: 'Abcdefghi' }), [
    400,
    'Password must contain at least one number and one special character.',
  ]);
  assert.deepEqual(await ask({ email: 'weak' }), [400, 'Invalid email address.']);
});

test('addresses of the domains in a file are refused, and those of domains below them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-blocklist-'));
  const file = join(folder, 'domains');
  try {
    await writeFile(file, '# disposable\nMailinator.example\nx.throwaway.example # and more\n');
    await using other = await createCornflowBed({
      environment: { DUMONT_CORNFLOW_MAIL_BLOCKLIST: file, DUMONT_CORNFLOW_SIGN_UP: 'open' },
    });
    const signUp = (username: string, email: string) =>
      other.stranger.ask('POST', '/signup/', { username, email, password });
    const refused = { error: 'Invalid email address' };
    for (const email of ['a@mailinator.example', 'a@DEEP.down.mailinator.example', 'a@x.throwaway.example'])
      assert.deepEqual((await signUp('a', email)).json, refused, email);
    const own = await signUp('b', 'b@notmailinator.example');
    assert.equal(own.status, 201, own.text);
    assert.equal((await signUp('c', 'c@throwaway.example')).status, 201);
    const changed = await other
      .clientWith(own.json.token)
      .ask('PUT', `/user/${own.json.id}/`, { email: 'b@mailinator.example' });
    assert.deepEqual([changed.status, changed.json], [400, refused]);
    await writeFile(file, 'throwaway.example');
    assert.equal((await signUp('d', 'd@mailinator.example')).status, 201);
    assert.deepEqual((await signUp('e', 'e@throwaway.example')).json, refused);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a file of domains that is not there stops the start', async () => {
  const environment = { DUMONT_CORNFLOW_MAIL_BLOCKLIST: '/nowhere/domains' };
  await assert.rejects(
    createCornflowBed({ environment }),
    /DUMONT_CORNFLOW_MAIL_BLOCKLIST: found "\/nowhere\/domains"/,
  );
});
