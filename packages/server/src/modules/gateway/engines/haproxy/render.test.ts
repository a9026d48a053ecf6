import assert from 'node:assert/strict';
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { test } from 'node:test';
import { routeOf } from '../../plane-test-kit.ts';
import { toPublicKeys } from '../issuer-keys.ts';
import { renderHaproxy } from './render.ts';

const jwk = (kid: string): JsonWebKey => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  kid,
});
const upstreams = [{ url: 'http://127.0.0.1:9' }];
const injected = "x'\n    http-request return status 200 string injected\n#";

const render = (definition: Record<string, unknown>) =>
  renderHaproxy({
    routes: [routeOf({ upstreams, ...definition })],
    bind: '127.0.0.1:1',
    trustProxy: false,
    keysOf: ({ issuer, audience }) => ({
      issuer,
      audience,
      keys: toPublicKeys([jwk('good'), jwk(injected)]),
    }),
    addressOf: (_, hostname) => hostname,
    process: [],
    peer: '127.0.0.1:2',
    builtIn: undefined,
  });

test('no text of a route, or of an issuer that it names, becomes a line of the configuration', () => {
  const issuers = [{ issuer: 'https://idp.example', audience: 'shop' }];
  for (const authentication of [
    { issuers, scopes: [injected] },
    { issuers, claims: { tenant: [injected] } },
    { issuers, claims: { [injected]: ['north'] } },
    { issuers: [{ issuer: 'https://idp.example', audience: injected }] },
    { issuers },
  ]) {
    const { text, served, findings } = render({ authentication: { mode: 'required', ...authentication } });
    assert.doesNotMatch(text, /^\s*http-request return status 200/m);
    const isPlain = JSON.stringify(authentication) === JSON.stringify({ issuers });
    assert.equal(served.size, isPlain ? 1 : 0);
    assert.equal(
      findings.some(({ message }) => message.startsWith('Not served: ')),
      !isPlain,
    );
  }
  const host = render({ upstreams: [{ url: "http://a';b{c}" }] });
  assert.equal(host.served.size, 0);
});

test('what HAProxy cannot do as safely is not served, and what it does otherwise is said', () => {
  const notServed = [
    { identityAudience: 'shop' },
    { authentication: { mode: 'required', issuers: ['users'] } },
    { authentication: { mode: 'optional', issuers: ['customers'] } },
    { upstreams: [{ url: 'https://192.0.2.1' }] },
    {
      authentication: {
        mode: 'required',
        issuers: [{ issuer: 'https://idp.example', audience: 'a' }],
        claims: { verified: ['true'] },
      },
    },
  ];
  for (const definition of notServed) {
    const { served, findings, text } = render(definition);
    assert.equal(served.size, 0, JSON.stringify(definition));
    assert.match(findings.map(({ message }) => message).join(), /^Not served: /);
    assert.match(text, /use_backend unserved/);
  }
  const { findings } = render({ maxResponseBytes: 10, rateLimit: { requests: 1 } });
  const messages = findings.map(({ message }) => message).join(' ');
  for (const word of ['maxResponseBytes', 'rate limit', 'chunks', 'idleMs', 'circuit breaker'])
    assert.ok(messages.includes(word), word);
});
