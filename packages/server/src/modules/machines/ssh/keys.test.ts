import assert from 'node:assert/strict';
import { test } from 'node:test';
import ssh2 from 'ssh2';
import { createKeyPair } from './keys.ts';

test('a pair of keys is read by others, and what the one signs the other knows', () => {
  for (let count = 0; count < 200; count += 1) {
    const pair = createKeyPair('a comment');
    const [secret, known] = [ssh2.utils.parseKey(pair.privateKey), ssh2.utils.parseKey(pair.publicKey)];
    assert.ok(!(secret instanceof Error) && !(known instanceof Error));
    const signature = secret.sign('text');
    assert.ok(Buffer.isBuffer(signature));
    assert.equal(known.verify('text', signature), true);
    assert.equal(known.comment, 'a comment');
    assert.deepEqual(secret.getPublicSSH(), known.getPublicSSH());
  }
});

test('no two pairs are the same', () => {
  assert.notEqual(createKeyPair().privateKey, createKeyPair().privateKey);
});
