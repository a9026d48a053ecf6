import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChunkSigner, sha256, signingKey, signRequest } from './signature.ts';

/** The worked examples of "Authenticating Requests (AWS Signature Version 4)" in the Amazon S3 API reference. */
const scope = { day: '20130524', region: 'us-east-1' };
const timestamp = '20130524T000000Z';
const key = signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope);
const host = ['host', 'examplebucket.s3.amazonaws.com'] as const;
const empty = sha256('');

test('a GET with a range is signed as AWS signs it', () => {
  const signature = signRequest(key, timestamp, scope, {
    method: 'GET',
    path: '/test.txt',
    query: [],
    headers: [host, ['range', 'bytes=0-9'], ['x-amz-content-sha256', empty], ['x-amz-date', timestamp]],
    payloadHash: empty,
  });
  assert.equal(signature, 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
});

test('a list with a query is signed as AWS signs it', () => {
  const signature = signRequest(key, timestamp, scope, {
    method: 'GET',
    path: '/',
    query: [
      ['prefix', 'J'],
      ['max-keys', '2'],
    ],
    headers: [host, ['x-amz-content-sha256', empty], ['x-amz-date', timestamp]],
    payloadHash: empty,
  });
  assert.equal(signature, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7');
});

test('a presigned address is signed as AWS signs it', () => {
  const signature = signRequest(key, timestamp, scope, {
    method: 'GET',
    path: '/test.txt',
    query: [
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'],
      ['X-Amz-Date', timestamp],
      ['X-Amz-Expires', '86400'],
      ['X-Amz-SignedHeaders', 'host'],
    ],
    headers: [host],
    payloadHash: 'UNSIGNED-PAYLOAD',
  });
  assert.equal(signature, 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404');
});

test('chunks are signed as AWS signs them, each on top of the one before', () => {
  const signer = createChunkSigner(key, timestamp, scope);
  const first = signer.chunk(
    '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    sha256('a'.repeat(65_536)),
  );
  assert.equal(first, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648');
  const second = signer.chunk(first, sha256('a'.repeat(1024)));
  assert.equal(second, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497');
  assert.equal(
    signer.chunk(second, empty),
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  );
});
