import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RouteDefinition } from './gateway-routes.ts';

test('an upstream is what it looks like: scheme, host and port, and nothing that is read as a path', () => {
  const takes = (url: string): boolean =>
    RouteDefinition.safeParse({ name: 'a', path: '/', upstreams: [{ url }] }).success;
  for (const url of ['http://a', 'https://a.example:8443/', 'http://[::1]:80']) assert.ok(takes(url), url);
  for (const url of [
    'http://a/b',
    'http://a\\.example',
    'http://a:80\\x',
    'http://a@b',
    'http://a?b',
    'http://a#b',
    'ftp://a',
  ])
    assert.equal(takes(url), false, url);
});
