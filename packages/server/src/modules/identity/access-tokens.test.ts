import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  decodeJwt,
  decodeProtectedHeader,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
} from 'jose';
import { createVaultStore } from '../../kernel/vault/vault-store.ts';
import { createVault } from '../../kernel/vault/vault.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { callerOf, coded, createBed, createReplica, signIn, type Bed } from './identity-test-kit.ts';
import { createSigningKeys } from './signing-keys.ts';

let bed: Bed;
before(async () => {
  bed = await createBed();
});
after(() => bed[Symbol.asyncDispose]());

const refused = (bearer: string): Promise<void> =>
  assert.rejects(bed.identity.authenticator.authenticate({ bearer }), coded('auth.token_invalid'));
const secondsFromNow = (seconds: number): number => Math.floor(bed.clock.now().getTime() / 1000) + seconds;

/** The real key of the installation, to forge everything but the signature. */
const realKey = async () => {
  const { db } = bed.database;
  const vault = await createVault(Buffer.alloc(32, 7), createVaultStore(db));
  return createSigningKeys({ db, clock: bed.clock, random: createSystemRandom(bed.clock), vault }).current();
};

const forge = async (change: {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: CryptoKey;
}): Promise<string> => {
  const { access } = await signIn(bed.identity);
  const key = change.key ?? (await realKey()).key;
  return new SignJWT({ ...decodeJwt(access), ...change.claims })
    .setProtectedHeader({ ...decodeProtectedHeader(access), alg: 'ES256', ...change.header })
    .sign(key);
};

test('a token signed again with the real key works: the forgeries below differ in one thing only', async () => {
  await bed.identity.authenticator.authenticate({ bearer: await forge({}) });
});

test('a token without a signature is refused', async () => {
  const { access } = await signIn(bed.identity);
  await refused(new UnsecuredJWT(decodeJwt(access)).encode());
  const [, payload] = access.split('.');
  const header = Buffer.from(JSON.stringify({ ...decodeProtectedHeader(access), alg: 'none' })).toString(
    'base64url',
  );
  await refused(`${header}.${payload}.`);
});

test('a token of another key is refused, whatever key it names', async () => {
  const { privateKey } = await generateKeyPair('ES256');
  await refused(await forge({ key: privateKey }));
  await refused(await forge({ key: privateKey, header: { kid: 'mine' } }));
});

test('a token for another audience, of another issuer or type, is refused', async () => {
  await refused(await forge({ claims: { aud: 'dumont-cornflow' } }));
  await refused(await forge({ claims: { iss: 'https://evil.example' } }));
  await refused(await forge({ header: { typ: 'JWT' } }));
});

test('a token that expired is refused, and one that never expires', async () => {
  await refused(await forge({ claims: { exp: secondsFromNow(-1) } }));
  await refused(await forge({ claims: { exp: undefined } }));
  const { access } = await signIn(bed.identity);
  await bed.identity.authenticator.authenticate({ bearer: access });
  bed.clock.advance(15 * 60_000);
  await refused(access);
});

test('a token of a session that is not ours is refused', async () => {
  await refused(await forge({ claims: { sid: '00000000-0000-7000-8000-000000000000' } }));
});

test('a changed payload and plain garbage are refused', async () => {
  const { access } = await signIn(bed.identity);
  const [header, , signature] = access.split('.');
  const payload = Buffer.from(JSON.stringify({ ...decodeJwt(access), sub: 'x' })).toString('base64url');
  await refused(`${header}.${payload}.${signature}`);
  for (const garbage of ['', 'x', 'a.b.c', `dmt_${'A'.repeat(43)}`, '\u0000']) await refused(garbage);
});

test('keys change after 30 days; older tokens verify until they end, on every replica', async () => {
  await using own = await createBed();
  await using other = await createReplica(own.database, own.clock);
  const idsOf = async (replica: { identity: Bed['identity'] }) =>
    (await replica.identity.jwks()).keys.map(({ kid }) => kid);
  await signIn(own.identity);
  own.clock.advance(30 * 24 * 60 * 60_000 - 60_000);
  const before = await signIn(own.identity);
  assert.equal((await idsOf(own)).length, 1);
  own.clock.advance(60_000);
  const after = await signIn(own.identity);
  assert.equal((await idsOf(own)).length, 2);
  for (const { access } of [before, after]) {
    await own.identity.authenticator.authenticate({ bearer: access });
    await other.identity.authenticator.authenticate({ bearer: access });
  }
  own.clock.advance(60 * 24 * 60 * 60_000);
  await callerOf(own.identity);
  assert.equal((await idsOf(own)).length, 1, 'keys that no token can name any more are gone');
  assert.ok(
    (await own.identity.jwks()).keys.every((key) => !('d' in key)),
    'no private part',
  );
});
