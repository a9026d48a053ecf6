import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { LoopbackRedirect } from '@dumont/contracts/identity/auth';
import { clientId, clientSecret, goThrough, startIdp, type Idp } from '../../../test/oidc-idp.ts';
import { Reply } from '../../kernel/http/handlers.ts';
import { addPerson, call, callerOf, coded, createBed, plain, type Bed } from './identity-test-kit.ts';

const origin = 'http://127.0.0.1:8767';
const redirectUri = 'http://127.0.0.1:40123/callback';
const verifier = 'a verifier that only the command line knows';
const challenge = createHash('sha256').update(verifier).digest('base64url');
const state = 'state-of-the-command-line';

let idp: Idp;
let bed: Bed;
before(async () => {
  idp = await startIdp(() => origin);
  const oidc = { name: 'Company', issuer: idp.issuer, clientId, clientSecret, role: 'planner' };
  bed = await createBed({ oidc });
  idp.accounts.set('ada', { email: 'ada@example.org', email_verified: true, name: 'Ada Lovelace' });
});
after(async () => {
  await bed[Symbol.asyncDispose]();
  await idp[Symbol.asyncDispose]();
});

/** A browser's way from the start for a command line to the answer of the callback. */
const enter = async (
  account: string | undefined,
  query: object = { redirectUri },
): Promise<Reply<unknown>> => {
  const begun = await call(bed.identity, 'oidcCliStart', {
    params: { provider: 'oidc' },
    query: { challenge, state, ...query },
    context: { origin },
  });
  assert.ok(begun instanceof Reply && begun.redirect !== undefined);
  const callback = await goThrough(begun.redirect, account, (url) => url.origin === origin);
  const done = await call(bed.identity, 'oidcCallback', {
    params: { provider: 'oidc' },
    query: Object.fromEntries(callback.searchParams),
    context: {
      origin,
      cookies: Object.fromEntries(begun.cookies.map(({ name, value }) => [name, value])),
    },
  });
  assert.ok(done instanceof Reply);
  return done;
};
const codeOf = (reply: Reply<unknown>): string => {
  const { origin: where, pathname, searchParams } = new URL(reply.redirect ?? '');
  assert.equal(`${where}${pathname}`, redirectUri);
  assert.equal(searchParams.get('state'), state);
  return searchParams.get('code') ?? '';
};
const exchange = (code: string, proof = verifier) =>
  plain(call(bed.identity, 'exchangeSignInCode', { body: { code, verifier: proof } }));

test('a code and its verifier are worth a session, and the browser gets none', async () => {
  const reply = await enter('ada');
  assert.deepEqual(
    reply.cookies.filter(({ maxAgeSeconds }) => maxAgeSeconds > 0),
    [],
  );
  const code = codeOf(reply);
  const { rows } = await bed.database.pool.query('SELECT * FROM app.sign_in_codes');
  assert.equal(rows.length, 1);
  assert.ok(!JSON.stringify(rows).includes(code), 'only the hash is stored');
  const session = await exchange(code);
  assert.equal(session.user.email, 'ada@example.org');
  const caller = await bed.identity.authenticator.authenticate({ bearer: session.access_token });
  assert.equal(caller.userId, session.user.id);
  await plain(call(bed.identity, 'refresh', { body: { refresh_token: session.refresh_token } }));
});

test('a code is refused the second time, after a minute, and with another verifier', async () => {
  const used = codeOf(await enter('ada'));
  const both = await Promise.allSettled([exchange(used), exchange(used)]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  await assert.rejects(exchange(used), coded('auth.sign_in_code'));

  const late = codeOf(await enter('ada'));
  bed.clock.advance(60_000);
  await assert.rejects(exchange(late), coded('auth.sign_in_code'));

  const stolen = codeOf(await enter('ada'));
  await assert.rejects(
    exchange(stolen, 'the verifier of somebody else entirely 12345'),
    coded('auth.sign_in_code'),
  );
  await assert.rejects(exchange(stolen), coded('auth.sign_in_code'));
  await assert.rejects(exchange('made up'), coded('auth.sign_in_code'));
});

test('without an address the code is shown on a page, and works as well', async () => {
  const reply = await enter('ada', {});
  assert.equal(reply.redirect, undefined);
  assert.ok(reply.stream !== undefined);
  const code = /user-select: all">([\w-]{43})</.exec(await text(reply.stream.content))?.[1] ?? '';
  assert.equal((await exchange(code)).user.name, 'Ada Lovelace');
});

test('a sign-in that fails tells the command line why', async () => {
  const refused = new URL((await enter(undefined)).redirect ?? '');
  assert.equal(refused.origin + refused.pathname, redirectUri);
  assert.equal(refused.searchParams.get('error'), 'auth.oidc');
  assert.equal(refused.searchParams.get('state'), state);
  assert.match(
    refused.searchParams.get('error_description') ?? '',
    /Sign-in with Company failed: it refused/,
  );

  const unknown = await call(bed.identity, 'oidcCliStart', {
    params: { provider: 'x' },
    query: { challenge, state, redirectUri },
  });
  assert.ok(unknown instanceof Reply);
  assert.match(unknown.redirect ?? '', /^http:\/\/127\.0\.0\.1:40123\/callback\?error=auth\.oidc&/);
});

test('who is disabled gets no code, and no session for one from before', async () => {
  const bob = await addPerson(bed.identity, 'bob');
  idp.accounts.set('bob', { email: bob.email, email_verified: true, name: 'Bob' });
  const code = codeOf(await enter('bob'));
  const admin = await callerOf(bed.identity);
  await call(bed.identity, 'updateUser', {
    caller: admin,
    params: { id: bob.id },
    body: { state: 'disabled' },
  });
  await assert.rejects(exchange(code), coded('auth.disabled'));
  assert.match((await enter('bob')).redirect ?? '', /callback\?error=auth\.disabled&/);
});

test('only the loopback of the browser is led to, at any port and one path', () => {
  for (const good of ['http://127.0.0.1:1/callback', 'http://[::1]:65535/callback']) {
    assert.equal(LoopbackRedirect.parse(good), good);
  }
  for (const bad of [
    'https://127.0.0.1:4000/callback',
    'http://localhost:4000/callback',
    'http://127.0.0.1/callback',
    'http://127.0.0.1:0/callback',
    'http://127.0.0.1:65536/callback',
    'http://127.0.0.1:4000/callback/',
    'http://127.0.0.1:4000/callback?x=1',
    'http://127.0.0.1:4000/callback#x',
    'http://127.0.0.1:4000/callback\n',
    'http://127.0.0.1:4000/other',
    'http://127.0.0.1:4000@evil.example/callback',
    'http://127.0.0.1.evil.example:4000/callback',
    'http://127.0.0.2:4000/callback',
    'http://[::2]:4000/callback',
    'http://user@127.0.0.1:4000/callback',
    'HTTP://127.0.0.1:4000/callback',
  ]) {
    assert.equal(LoopbackRedirect.safeParse(bad).success, false, bad);
  }
});
