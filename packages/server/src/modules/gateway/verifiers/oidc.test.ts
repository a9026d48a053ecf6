import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';
import { createTestClock } from '../../../../test/test-clock.ts';
import { systemClock, type Clock } from '../../../kernel/clock.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createOutbound } from '../../../kernel/outbound/outbound.ts';
import type { TokenVerifier } from '../consumers.ts';
import { createOidcVerifier } from './oidc.ts';

const startIssuer = async () => {
  const keys: JWK[] = [];
  let asked = 0;
  let hasFailed = false;
  const server = createServer((request, response) => {
    asked += 1;
    if (hasFailed) return void request.socket.destroy();
    response.setHeader('content-type', 'application/json');
    response.end(
      request.url === '/keys'
        ? JSON.stringify({ keys })
        : JSON.stringify({ issuer: url, jwks_uri: `${url}/keys`, more: 'ignored' }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const addKey = async (kid: string, alg: string): Promise<CryptoKey> => {
    const pair = await generateKeyPair(alg, { extractable: true });
    keys.push({ ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' });
    return pair.privateKey;
  };
  return {
    url,
    addKey,
    takeBack: (kid: string): void =>
      void keys.splice(
        keys.findIndex((key) => key.kid === kid),
        1,
      ),
    fail: (): void => {
      hasFailed = true;
    },
    asked: () => asked,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const verifierOf = (issuer: string, clock: Clock): TokenVerifier =>
  createOidcVerifier(
    { issuer, audience: 'shop' },
    {
      clock,
      outbound: createOutbound({ allow: ['127.0.0.1'], clock: systemClock, log: createLogger('silent') }),
    },
  );

const sign = (
  key: CryptoKey | Uint8Array,
  kid: string,
  alg: string,
  claims: { iss: string; aud?: string; exp?: number } & Record<string, unknown>,
): Promise<string> =>
  new SignJWT({ sub: 'ana', aud: 'shop', exp: 4_000_000_000, scope: 'orders menu', ...claims })
    .setProtectedHeader({ alg, kid })
    .sign(key);

test("tokens of an issuer are taken by its published keys, and nobody else's", async () => {
  await using issuer = await startIssuer();
  const rsa = await issuer.addKey('rsa', 'RS256');
  const verifier = verifierOf(issuer.url, systemClock);
  const iss = issuer.url;

  const good = await sign(rsa, 'rsa', 'RS256', { iss, tenant: 'north' });
  const consumer = await verifier.verify(good);
  assert.equal(consumer?.id, 'ana');
  assert.deepEqual([...(consumer?.scopes ?? [])], ['orders', 'menu']);
  assert.equal(consumer?.claims['tenant'], 'north');
  const asked = issuer.asked();
  assert.equal(await verifier.verify(good), consumer, 'a verified token costs a look-up');
  assert.equal(issuer.asked(), asked);

  const stranger = (await generateKeyPair('RS256')).privateKey;
  const refused = {
    expired: await sign(rsa, 'rsa', 'RS256', { iss, exp: 1_000_000_000 }),
    'of another audience': await sign(rsa, 'rsa', 'RS256', { iss, aud: 'bank' }),
    'of another key': await sign(stranger, 'rsa', 'RS256', { iss }),
    'of the public key as a secret': await sign(new TextEncoder().encode('x'.repeat(64)), 'rsa', 'HS256', {
      iss,
    }),
    unsigned: new UnsecuredJWT({ sub: 'ana' }).setIssuer(iss).setAudience('shop').encode(),
    tampered: good.replace(
      /\.[^.]+\./,
      `.${Buffer.from(JSON.stringify({ iss, sub: 'root', aud: 'shop', exp: 4e9 })).toString('base64url')}.`,
    ),
  };
  for (const [what, token] of Object.entries(refused))
    await assert.rejects(verifier.verify(token), { code: 'auth.token_invalid' }, what);
  const foreign = await sign(rsa, 'rsa', 'RS256', { iss: 'https://elsewhere.example' });
  assert.equal(await verifier.verify(foreign), undefined, 'somebody else may know it');
  assert.equal(await verifier.verify('no token'), undefined);
});

test('a new key of the issuer is found, and tokens that name unknown ones do not make us ask each time', async () => {
  await using issuer = await startIssuer();
  const first = await issuer.addKey('first', 'ES256');
  const clock = createTestClock();
  const verifier = verifierOf(issuer.url, clock);
  const iss = issuer.url;
  assert.ok(await verifier.verify(await sign(first, 'first', 'ES256', { iss })));

  const second = await issuer.addKey('second', 'ES256');
  const token = await sign(second, 'second', 'ES256', { iss });
  const asked = issuer.asked();
  await assert.rejects(verifier.verify(token));
  await assert.rejects(verifier.verify(token));
  assert.equal(issuer.asked(), asked);
  clock.advance(11_000);
  assert.ok(await verifier.verify(token));
});

test('of many who come with a new key at once all are taken, and none longer than its key is published', async () => {
  await using issuer = await startIssuer();
  const first = await issuer.addKey('first', 'ES256');
  const clock = createTestClock();
  const verifier = verifierOf(issuer.url, clock);
  const iss = issuer.url;
  const old = await sign(first, 'first', 'ES256', { iss });
  assert.ok(await verifier.verify(old));

  const second = await issuer.addKey('second', 'ES256');
  clock.advance(11_000);
  const tokens = ['ana', 'bia', 'caio'].map((sub) => sign(second, 'second', 'ES256', { iss, sub }));
  const taken = await Promise.all(tokens.map(async (token) => verifier.verify(await token)));
  assert.deepEqual(
    taken.map((consumer) => consumer?.id),
    ['ana', 'bia', 'caio'],
  );

  issuer.takeBack('first');
  assert.ok(await verifier.verify(old), 'it is remembered for a while');
  clock.advance(10 * 60_000 + 1);
  await assert.rejects(verifier.verify(old), { code: 'auth.token_invalid' });
});

test('while an issuer does not answer, tokens by the keys that are known do not wait for it each time', async () => {
  await using issuer = await startIssuer();
  const key = await issuer.addKey('first', 'ES256');
  const clock = createTestClock();
  const verifier = verifierOf(issuer.url, clock);
  const verify = async (sub: string) =>
    verifier.verify(await sign(key, 'first', 'ES256', { iss: issuer.url, sub }));
  assert.ok(await verify('ana'));
  issuer.fail();
  clock.advance(11 * 60_000);
  const asked = issuer.asked();
  for (const sub of ['bia', 'caio', 'davi']) assert.ok(await verify(sub));
  assert.equal(issuer.asked(), asked + 1);
});
