import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from '@dumont/contracts/route';
import { routes } from '@dumont/contracts/routes';
import { createTestApp } from './test-app.ts';
import { openSocket } from './test-socket.ts';
import { waitFor } from './wait.ts';

/** Secrets that exist nowhere else: each is looked for in everything that leaves the server. */
const canaries = {
  'password of a credential': 'canary-credential-3f9c1d',
  'password of a sign-in': 'canary-signin-8a77e2',
  'wrong password of a sign-in': 'canary-wrong-55b0c4',
  'new password': 'canary-changed-19d2aa',
  'password in a webhook address': 'canary-webhook-c6e8f1',
};

test('a secret that was given to the server is in no log, metric, event, audit entry, table or answer', async () => {
  await using app = await createTestApp();
  const { client } = app.admin;
  const outgoing = new Map<string, string>();
  await using socket = await openSocket(app, { token: app.admin.token });
  for (const topic of ['runs', 'systems', 'alarms']) socket.send({ type: 'subscribe', topic });

  await client.createUser({
    body: {
      email: 'canary@example.org',
      name: 'Canary',
      password: canaries['password of a sign-in'],
      defaultProjectRole: 'operator',
    },
  });
  const signIn = (password: string, session: 'token' | 'cookie' = 'token') =>
    app.clientWith().login({ body: { email: 'canary@example.org', password, session } });
  await assert.rejects(signIn(canaries['wrong password of a sign-in']));
  // As someone who types the password where the name belongs.
  const swapped = { email: canaries['wrong password of a sign-in'], password: 'x' };
  await assert.rejects(app.clientWith().login({ body: swapped }));
  const session = await signIn(canaries['password of a sign-in']);
  assert.ok('access_token' in session);
  const own = app.clientWith(session.access_token);
  const change = { current: canaries['password of a sign-in'], next: canaries['new password'] };
  await own.changePassword({ body: change });
  const { token: apiToken } = await own.createToken({ body: { name: 'canary' } });
  const { ticket } = await own.issueTicket({ body: { purpose: 'download' } });

  const password = canaries['password of a credential'];
  await client.putCredential({
    params: { key: 'maps' },
    body: { url: 'http://127.0.0.1:1/', username: 'someone', password },
  });
  await client.salvarCredenciais({ body: { amplis: { reag: { username: 'x', password } } } });
  await client.testCredential({ params: { key: 'maps' } }).catch(() => undefined);
  const webhooks = [`http://user:${canaries['password in a webhook address']}@127.0.0.1:1/`];
  await client
    .createAlarmRule({
      body: { name: 'x', condition: { type: 'event', event: 'run.failed' }, notify: { webhooks } },
    })
    .catch((error: unknown) => outgoing.set('refusal of a webhook', ''.concat(String(error))));
  const { id } = await client
    .startRun({
      body: { kind: 'pipeline', subject: 'fund-portals', params: { sistemas: ['maps'] } },
    })
    .catch(() => client.startRun({ body: { kind: 'command', command: ['true'] } }));
  await waitFor(
    'the end of the run',
    async () => (await client.getRun({ params: { id } })).finishedAt ?? undefined,
  );
  // Requests that break in every way a request can, with secrets in them.
  for (const [path, body] of [
    ['/api/v1/auth/login', `{"email":"a","password":"${canaries['password of a sign-in']}"`],
    ['/api/v1/auth/login', JSON.stringify({ email: 1, password: canaries['password of a sign-in'] })],
    ['/api/v1/users', JSON.stringify({ password: canaries['password of a sign-in'] })],
  ] as const) {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.request(path, { method: 'POST', headers, body, token: app.admin.token });
    outgoing.set(`${path} broken`, await answer.text());
  }

  for (const [name, route] of Object.entries<Route>(routes)) {
    if (route.method !== 'GET') continue;
    const path = route.path
      .replace('{key}', 'maps')
      .replace('{system}', 'maps')
      .replace('{id}', route.path.startsWith('/api/v1/runs/') ? id : 'maps');
    outgoing.set(name, await (await app.request(path, { token: app.admin.token })).text());
  }
  const everyTable = await app.database.pool.query<{ name: string }>(
    `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
     WHERE table_schema IN ('app', 'funds') AND table_type = 'BASE TABLE'`,
  );
  for (const { name } of everyTable.rows) {
    const { rows } = await app.database.pool.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
    outgoing.set(`table ${name}`, rows.map(({ text }) => text).join('\n'));
  }
  outgoing.set('log', app.logLines.join('\n'));
  outgoing.set('socket', JSON.stringify(socket.messages));

  const secrets = {
    ...canaries,
    'an API token': apiToken,
    'an access token': session.access_token,
    'a refresh token': session.refresh_token,
    'a ticket': ticket,
    'the password of the administrator': app.admin.password,
    'the master key': '11'.repeat(32),
  };
  const found: string[] = [];
  for (const [where, text] of outgoing) {
    for (const [what, secret] of Object.entries(secrets))
      if (text.includes(secret)) found.push(`${what} in ${where}`);
  }
  assert.deepEqual(found, []);
  assert.ok((outgoing.get('listAudit') ?? '').includes('credential.saved'), 'nothing was looked at');
  assert.ok(socket.messages.length > 3, 'nothing was heard');
});
