import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { Provider } from 'oidc-provider';
import { Reply, type Cookie } from '../../kernel/http/handlers.ts';
import { addPerson, call, callerOf, coded, createBed, plain, signIn, type Bed } from './identity-test-kit.ts';

const origin = 'http://127.0.0.1:8767';
const clientId = 'dumont';
const clientSecret = 'client secret of the test';

interface Account {
  email: string;
  email_verified: boolean;
  name: string;
}
const accounts = new Map<string, Account>();

interface Idp extends AsyncDisposable {
  readonly issuer: string;
}

/** A real OpenID provider on this host that signs in whoever its address says, without asking. */
const startIdp = async (): Promise<Idp> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${origin}/api/v1/auth/oidc/oidc/callback`],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['a key of the test'] },
    pkce: { required: () => true },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({ sub, ...accounts.get(sub) }),
    }),
    loadExistingGrant: async (context) => {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client?.clientId ?? '',
        accountId: context.oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return void handle(request, response);
    const accountId = request.headers['x-test-account'];
    const result = typeof accountId === 'string' ? { login: { accountId } } : { error: 'access_denied' };
    void provider.interactionFinished(request, response, result);
  });
  return {
    issuer,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

let idp: Idp;
let bed: Bed;
before(async () => {
  idp = await startIdp();
  const oidc = { name: 'Company', issuer: idp.issuer, clientId, clientSecret, role: 'planner' };
  bed = await createBed({ oidc });
});
after(async () => {
  await bed[Symbol.asyncDispose]();
  await idp[Symbol.asyncDispose]();
});

/** A browser's way through the provider: answers the address that it is sent back to. */
const goThrough = async (authorizationUrl: string, account: string | undefined): Promise<URL> => {
  const jar = new Map<string, string>();
  let url = authorizationUrl;
  for (let hops = 0; hops < 10; hops += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, ...(account === undefined ? {} : { 'x-test-account': account }) };
    const response = await fetch(url, { redirect: 'manual', headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = response.headers.get('location');
    assert.ok(location !== null, `${response.status} ${await response.text()}`);
    url = new URL(location, url).href;
    if (url.startsWith(origin)) return new URL(url);
  }
  throw new Error('the provider sends the browser around in circles');
};

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
  accounts.set('ada', { email: 'Ada@Example.org', email_verified: true, name: 'Ada Lovelace' });
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
  accounts.set('ada', { email: 'moved@example.org', email_verified: true, name: 'Ada' });
  assert.equal((await meBy(await enter('ada'))).id, me.id, 'issuer and subject count, not the e-mail');
});

test('a user whom an administrator made is joined by the verified e-mail', async () => {
  const bob = await addPerson(bed.identity, 'bob', { mustChangePassword: true });
  accounts.set('bob', { email: bob.email, email_verified: false, name: 'Bob' });
  assert.equal(
    (await enter('bob')).redirect,
    '/sign-in?error=auth.oidc',
    'an unverified e-mail joins nothing',
  );
  accounts.set('bob', { email: bob.email, email_verified: true, name: 'Bob' });
  const me = await meBy(await enter('bob'));
  assert.equal(me.id, bob.id);
  assert.equal(me.mustChangePassword, false, 'they need not know the password that the administrator chose');
  await assert.rejects(signIn(bed.identity, bob.email, bob.password), coded('auth.credentials'));
});

test('an e-mail that a user wrote there themselves joins nothing', async () => {
  const mallory = await addPerson(bed.identity, 'mallory');
  const caller = await callerOf(bed.identity, mallory.email, mallory.password);
  await call(bed.identity, 'updateMe', { caller, body: { email: 'victim@example.org' } });
  accounts.set('victim', { email: 'victim@example.org', email_verified: true, name: 'Victim' });
  assert.equal((await enter('victim')).redirect, '/sign-in?error=auth.oidc');
});

test('a disabled user stays outside', async () => {
  accounts.set('carol', { email: 'carol@example.org', email_verified: true, name: 'Carol' });
  const { id } = await meBy(await enter('carol'));
  const admin = await callerOf(bed.identity);
  await call(bed.identity, 'updateUser', { caller: admin, params: { id }, body: { state: 'disabled' } });
  const reply = await enter('carol');
  assert.equal(reply.redirect, '/sign-in?error=auth.disabled');
  assert.deepEqual(cookiesOf(reply.cookies), {});
});

test('a callback counts once, in the browser that began, within ten minutes', async () => {
  accounts.set('dave', { email: 'dave@example.org', email_verified: true, name: 'Dave' });
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
  accounts.set('eve', { email: 'eve@example.org', email_verified: true, name: 'Eve' });
  const reply = await enter('eve');
  const caller = await bed.identity.authenticator.authenticate({
    cookie: cookiesOf(reply.cookies)['dumont_session'] ?? '',
  });
  await assert.rejects(
    call(bed.identity, 'changePassword', { caller, body: { current: 'x', next: 'a new password' } }),
    /its password is changed there/,
  );
});
