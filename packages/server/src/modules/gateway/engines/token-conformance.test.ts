import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { base64url, generateKeyPair, SignJWT } from 'jose';
import { waitFor } from '../../../../test/wait.ts';
import { createConformanceWorld } from './conformance-test-kit.ts';
import { engines } from './engines-test-kit.ts';

const world = createConformanceWorld();
const { named } = world;

const authentication = (rules: Record<string, unknown> = {}) => ({
  mode: 'required',
  issuers: [{ issuer: world.issuer.url, audience: 'shop' }],
  ...rules,
});

for (const { name, skip, start } of engines.filter(({ verifies }) => verifies)) {
  describe(name, { skip }, () => {
    test('a token is taken when its issuer signed it for this route, and nothing else is', async () => {
      await using gateway = await start(
        [
          named('shop', {
            authentication: authentication({ scopes: ['orders'], claims: { tenant: ['north'] } }),
          }),
        ],
        world.issuer,
      );
      const good = { tenant: ['south', 'north'] };
      const answerTo = async (authorization?: string) => {
        const answer = await gateway.ask('/', {
          headers: authorization === undefined ? {} : { authorization },
        });
        return answer.status === 200 ? '200' : `${answer.status} ${answer.json().code}`;
      };
      const withToken = (token: string) => answerTo(`Bearer ${token}`);
      const token = await world.issuer.sign(good);
      const [header = '', payload = '', signature = ''] = token.split('.');
      const encode = (value: unknown) => base64url.encode(JSON.stringify(value));
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      const stranger = await generateKeyPair('ES256');
      const byStranger = await new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .sign(stranger.privateKey);
      const secret = Buffer.from(JSON.stringify(world.issuer.keys.keys[0]));
      const bySecret = await new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'HS256', kid: 'one' })
        .sign(secret);

      assert.equal(await withToken(token), '200');
      assert.equal(await withToken(token), '200', 'once more');
      assert.equal(await answerTo(`bearer ${token}`), '200');
      assert.equal(await withToken(await world.issuer.sign(good, { alg: 'RS256' })), '200');
      assert.equal(await withToken(await world.issuer.sign(good, { audience: ['other', 'shop'] })), '200');
      assert.equal(
        await withToken(await world.issuer.sign({ tenant: 'north', scope: undefined, scp: ['orders'] })),
        '200',
      );
      const refused = {
        'one without sub': await world.issuer.sign({ ...good, sub: undefined }),
        'one that expired': await world.issuer.sign(good, { expiresIn: -10 }),
        'one without an end': `${header}.${encode({ ...claims, exp: undefined })}.${signature}`,
        'one not yet good': await world.issuer.sign({ ...good, nbf: Math.floor(Date.now() / 1000) + 600 }),
        'alg none': `${encode({ alg: 'none', kid: 'one' })}.${payload}.`,
        'the public key as a secret': bySecret,
        'another key': byStranger,
        'another algorithm named': `${encode({ alg: 'RS256', kid: 'two' })}.${payload}.${signature}`,
        'claims changed': `${header}.${encode({ ...claims, sub: 'eva' })}.${signature}`,
        'signature cut': `${header}.${payload}.${signature.slice(0, -4)}`,
        'no signature': `${header}.${payload}.`,
        'another audience': await world.issuer.sign(good, { audience: 'other' }),
        'another issuer': await world.issuer.sign(good, { issuer: 'https://elsewhere.example' }),
        'no token at all': 'abc',
        'a header alone': header,
      };
      for (const [what, each] of Object.entries(refused))
        assert.equal(await withToken(each), '401 auth.token_invalid', what);
      assert.equal(await withToken(token), '200', 'what is wrong does no harm to what is right');
      assert.equal(await answerTo(), '401 auth.required');
      assert.equal(await answerTo('Basic YTpi'), '401 auth.token_invalid');
      assert.equal(await answerTo(token), '401 auth.token_invalid');
      const scope = '403 gateway.scope_missing';
      assert.equal(await withToken(await world.issuer.sign({ ...good, scope: 'menu orders2' })), scope);
      assert.equal(await withToken(await world.issuer.sign({ ...good, scope: undefined })), scope);
      assert.equal(await withToken(await world.issuer.sign({ tenant: ['south'] })), scope);
      assert.equal(await withToken(await world.issuer.sign({})), scope);
    });

    test('what its issuer signed is still no token where it can be read in two ways', async () => {
      const rules = { scopes: ['orders'], claims: { tenant: ['north'] } };
      await using gateway = await start(
        [named('shop', { authentication: authentication(rules) })],
        world.issuer,
      );
      const statusOf = async (authorization: string) =>
        (await gateway.ask('/', { headers: { authorization } })).status;
      const now = Math.floor(Date.now() / 1000);
      const texts = {
        iss: JSON.stringify(world.issuer.url),
        aud: '"shop"',
        sub: '"ana"',
        exp: `${now + 600}`,
        scope: '"orders"',
        tenant: '"north"',
      };
      const withClaims = (changed: Record<string, string>) => {
        const pairs = Object.entries({ ...texts, ...changed }).map(([key, text]) => `"${key}": ${text}`);
        return world.issuer.signText(`{${pairs.join(', ')}}`);
      };
      const good = await withClaims({});
      for (const same of [`Bearer ${good}`, `Bearer  ${good}`, `BEARER ${good}`])
        assert.equal(await statusOf(same), 200);
      for (const other of [`${good},`, `${good}, Bearer x`, `${good} x`, `${good}.x`, `"${good}"`])
        assert.equal(await statusOf(`Bearer ${other}`), 401, other.slice(good.length));
      const changes: Record<string, string>[] = [
        ...[`"${now + 600}"`, '0x7fffffff', 'null', 'true', '{}', `[${now + 600}]`, '-1e30'].map((exp) => ({
          exp,
        })),
        ...[`"${now - 9}"`, 'null', 'true', 'false', '[]', '{"a":1}', '1e30', `${now + 60}`].map((nbf) => ({
          nbf,
        })),
        { iat: '"yesterday"' },
        ...['null', '{}', '["ana"]', 'true'].map((sub) => ({ sub })),
        ...['"shop\\u0000"', '"shop\\u0000x"', '{"aud":"shop"}', '[["shop"]]'].map((aud) => ({ aud })),
        { iss: JSON.stringify(`${world.issuer.url}\0x`) },
        { scope: '"orders\\u0000"' },
        { tenant: '"north\\u0000x"' },
        { filling: `"${'x'.repeat(6000)}"` },
      ];
      for (const changed of changes) {
        const status = await statusOf(`Bearer ${await withClaims(changed)}`);
        assert.ok(status === 401 || status === 403, `${JSON.stringify(changed).slice(0, 60)}: ${status}`);
      }
      const headers = ['"crit":["x"],"x":1', String.raw`"cr\u0069t":["x"],"x":1`];
      for (const each of headers) {
        const claims = Buffer.from(good.split('.')[1] ?? '', 'base64url').toString();
        const token = await world.issuer.signText(claims, `{"alg":"ES256","kid":"one",${each}}`);
        assert.equal(await statusOf(`Bearer ${token}`), 401, each);
      }
      assert.equal(await statusOf(`Bearer ${await withClaims({ nbf: `${now - 9}.5`, sub: '7' })}`), 200);
    });

    test('a token need not name its key where the issuer has one of its kind', async () => {
      await using gateway = await start([named('shop', { authentication: authentication() })], world.issuer);
      const claims = Buffer.from((await world.issuer.sign()).split('.')[1] ?? '', 'base64url').toString();
      const headers = { authorization: `Bearer ${await world.issuer.signText(claims, '{"alg":"ES256"}')}` };
      assert.equal((await gateway.ask('/', { headers })).status, 200);
    });

    test('a token that was found good helps no other, not even one that differs in one character', async () => {
      await using gateway = await start([named('shop', { authentication: authentication() })], world.issuer);
      const statusWith = async (token: string) =>
        (await gateway.ask('/', { headers: { authorization: `Bearer ${token}` } })).status;
      const token = await world.issuer.sign();
      assert.deepEqual([await statusWith(token), await statusWith(token)], [200, 200]);
      // Of the last character some bits mean nothing.
      for (let at = 0; at < token.length - 1; at += 7) {
        if (token[at] === '.') continue;
        const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
        assert.equal(await statusWith(changed), 401, `character ${at} of ${token}`);
      }
      assert.equal(await statusWith(token), 200);
    });

    test('a token that was found good is refused as soon as it expired', async () => {
      await using gateway = await start([named('shop', { authentication: authentication() })], world.issuer);
      // Clocks may differ by five seconds: three of them are over.
      const authorization = `Bearer ${await world.issuer.sign({}, { expiresIn: -3 })}`;
      const status = async () => (await gateway.ask('/', { headers: { authorization } })).status;
      assert.deepEqual([await status(), await status()], [200, 200]);
      await waitFor('its end', async () => (await status()) === 401, 3500);
    });

    test('an optional token may be left out but not be wrong', async () => {
      await using gateway = await start(
        [named('optional', { authentication: authentication({ mode: 'optional' }) })],
        world.issuer,
      );
      const statusWith = async (headers: Record<string, string>) =>
        (await gateway.ask('/', { headers })).status;
      assert.equal(await statusWith({}), 200);
      assert.equal(await statusWith({ authorization: `Bearer ${await world.issuer.sign()}` }), 200);
      assert.equal(await statusWith({ authorization: 'Bearer wrong' }), 401);
    });

    test('a limit by subject is of each, and whoever guesses tokens is counted by their address', async () => {
      await using gateway = await start(
        [
          named('each', {
            authentication: authentication(),
            rateLimit: { by: 'subject', requests: 2, perSeconds: 3600 },
          }),
        ],
        world.issuer,
      );
      const statusOf = async (token: string) =>
        (await gateway.ask('/', { headers: { authorization: `Bearer ${token}` } })).status;
      const ana = await world.issuer.sign();
      const bia = await world.issuer.sign({ sub: 'bia' });
      const again = await world.issuer.sign({ other: 'token' });
      assert.deepEqual([await statusOf(ana), await statusOf(again), await statusOf(ana)], [200, 200, 429]);
      assert.equal(await statusOf(bia), 200, 'the limit of one is not that of another');
      assert.deepEqual([await statusOf('x'), await statusOf('y'), await statusOf('z')], [401, 401, 429]);
      const long = (end: string) => world.issuer.sign({ sub: `${'long'.repeat(100)}${end}` });
      const one = await long('1');
      assert.deepEqual([await statusOf(one), await statusOf(one), await statusOf(one)], [200, 200, 429]);
      assert.equal(
        await statusOf(await long('2')),
        200,
        'nor is that of a long name one that begins like it',
      );
    });
  });
}
