import assert from 'node:assert/strict';
import { test } from 'node:test';
import { poly1305Aes } from './poly1305-aes.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test('the tags are those of the paper that Poly1305-AES comes from', () => {
  const tags = [
    {
      message: 'f3 f6',
      k: 'ec 07 4c 83 55 80 74 17 01 42 5b 62 32 35 ad d6',
      r: '85 1f c4 0c 34 67 ac 0b e0 5c c2 04 04 f3 f7 00',
      nonce: 'fb 44 73 50 c4 e8 68 c5 2a c3 27 5c f9 d4 32 7e',
      tag: 'f4 c6 33 c3 04 4f c1 45 f8 4f 33 5c b8 19 53 de',
    },
    {
      message: '',
      k: '75 de aa 25 c0 9f 20 8e 1d c4 ce 6b 5c ad 3f bf',
      r: 'a0 f3 08 00 00 f4 64 00 d0 c7 e9 07 6c 83 44 03',
      nonce: '61 ee 09 21 8d 29 b0 aa ed 7e 15 4a 2c 55 09 cc',
      tag: 'dd 3f ab 22 51 f1 1a c7 59 f0 88 71 29 cc 2e e7',
    },
    {
      message:
        '66 3c ea 19 0f fb 83 d8 95 93 f3 f4 76 b6 bc 24 d7 e6 79 10 7e a2 6a db 8c af 66 52 d0 65 61 36',
      k: '6a cb 5f 61 a7 17 6d d3 20 c5 c1 eb 2e dc dc 74',
      r: '48 44 3d 0b b0 d2 11 09 c8 9a 10 0b 5c e2 c2 08',
      nonce: 'ae 21 2a 55 39 97 29 59 5d ea 45 8b c6 21 ff 0e',
      tag: '0e e1 c1 6b b7 3f 0f 4f d1 98 81 75 3c 01 cd be',
    },
  ];
  for (const { message, k, r, nonce, tag } of tags)
    assert.deepEqual(
      poly1305Aes(bytes(message), { k: bytes(k), r: bytes(r), nonce: bytes(nonce) }),
      bytes(tag),
    );
});
