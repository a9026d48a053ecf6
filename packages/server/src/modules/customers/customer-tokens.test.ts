import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base64url, exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { adminEmail, adminPassword, signIn } from '../identity/identity-test-kit.ts';
import { cpfOf } from './conformance.ts';
import { createBed, type CustomersBed } from './customers-test-kit.ts';

let bed: CustomersBed;
let id: string;
let token: string;
before(async () => {
  bed = await createBed();
  const made = await bed.ask('register', { nome: 'Ana', email: 'a@example.org', cpf: cpfOf(1) });
  id = made.body['id'] as string;
  token = (await bed.ask('authenticate', { cpf: cpfOf(1) })).body['token'] as string;
});
after(() => bed[Symbol.asyncDispose]());

/** 401 at the door, and for the gateway that verifies it itself. */
const assertRefused = async (what: string, given: string): Promise<void> => {
  const { status } = await bed.ask('validate', undefined, { headers: { authorization: `Bearer ${given}` } });
  assert.equal(status, 401, what);
  await assert.rejects(bed.door.verify(given), { code: 'auth.token_invalid' }, what);
};

const parts = (): [string, string, string] => token.split('.') as [string, string, string];
const decoded = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
const encoded = (value: unknown): string => base64url.encode(JSON.stringify(value));
const nowSeconds = (): number => Math.floor(bed.identity.clock.now().getTime() / 1000);

const signedBy = (key: CryptoKey | Uint8Array, alg: string, kid: unknown): Promise<string> =>
  new SignJWT({ scope: 'customer', project: bed.projectId })
    .setProtectedHeader({ alg, kid: String(kid), typ: 'JWT' })
    .setSubject(id)
    .setAudience('customers')
    .setIssuer('dumont')
    .setIssuedAt(nowSeconds())
    .setExpirationTime(nowSeconds() + 3600)
    .sign(key);

test('a token whose claims or signature were changed is refused', async () => {
  const [header, payload, signature] = parts();
  const claims = decoded(payload);
  for (const [what, change] of Object.entries({
    'another customer': { sub: '01890000-0000-7000-8000-000000000000' },
    'a longer life': { exp: 4_000_000_000 },
    'another scope': { scope: 'manager' },
  }))
    await assertRefused(what, `${header}.${encoded({ ...claims, ...change })}.${signature}`);
  await assertRefused('no signature', `${header}.${payload}.`);
  const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  await assertRefused('another signature', `${header}.${payload}.${flipped}`);
});

test('alg none, and our public key as a shared secret, are refused', async () => {
  const [header, payload] = parts();
  const { kid } = decoded(header);
  for (const alg of ['none', 'None', 'NONE'])
    await assertRefused(alg, `${encoded({ alg, kid, typ: 'JWT' })}.${payload}.`);
  const { keys } = await bed.identity.identity.jwks();
  const secret = Buffer.from(JSON.stringify(keys[0]));
  await assertRefused('HS256', await signedBy(secret, 'HS256', kid));
});

test('a token by a foreign key is refused, under our key id and under its own, also when it brings the key along', async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const { kid } = decoded(parts()[0]);
  for (const each of [kid, 'unknown', '../../etc/passwd', "' or 1=1"])
    await assertRefused(`kid ${String(each)}`, await signedBy(pair.privateKey, 'ES256', each));
  const jwk = await exportJWK(pair.publicKey);
  const carrying = await new SignJWT({ scope: 'customer', project: bed.projectId })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', jwk })
    .setSubject(id)
    .setAudience('customers')
    .setIssuer('dumont')
    .setIssuedAt(nowSeconds())
    .setExpirationTime(nowSeconds() + 60)
    .sign(pair.privateKey);
  await assertRefused('its own jwk', carrying);
});

test('what our own keys signed for another use is refused: access tokens of users, other audiences, issuers, scopes', async () => {
  const { access } = await signIn(bed.identity.identity, adminEmail, adminPassword);
  await assertRefused('an access token', access);
  const { tokens, issuer } = bed.identity.identity;
  const use = { issuer, audience: 'customers', type: 'JWT', seconds: 60 };
  const claims = { scope: 'customer', project: bed.projectId };
  assert.equal((await bed.door.verify(await tokens.sign(use, id, claims))).subject, id);
  await assertRefused('audience', await tokens.sign({ ...use, audience: 'storefront' }, id, claims));
  await assertRefused('issuer', await tokens.sign({ ...use, issuer: 'dumont-gateway' }, id, claims));
  await assertRefused('type', await tokens.sign({ ...use, type: 'at+jwt' }, id, claims));
  await assertRefused('no scope', await tokens.sign(use, id, { project: bed.projectId }));
  await assertRefused('no project', await tokens.sign(use, id, { scope: 'customer' }));
  await assertRefused('anonymous as a customer', await tokens.sign(use, 'anonymous', claims));
  await assertRefused(
    'a customer as anonymous',
    await tokens.sign(use, id, { ...claims, scope: 'anonymous' }),
  );
});

test('a token of one project is none in another', async () => {
  const elsewhere = bed.customers.doorOf('01890000-0000-7000-8000-000000000000');
  await assert.rejects(elsewhere.verify(token), { code: 'auth.token_invalid' });
});

test('a token of a customer opens nothing of the server', async () => {
  await assert.rejects(bed.identity.identity.authenticator.authenticate({ bearer: token }), {
    code: 'auth.token_invalid',
  });
});

test('a token ends after an hour', async () => {
  const passing = (await bed.ask('authenticate', { cpf: cpfOf(1) })).body['token'] as string;
  bed.identity.clock.advance(3_599_000);
  assert.equal((await bed.door.verify(passing)).subject, id);
  bed.identity.clock.advance(1000);
  await assertRefused('expired', passing);
});
