import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { coded, createBed, type Bed } from './identity-test-kit.ts';
import type { DoorSignIn } from './index.ts';

const address = '192.0.2.7';
const clientId = 'solver-apps';
const keys = await generateKeyPair('RS256');
const otherKeys = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256' };

let issuer: string;
let bed: Bed;
let door: DoorSignIn;
/** A provider that publishes what it is and its key. */
const provider = createServer((request, response) => {
  const isKeys = request.url === '/keys';
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify(
      isKeys
        ? { keys: [jwk] }
        : {
            issuer,
            jwks_uri: `${issuer}/keys`,
            authorization_endpoint: `${issuer}/auth`,
            token_endpoint: `${issuer}/token`,
            response_types_supported: ['code'],
          },
    ),
  );
});

before(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  bed = await createBed({
    oidc: { name: 'Provider', issuer, clientId, clientSecret: 'secret', role: 'planner' },
  });
  door = bed.identity.openDoor({ audience: 'another-door', seconds: 3600 });
});
after(async () => {
  await bed[Symbol.asyncDispose]();
  provider.close();
});

const idToken = (changes: JWTPayload = {}, key = keys.privateKey, lifeSeconds = 600): Promise<string> =>
  new SignJWT({ email: 'ida@example.org', email_verified: true, name: 'Ida', ...changes })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setSubject('subject-1')
    .setIssuer(changes.iss ?? issuer)
    .setAudience(changes.aud ?? clientId)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + lifeSeconds)
    .sign(key);
const signIn = async (token: string) => {
  assert.ok(door.byIdToken);
  return door.byIdToken(token, address);
};

test('an ID token of the provider makes its user, and finds them again', async () => {
  const first = await signIn(await idToken());
  const caller = await door.authenticator.authenticate({ bearer: first.token });
  assert.equal(caller.email, 'ida@example.org');
  assert.equal((await signIn(await idToken())).userId, first.userId);
});

test('a token of another issuer, for another audience, by another key, or run out, opens nothing', async () => {
  for (const token of [
    await idToken({ iss: 'https://elsewhere.example.org' }),
    await idToken({ aud: 'somebody-else' }),
    await idToken({}, otherKeys.privateKey),
    await idToken({}, keys.privateKey, -600),
    'garbage',
  ]) {
    await assert.rejects(signIn(token), coded('auth.token_invalid'));
  }
});

test('where no provider is set up there is no such sign-in', async () => {
  await using other = await createBed();
  assert.equal(other.identity.openDoor({ audience: 'another-door', seconds: 60 }).byIdToken, undefined);
});
