import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startInbox } from '../../../../test/inbox.ts';
import { baseDn, readerDn, readerPassword, startSlapd, withoutSlapd } from '../../../../test/slapd.ts';
import { waitFor } from '../../../../test/wait.ts';
import { createCornflowBed, password, type Client, type CornflowBed } from '../cornflow-test-kit.ts';

/** Answers of `PUT /user/recover-password/` are the same for everybody. */
const recover = async (bed: CornflowBed, email: string): Promise<void> => {
  const answer = await bed.stranger.ask('PUT', '/user/recover-password/', { email });
  assert.deepEqual(
    [answer.status, answer.json],
    [200, { message: 'The password recovery process has started. Check the email inbox.' }],
  );
};

describe('a token of the provider', () => {
  let bed: CornflowBed;
  let issuer = '';
  type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  let privateKey: Key;
  let strangeKey: Key;
  let jwk: object;
  /** Publishes what it is and its key. */
  const provider = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const about = {
      issuer,
      jwks_uri: `${issuer}/keys`,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      response_types_supported: ['code'],
    };
    response.end(JSON.stringify(request.url === '/keys' ? { keys: [jwk] } : about));
  });
  before(async () => {
    const keys = await generateKeyPair('RS256');
    ({ privateKey } = keys);
    strangeKey = (await generateKeyPair('RS256')).privateKey;
    jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256' };
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    bed = await createCornflowBed({
      environment: {
        DUMONT_OIDC_ISSUER: issuer,
        DUMONT_OIDC_CLIENT_ID: 'solver-apps',
        DUMONT_OIDC_CLIENT_SECRET: 'secret',
        DUMONT_OIDC_ROLE: 'planner',
      },
    });
  });
  after(async () => {
    await bed[Symbol.asyncDispose]();
    provider.close();
  });

  const tokenOf = (name: string, key = privateKey, lifeSeconds = 600, audience = 'solver-apps') =>
    new SignJWT({ email: `${name}@example.org`, email_verified: true, name })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setSubject(`subject of ${name}`)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + lifeSeconds)
      .sign(key);

  test('is taken with every call, with no sign-in before it, and is one session', async () => {
    const client = bed.clientWith(await tokenOf('ida'));
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => client.ask('GET', '/user/role/')));
    for (const answer of [first, ...others])
      assert.deepEqual([answer?.status, answer?.rows[0]?.role], [200, 'planner']);
    assert.deepEqual((await client.ask('GET', '/token/')).json, { valid: 1 });
    const { rows } = await bed.people.admin.ask('GET', '/user/');
    assert.equal(rows.filter(({ email }) => email === 'ida@example.org').length, 1);
    const { items } = await bed.app.admin.client.listAudit({ query: { action: 'auth.login', limit: 100 } });
    const ida = (await bed.app.admin.client.listUsers({ query: { limit: 50 } })).items.find(
      ({ email }) => email === 'ida@example.org',
    );
    assert.equal(items.filter(({ subjectId }) => subjectId === ida?.id).length, 1);
  });

  test('is exchanged for a token of the door at its sign-in, for the same user', async () => {
    const token = await tokenOf('joe');
    const answer = await bed.clientWith(token).ask('POST', '/login/', {});
    assert.equal(answer.status, 200);
    const [{ user_id: withOwn } = {}] = (await bed.clientWith(answer.json.token).ask('GET', '/user/role/'))
      .rows;
    const [{ user_id: withTheirs } = {}] = (await bed.clientWith(token).ask('GET', '/user/role/')).rows;
    assert.deepEqual([withOwn, withTheirs], [answer.json.id, answer.json.id]);
  });

  test('by another key, for somebody else, or run out, opens nothing', async () => {
    for (const token of [
      await tokenOf('eve', strangeKey),
      await tokenOf('eve', privateKey, 600, 'somebody-else'),
      await tokenOf('eve', privateKey, -600),
    ]) {
      const answer = await bed.clientWith(token).ask('GET', '/user/role/');
      assert.equal(answer.status, 400);
      assert.match(answer.json.error, /^(Invalid token format or signature|The token has expired)/);
      assert.deepEqual((await bed.clientWith(token).ask('GET', '/token/')).json, { valid: 0 });
    }
  });

  test('of a user who is disabled is good for nothing, and stays so when they come back', async () => {
    const client: Client = bed.clientWith(await tokenOf('kim'));
    assert.equal((await client.ask('GET', '/user/role/')).status, 200);
    const { items } = await bed.app.admin.client.listUsers({ query: { limit: 50 } });
    const kim = items.find(({ email }) => email === 'kim@example.org');
    assert.ok(kim);
    const setState = (state: 'active' | 'disabled') =>
      bed.app.admin.client.updateUser({ params: { id: kim.id }, body: { state } });
    await setState('disabled');
    await waitFor('the end of the session', async () => {
      const { status } = await client.ask('GET', '/user/role/');
      return status === 400 ? true : undefined;
    });
    await setState('active');
    assert.equal((await client.ask('GET', '/user/role/')).status, 400);
    const fresh = bed.clientWith(await tokenOf('kim', privateKey, 601));
    assert.equal((await fresh.ask('GET', '/user/role/')).status, 200);
  });
});

describe('users of a directory', () => {
  const promised = { skip: withoutSlapd };

  test(
    'sign in with the password and the roles that they have there, and are edited there',
    promised,
    async () => {
      await using slapd = await startSlapd();
      await using inbox = await startInbox();
      const group = `cn=planners,ou=groups,${baseDn}`;
      for (const uid of ['ada', 'bob'])
        await slapd.add(`uid=${uid},ou=people`, {
          objectClass: 'inetOrgPerson',
          cn: `The ${uid}`,
          sn: uid,
          mail: `${uid}@example.org`,
          userPassword: `directory password of ${uid}`,
        });
      await slapd.add('cn=planners,ou=groups', {
        objectClass: 'groupOfNames',
        member: `uid=ada,ou=people,${baseDn}`,
      });
      await using bed = await createCornflowBed({
        environment: {
          DUMONT_LDAP_URL: slapd.ldapUrl,
          DUMONT_LDAP_BASE: baseDn,
          DUMONT_LDAP_BIND_DN: readerDn,
          DUMONT_LDAP_BIND_PASSWORD: readerPassword,
          DUMONT_LDAP_GROUP_ROLES: `${group} => planner`,
          DUMONT_SMTP_URL: `smtp://127.0.0.1:${inbox.port}`,
        },
      });
      const signIn = (username: string, given = `directory password of ${username}`) =>
        bed.stranger.ask('POST', '/login/', { username, password: given });
      const answer = await signIn('ada');
      assert.equal(answer.status, 200, answer.text);
      // How old a password there is we do not know.
      assert.deepEqual(Object.keys(answer.json).toSorted(), ['id', 'refresh_token', 'token']);
      const ada = bed.clientWith(answer.json.token, answer.json.id);
      assert.deepEqual(
        (await ada.ask('GET', '/user/role/')).rows.map(({ role }) => role),
        ['planner'],
      );
      const shown = await ada.ask('GET', `/user/${ada.id}/`);
      assert.deepEqual(
        [shown.json.username, shown.json.email, shown.json.first_name, shown.json.last_name],
        ['ada', 'ada@example.org', 'The', 'ada'],
      );
      const edited = await ada.ask('PUT', `/user/${ada.id}/`, { first_name: 'Ada' });
      assert.deepEqual([edited.status, edited.json], [501, { error: 'To edit a user, go to LDAP server' }]);

      const bob = bed.clientWith((await signIn('bob')).json.token);
      assert.deepEqual(
        (await bob.ask('GET', '/user/role/')).rows.map(({ role }) => role),
        ['viewer'],
      );
      for (const [username, given] of [
        ['ada', 'wrong'],
        ['nobody', 'wrong'],
        ['ada*', 'directory password of ada'],
      ] as const) {
        const refused = await signIn(username, given);
        assert.deepEqual([refused.status, refused.json], [400, { error: 'Invalid credentials' }]);
      }

      // Who has no password here is mailed none; one who has, after them, is.
      await recover(bed, 'ada@example.org');
      await recover(bed, 'planner.user@example.org');
      await waitFor('a mail', async () => inbox.mails[0]);
      assert.deepEqual(
        inbox.mails.map(({ to }) => to),
        ['planner.user@example.org'],
      );
      assert.equal((await signIn('ada')).status, 200);
    },
  );
});

test('a mailed password opens the door once, to choose another one', async () => {
  await using inbox = await startInbox();
  await using bed = await createCornflowBed({
    environment: { DUMONT_SMTP_URL: `smtp://127.0.0.1:${inbox.port}` },
  });
  await recover(bed, 'nobody@example.org');
  await recover(bed, 'Planner.User@example.org');
  const mail = await waitFor('the mail', async () => inbox.mails[0]);
  assert.deepEqual([mail.to, inbox.mails.length], ['planner.user@example.org', 1]);
  const [, mailed = ''] = /^ {4}(\S+)\r?$/m.exec(mail.source) ?? [];
  assert.match(mailed, /^Dt1-/);
  // Until it is used, the old one is good, and so is who is signed in.
  await bed.login('planner_user');
  assert.equal((await bed.people.planner.ask('GET', '/instance/')).status, 200);

  const answer = await bed.stranger.ask('POST', '/login/', { username: 'planner_user', password: mailed });
  assert.deepEqual([answer.status, answer.json.change_password], [200, true]);
  const own = bed.clientWith(answer.json.token, answer.json.id);
  assert.equal((await own.ask('GET', '/instance/')).status, 403);
  await waitFor(
    'the end of the other session',
    async () => (await bed.people.planner.ask('GET', '/instance/')).status === 400,
    1000,
  );
  const refused = await bed.stranger.ask('POST', '/login/', { username: 'planner_user', password });
  assert.deepEqual([refused.status, refused.json], [400, { error: 'Invalid credentials' }]);
  const chosen = 'Another-horse2';
  assert.equal((await own.ask('PUT', `/user/${own.id}/`, { password: chosen })).status, 200);
  const changed = await bed.login('planner_user', chosen);
  assert.equal((await changed.ask('GET', '/instance/')).status, 200);
});

test('without a mail server nobody is promised a mail', async () => {
  await using bed = await createCornflowBed();
  const answer = await bed.stranger.ask('PUT', '/user/recover-password/', { email: 'a@example.org' });
  assert.deepEqual(
    [answer.status, answer.json],
    [
      501,
      {
        error: "This functionality is not available. Check that cornflow's email is correctly configured",
      },
    ],
  );
});
