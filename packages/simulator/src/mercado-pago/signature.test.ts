import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signNotification } from './signature.ts';

// Made with `printf %s '<manifest>' | openssl dgst -sha256 -hmac <secret>`.
const vectors = [
  {
    parts: {
      dataId: 'ORD01JQ4S4KY8HWQ6NA5PXB65B3D3',
      requestId: '2066ca19-c6f1-498a-be75-1923005edd06',
      atMs: 1_742_505_638_683,
    },
    signature: 'edb0c4af2a64123ce99eccd0a35aad8cc447d969fe3942bb3197ec363845b463',
  },
  {
    parts: { requestId: '2066ca19-c6f1-498a-be75-1923005edd06', atMs: 1_742_505_638_683 },
    signature: '55edeb4da6858c18e8829e531df364c57c7beac3326fb09d268770c5fcbabc62',
  },
];

test('the signature is over the identifier in small letters, the request and the time', () => {
  for (const { parts, signature } of vectors)
    assert.equal(signNotification('the-secret', parts), `ts=${parts.atMs},v1=${signature}`);
});
