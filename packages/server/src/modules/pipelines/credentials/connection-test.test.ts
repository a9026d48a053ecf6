import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { test } from 'node:test';
import { systemClock } from '../../../kernel/clock.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createOutbound } from '../../../kernel/outbound/outbound.ts';
import { testConnection } from './connection-test.ts';

const right = { username: 'ana', password: 'a secret & more' };

const startServer = async (
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<{ url: string } & AsyncDisposable> => {
  const server = createServer((request, response) => {
    void readText(request).then((body) => answer(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
};

const log = createLogger('silent');
const attempt = (credential: { url: string; username: string; password: string }, allow = ['127.0.0.1']) =>
  testConnection(
    { outbound: createOutbound({ allow, clock: systemClock, log }), clock: systemClock },
    credential,
  );

const loginPage = (token: string, action = '/entrar') =>
  `<form action="${action}" method="POST"><input type=hidden name="token" value="${token}">
   <input name="usuario"><input type="password" name='senha'></form>`;

test('basic authentication: the right password passes, a wrong one is said to be refused', async () => {
  await using server = await startServer((request, response) => {
    const expected = `Basic ${Buffer.from(`${right.username}:${right.password}`).toString('base64')}`;
    if (request.headers.authorization === expected) response.end('welcome');
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="portal"' }).end();
  });
  const good = await attempt({ url: server.url, ...right });
  assert.equal(good.ok, true, good.explanation);
  const bad = await attempt({ url: server.url, ...right, password: 'wrong' });
  assert.equal(bad.ok, false);
  assert.match(bad.explanation, /refused the user name or the password/);
  assert.doesNotMatch(bad.explanation, /wrong/);
});

test('a sign-in form is filled in with its token and cookie, over a redirect', async () => {
  await using server = await startServer((request, response, body) => {
    const form = new URLSearchParams(body);
    const hasCookie = request.headers.cookie === 'pre=1; expired=2';
    if (request.method === 'POST' && request.url === '/entrar') {
      const good = hasCookie && form.get('token') === 't1' && form.get('senha') === right.password;
      if (good) response.writeHead(302, { location: '/inicio', 'set-cookie': 'session=yes; Path=/' }).end();
      else response.end(loginPage('t2'));
    } else if (/session=yes/.test(request.headers.cookie ?? '')) response.end('<h1>Bem-vindo</h1>');
    else {
      const cookies = ['pre=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT; Path=/', 'expired=2'];
      response.writeHead(200, { 'set-cookie': cookies }).end(loginPage('t1'));
    }
  });
  const good = await attempt({ url: server.url, ...right });
  assert.equal(good.ok, true, good.explanation);
  assert.match(good.explanation, /sign-in form/);
  assert.equal((await attempt({ url: server.url, ...right, password: 'no' })).ok, false);
});

test('the password is not sent to another host, nor in an address', async () => {
  const bodies: string[] = [];
  await using thief = await startServer((_request, response, body) => {
    bodies.push(body);
    response.end();
  });
  await using server = await startServer((_request, response) =>
    response.end(loginPage('t', `${thief.url}/x`)),
  );
  const sent = await attempt({ url: server.url, ...right });
  assert.equal(sent.ok, false);
  assert.match(sent.explanation, /not sent/);
  await using leaky = await startServer((request, response) => {
    bodies.push(request.url ?? '');
    response.end(loginPage('t').replace('POST', 'get'));
  });
  assert.match((await attempt({ url: leaky.url, ...right })).explanation, /into the address/);
  assert.deepEqual(bodies, ['/']);
});

test('what went wrong is explained: no answer, no such page, nothing to sign in to, nothing saved', async () => {
  await using server = await startServer((request, response) => {
    if (request.url === '/gone') response.writeHead(404).end();
    else if (request.url === '/broken') response.writeHead(503).end();
    else response.end('<p>open to all</p>');
  });
  const explanation = async (path: string) =>
    (await attempt({ url: `${server.url}${path}`, ...right })).explanation;
  assert.match(await explanation('/gone'), /does not exist \(404\)/);
  assert.match(await explanation('/broken'), /problem of its own \(503\)/);
  assert.match(await explanation('/?token=abc'), /could not be tried/);
  assert.doesNotMatch(await explanation('/?token=abc'), /abc/);
  assert.match(
    (await attempt({ url: 'http://127.0.0.1:1', ...right })).explanation,
    /refused|not allowed|failed/,
  );
  assert.match(
    (await attempt({ url: server.url, username: '', password: '' })).explanation,
    /user name and the password/,
  );
});

test('a private address is refused unless the operator allows it', async () => {
  await assert.rejects(attempt({ url: 'http://127.0.0.1:9', ...right }, []), /may not be called/);
  await assert.rejects(attempt({ url: 'http://169.254.169.254/', ...right }, []), /may not be called/);
});
