import assert from 'node:assert/strict';
import { METHODS } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { routeOf, startUpstream, type AnswerBody, type UpstreamServer } from '../plane-test-kit.ts';
import { engines, startIssuer, type RunningEngine, type TestIssuer } from './engines-test-kit.ts';

let service: UpstreamServer;
let issuer: TestIssuer;
before(async () => {
  service = await startUpstream();
  issuer = await startIssuer();
});
after(async () => {
  await service[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const named = (name: string, rules: Record<string, unknown> = {}): GatewayRoute =>
  routeOf({
    name,
    upstreams: [{ url: service.url }],
    responseHeaders: { set: { 'x-route': name } },
    ...rules,
  });

const requestOf = (
  lines: readonly string[],
  { method = 'GET', path = '/', host = 'a', version = '1.1' } = {},
): string =>
  [`${method} ${path} HTTP/${version}`, `Host: ${host}`, 'Connection: close', ...lines, '', ''].join('\r\n');

/** What the service saw of a request that came through. */
const seenOf = async (gateway: RunningEngine, bytes: string): Promise<AnswerBody> => {
  const answer = await gateway.raw(bytes);
  assert.match(answer, /^HTTP\/1\.1 200 /, bytes);
  return JSON.parse(/\{.*\}/.exec(answer)?.[0] ?? '') as AnswerBody;
};

for (const { name, skip, start } of engines) {
  describe(name, { skip }, () => {
    test('a host that is none reaches no service', async () => {
      await using gateway = await start([named('any'), named('shop', { hosts: ['*.example.org'] })], issuer);
      const before = service.seen.length;
      const hosts = [
        'ana@shop.example.org',
        'a:b@shop.example.org',
        '*.example.org',
        'shop.example.org,evil',
      ];
      for (const host of [
        ...hosts,
        'a/b',
        'a"b',
        'a<b>',
        'a\\b',
        'a?b',
        'a#b',
        'a%2eb',
        "a'b",
        'a$b',
        'a;b',
        'é',
      ])
        assert.match(await gateway.raw(requestOf([], { host })), /^HTTP\/1\.1 400 /, host);
      for (const bytes of ['GET / HTTP/1.0\r\n\r\n', 'GET /\r\n\r\n'])
        assert.match(await gateway.raw(bytes), /"code":"gateway.request_refused"|^HTTP\/1\.1 400 /, bytes);
      assert.equal(service.seen.length, before);
    });

    test('what follows a host must be a port to be taken off', async () => {
      await using gateway = await start(
        [named('any'), named('shop', { hosts: ['shop.example.org'] })],
        issuer,
      );
      const taken = async (host: string) =>
        /x-route: (\w+)/i.exec(await gateway.raw(requestOf([], { host })))?.[1];
      for (const host of ['shop.example.org', 'SHOP.Example.org.', 'shop.example.org.:80'])
        assert.equal(await taken(host), 'shop', host);
      for (const host of ['shop.example.org:', 'shop.example.org:80:80', 'shop.example.org:http', '[::1]:80'])
        assert.equal(await taken(host), 'any', host);
    });

    test('a method that is none, or shows what only services see, is refused', async () => {
      const closed = { methods: ['POST'], authentication: { mode: 'required', issuers: ['users'] } };
      await using gateway = await start(
        [named('open'), named('closed', { path: '/closed', ...closed })],
        issuer,
      );
      const before = service.seen.length;
      for (const method of ['post', 'POSTS', 'TRACE', 'CONNECT', 'X'])
        assert.doesNotMatch(
          await gateway.raw(requestOf([], { method, path: '/closed' })),
          /^HTTP\/1\.1 [235]/,
        );
      assert.equal(service.seen.length, before);
      assert.ok(METHODS.includes('PROPFIND'));
      assert.equal((await seenOf(gateway, requestOf([], { method: 'PROPFIND' }))).method, 'PROPFIND');
    });
  });
}
