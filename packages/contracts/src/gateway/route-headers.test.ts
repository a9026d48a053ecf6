import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerRules } from './route-headers.ts';

test('a route sets no header that says where a message ends or whom it is of, and none that cannot be sent', () => {
  const takes = (name: string, value = 'x'): boolean =>
    headerRules.safeParse({ set: { [name]: value } }).success;
  for (const name of [
    'Content-Length',
    'transfer-encoding',
    'connection',
    'x-gateway-identity',
    'X-Consumer-Id',
    'x-forwarded-for',
    'x-request-id',
  ])
    assert.equal(takes(name), false, name);
  for (const value of ['\u2603', 'a\r\nb', 'a\u0000', '\u007f', '\u0085'])
    assert.equal(takes('x-a', value), false, JSON.stringify(value));
  assert.ok(takes('x-connection'));
  assert.ok(takes('cache-control', 'no-store; até amanhã'));
});
