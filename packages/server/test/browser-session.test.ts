import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Problem } from '@dumont/contracts/errors';
import { createTestApp, type TestApp } from './test-app.ts';
import { openSocket } from './test-socket.ts';
import { createObjects } from './objects.ts';
import { waitFor } from './wait.ts';

let app: TestApp;
before(async () => {
  app = await createTestApp({ environment: { DUMONT_ROLES: 'api' } });
});
after(() => app[Symbol.asyncDispose]());

interface Browser {
  readonly cookies: ReadonlyMap<string, string>;
  readonly setCookies: readonly string[];
  readonly csrfToken: string;
  /** As a page of ours sends it; a header that is undefined here is left out. */
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string | undefined>>,
  ): Promise<Response>;
}

const codeOf = async (response: Response): Promise<string> => ((await response.json()) as Problem).code;

const signIn = async (): Promise<Browser> => {
  const answer = await app.request('/api/v1/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url },
    body: JSON.stringify({ email: app.admin.email, password: app.admin.password, session: 'cookie' }),
  });
  assert.equal(answer.status, 200);
  const session = (await answer.json()) as { csrfToken: string };
  assert.ok(!('access_token' in session) && !('token' in session), 'tokens are within reach of scripts');
  const setCookies = answer.headers.getSetCookie();
  const cookies = new Map(
    setCookies.map((line) => {
      const [pair = ''] = line.split(';', 1);
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
  return {
    cookies,
    setCookies,
    csrfToken: session.csrfToken,
    send: (method, path, body, headers = {}) => {
      const all: Record<string, string | undefined> = {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        origin: app.url,
        'x-csrf-token': session.csrfToken,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      };
      return app.request(path, {
        method,
        headers: Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
  };
};

test('tokens of the console live in cookies that no script reads and no other site sends', async () => {
  const { setCookies } = await signIn();
  const attributes = (name: string): string => setCookies.find((line) => line.startsWith(`${name}=`)) ?? '';
  for (const name of ['dumont_session', 'dumont_refresh', 'dumont_csrf'])
    assert.match(attributes(name), /; SameSite=Strict/i);
  assert.match(attributes('dumont_session'), /; HttpOnly/i);
  assert.match(attributes('dumont_refresh'), /; HttpOnly/i);
  assert.match(attributes('dumont_refresh'), /; Path=\/api\/v1\/auth/i);
  assert.doesNotMatch(attributes('dumont_csrf'), /HttpOnly/i);
  assert.doesNotMatch(attributes('dumont_session'), /Secure/i);
});

test('behind https the cookies travel over https only', async () => {
  await using secure = await createTestApp({
    environment: { DUMONT_PUBLIC_URL: 'https://dumont.example', DUMONT_ROLES: 'api' },
  });
  const answer = await secure.request('/api/v1/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://dumont.example' },
    body: JSON.stringify({ email: secure.admin.email, password: secure.admin.password, session: 'cookie' }),
  });
  for (const line of answer.headers.getSetCookie()) assert.match(line, /; Secure/i);
});

test('a change needs the CSRF token of the session; reading does not', async () => {
  const browser = await signIn();
  const change = { locale: 'en' };
  const path = '/api/v1/auth/me';
  assert.equal((await browser.send('PATCH', path, change)).status, 200);
  assert.equal((await browser.send('GET', path, undefined, { 'x-csrf-token': undefined })).status, 200);
  for (const wrong of [undefined, '', 'x', 'x'.repeat(browser.csrfToken.length)]) {
    const refused = await browser.send('PATCH', path, change, { 'x-csrf-token': wrong });
    assert.equal(refused.status, 403);
    assert.equal(await codeOf(refused), 'request.csrf');
  }
});

test('a CSRF token of another session does not fit, even with its cookie', async () => {
  const [mine, other] = [await signIn(), await signIn()];
  const cookie = `dumont_session=${mine.cookies.get('dumont_session') ?? ''}; dumont_csrf=${other.csrfToken}`;
  const refused = await mine.send(
    'PATCH',
    '/api/v1/auth/me',
    { locale: 'en' },
    {
      cookie,
      'x-csrf-token': other.csrfToken,
    },
  );
  assert.equal(await codeOf(refused), 'request.csrf');
});

test('a change that another site makes a browser send is refused, signing in included', async () => {
  const browser = await signIn();
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: undefined, 'sec-fetch-site': 'cross-site' },
    { origin: undefined, 'sec-fetch-site': 'same-site' },
  ]) {
    const change = await browser.send('PATCH', '/api/v1/auth/me', { locale: 'en' }, headers);
    assert.equal(await codeOf(change), 'request.origin', JSON.stringify(headers));
    const login = { email: app.admin.email, password: app.admin.password };
    const answer = await browser.send('POST', '/api/v1/auth/login', login, headers);
    assert.equal(await codeOf(answer), 'request.origin', JSON.stringify(headers));
  }
});

test('the session is renewed by its cookie, and the cookie that was replaced is worth nothing', async () => {
  const browser = await signIn();
  const renewed = await browser.send('POST', '/api/v1/auth/refresh');
  assert.equal(renewed.status, 200);
  const fresh = renewed.headers.getSetCookie().find((line) => line.startsWith('dumont_refresh=')) ?? '';
  assert.ok(fresh !== '' && !fresh.includes(browser.cookies.get('dumont_refresh') ?? 'missing'));
});

test('after signing out the cookies are gone, and worth nothing to who has kept them', async () => {
  const browser = await signIn();
  const out = await browser.send('POST', '/api/v1/auth/logout', {});
  assert.equal(out.status, 204);
  for (const line of out.headers.getSetCookie()) assert.match(line, /Max-Age=0/i);
  assert.equal((await browser.send('POST', '/api/v1/auth/refresh')).status, 401);
  // What a replica remembers of a session goes with the notification of its end: within a second, by its promise.
  await waitFor(
    'the session to be forgotten',
    async () => (await browser.send('GET', '/api/v1/auth/me')).status === 401,
  );
});

test('a ticket opens one download, once, and nothing else', async () => {
  const objects = createObjects(app.database);
  const run = await objects.addRun(app.defaultProjectId, app.admin.id);
  const issue = async (purpose: 'download' | 'websocket'): Promise<string> =>
    (await app.admin.client.issueTicket({ body: { purpose } })).ticket;
  const open = (path: string, ticket: string): Promise<Response> =>
    app.request(`${path}?ticket=${encodeURIComponent(ticket)}`);
  const path = `/api/v1/runs/${run}/log.txt`;

  const ticket = await issue('download');
  assert.equal((await open(path, ticket)).status, 200);
  assert.equal(await codeOf(await open(path, ticket)), 'auth.ticket');
  assert.equal(await codeOf(await open(path, await issue('websocket'))), 'auth.ticket');
  assert.equal((await open('/api/v1/auth/me', await issue('download'))).status, 401);
  const raced = await issue('download');
  const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await open(path, raced)).status));
  assert.equal(statuses.filter((status) => status === 200).length, 1);
});

test('a ticket opens one WebSocket, once; a cookie opens none', async () => {
  const { ticket } = await app.admin.client.issueTicket({ body: { purpose: 'websocket' } });
  await using socket = await openSocket(app, { ticket, headers: { origin: app.url } });
  socket.send({ type: 'ping' });
  await socket.message('pong');
  await assert.rejects(openSocket(app, { ticket }), { status: 401 });
  const other = await app.admin.client.issueTicket({ body: { purpose: 'download' } });
  await assert.rejects(openSocket(app, { ticket: other.ticket }), { status: 401 });
  await assert.rejects(openSocket(app), { status: 401 });
  const browser = await signIn();
  const cookie = `dumont_session=${browser.cookies.get('dumont_session') ?? ''}`;
  await assert.rejects(openSocket(app, { headers: { cookie, origin: app.url } }), { status: 401 });
});

test('another site cannot open a WebSocket with a ticket', async () => {
  const { ticket } = await app.admin.client.issueTicket({ body: { purpose: 'websocket' } });
  const headers = { origin: 'https://evil.example' };
  await assert.rejects(openSocket(app, { ticket, headers }), { status: 403 });
  await assert.rejects(openSocket(app, { path: '/ws', ticket, headers }), { status: 403 });
});
