import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseUrl, normalizeUrl } from './server-url.ts';

test('an address is taken as people type it and kept in one form', () => {
  assert.equal(normalizeUrl('http://127.0.0.1:8767/'), 'http://127.0.0.1:8767');
  assert.equal(normalizeUrl('localhost:8767'), 'http://localhost:8767');
  assert.equal(normalizeUrl('127.0.0.1:1'), 'http://127.0.0.1:1');
  assert.equal(normalizeUrl('Dumont.Example'), 'https://dumont.example');
  assert.equal(normalizeUrl('https://dumont.example:443/base/'), 'https://dumont.example/base');
});

test('what is no address of a server is refused', () => {
  for (const text of ['', 'ftp://x', 'http://', 'https://a b', '::::']) {
    assert.throws(() => normalizeUrl(text), /not an address/, text);
  }
});

test('the flag goes before the environment, that before the last login, that before this computer', () => {
  const config = { version: 1, current: 'https://last.example', profiles: {} } as const;
  assert.equal(chooseUrl('a.example', 'b.example', config), 'https://a.example');
  assert.equal(chooseUrl(undefined, 'b.example', config), 'https://b.example');
  assert.equal(chooseUrl(undefined, '', config), 'https://last.example');
  assert.equal(chooseUrl(undefined, undefined, { version: 1, profiles: {} }), 'http://127.0.0.1:8767');
});
