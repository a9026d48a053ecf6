import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  clientId,
  clientSecret,
  goThrough as followRedirects,
  startIdp,
  type Idp,
} from '../../../test/oidc-idp.ts';
import { Reply, type Cookie } from '../../kernel/http/handlers.ts';
import { addPerson, call, callerOf, coded, createBed, plain, signIn, type Bed } from './identity-test-kit.ts';

const origin = 'http://127.0.0.1:8767';
let idp: Idp;
let bed: Bed;
before(async () => {
  idp = await startIdp(() => origin);
  const oidc = { name: 'Company', issuer: idp.issuer, clientId, clientSecret, role: 'planner' };
  bed = await createBed({ oidc });
});
after(async () => {
  await bed[Symbol.asyncDispose]();
  await idp[Symbol.asyncDispose]();
});

const goThrough = (url: string, account: string | undefined): Promise<URL> =>
  followRedirects(url, account, (at) => at.origin === origin);

const cookiesOf = (cookies: readonly Cookie[]): Record<string, string> =>
  Object.fromEntries(
    cookies.filter(({ maxAgeSeconds }) => maxAgeSeconds > 0).map(({ name, value }) => [name, value]),
  );

const begin = async (): Promise<{ url: string; cookies: Record<string, string> }> => {
  const reply = await call(bed.identity, 'oidcStart', {
    params: { provider: 'oidc' },
    query: { returnTo: '/runs?state=failed' },
    context: { origin },
  });
  assert.ok(reply instanceof Reply && reply.redirect !== undefined);
  return { url: reply.redirect, cookies: cookiesOf(reply.cookies) };
};
const finish = async (callback: URL, cookies: Record<string, string>): Promise<Reply<unknown>> => {
  const reply = await call(bed.identity, 'oidcCallback', {
    params: { provider: 'oidc' },
    query: Object.fromEntries(callback.searchParams),
    context: { origin, cookies },
  });
  assert.ok(reply instanceof Reply);
  return reply;
};
const enter = async (account: string | undefined): Promise<Reply<unknown>> => {
  const { url, cookies } = await begin();
  return finish(await goThrough(url, account), cookies);
};
const meBy = async (reply: Reply<unknown>) => {
  const caller = await bed.identity.authenticator.authenticate({
    cookie: cookiesOf(reply.cookies)['dumont_session'] ?? '',
  });
  return plain(call(bed.identity, 'me', { caller }));
};

test('the sign-in page learns of the provider', async () => {
  const methods = await plain(call(bed.identity, 'authMethods'));
  assert.deepEqual(methods, { password: true, registration: false, oidc: [{ id: 'oidc', name: 'Company' }] });
});

test('a first sign-in makes a user with the configured role and leads back to where it began', async () => {
  idp.accounts.set('ada', { email: 'Ada@Example.org', email_verified: true, name: 'Ada Lovelace' });
  const reply = await enter('ada');
  assert.equal(reply.redirect, '/runs?state=failed');
  const me = await meBy(reply);
  assert.equal(me.email, 'ada@example.org');
  assert.equal(me.name, 'Ada Lovelace');
  assert.equal(me.source, 'oidc');
  assert.deepEqual(
    me.memberships.map(({ role }) => role),
    ['planner'],
  );
  idp.accounts.set('ada', { email: 'moved@example.org', email_verified: true, name: 'Ada' });
  assert.equal((await meBy(await enter('ada'))).id, me.id, 'issuer and subject count, not the e-mail');
});

test('a user whom an administrator made is joined by the verified e-mail', async () => {
  const bob = await addPerson(bed.identity, 'bob', { mustChangePassword: true });
  idp.accounts.set('bob', { email: bob.email, email_verified: false, name: 'Bob' });
  assert.equal(
    (await enter('bob')).redirect,
    '/sign-in?error=auth.oidc',
    'an unverified e-mail joins nothing',
  );
  idp.accounts.set('bob', { email: bob.email, email_verified: true, name: 'Bob' });
  const me = await meBy(await enter('bob'));
  assert.equal(me.id, bob.id);
  assert.equal(me.mustChangePassword, false, 'they need not know the password that the administrator chose');
  await assert.rejects(signIn(bed.identity, bob.email, bob.password), coded('auth.credentials'));
});

test('an e-mail that a user wrote there themselves joins nothing', async () => {
  const mallory = await addPerson(bed.identity, 'mallory');
  const caller = await callerOf(bed.identity, mallory.email, mallory.password);
  await call(bed.identity, 'updateMe', { caller, body: { email: 'victim@example.org' } });
  idp.accounts.set('victim', { email: 'victim@example.org', email_verified: true, name: 'Victim' });
  assert.equal((await enter('victim')).redirect, '/sign-in?error=auth.oidc');
});

test('a disabled user stays outside', async () => {
  idp.accounts.set('carol', { email: 'carol@example.org', email_verified: true, name: 'Carol' });
  const { id } = await meBy(await enter('carol'));
  const admin = await callerOf(bed.identity);
  await call(bed.identity, 'updateUser', { caller: admin, params: { id }, body: { state: 'disabled' } });
  const reply = await enter('carol');
  assert.equal(reply.redirect, '/sign-in?error=auth.disabled');
  assert.deepEqual(cookiesOf(reply.cookies), {});
});

test('a callback counts once, in the browser that began, within ten minutes', async () => {
  idp.accounts.set('dave', { email: 'dave@example.org', email_verified: true, name: 'Dave' });
  const refused = (reply: Reply<unknown>): void => assert.equal(reply.redirect, '/sign-in?error=auth.oidc');

  const first = await begin();
  const callback = await goThrough(first.url, 'dave');
  refused(await finish(callback, {}));

  const second = await begin();
  const other = await goThrough(second.url, 'dave');
  refused(await finish(other, first.cookies));

  const third = await begin();
  const good = await goThrough(third.url, 'dave');
  assert.equal((await finish(good, third.cookies)).redirect, '/runs?state=failed');
  refused(await finish(good, third.cookies));

  const fourth = await begin();
  const late = await goThrough(fourth.url, 'dave');
  bed.clock.advance(10 * 60_000);
  refused(await finish(late, fourth.cookies));
});

test('a refusal by the provider and an unknown provider lead back to the sign-in page', async () => {
  assert.equal((await enter(undefined)).redirect, '/sign-in?error=auth.oidc');
  const unknown = await call(bed.identity, 'oidcStart', {
    params: { provider: 'x' },
    query: { returnTo: '/' },
  });
  assert.ok(unknown instanceof Reply && unknown.redirect === '/sign-in?error=auth.oidc');
});

test('a user of the provider has no password here to change', async () => {
  idp.accounts.set('eve', { email: 'eve@example.org', email_verified: true, name: 'Eve' });
  const reply = await enter('eve');
  const caller = await bed.identity.authenticator.authenticate({
    cookie: cookiesOf(reply.cookies)['dumont_session'] ?? '',
  });
  await assert.rejects(
    call(bed.identity, 'changePassword', { caller, body: { current: 'x', next: 'a new password' } }),
    /its password is changed there/,
  );
});
