import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { waitFor } from '../../../../test/wait.ts';
import { createUnpacking } from './body.ts';

test('of what is long once it is unpacked there is little at once, and what is short does not wait for it', async () => {
  const unpacked = createUnpacking();
  const open = Promise.withResolvers<undefined>();
  let atWork = 0;
  const work = async (body: Buffer): Promise<number> => {
    if (body.length > 100) {
      atWork += 1;
      await open.promise;
    }
    return body.length;
  };
  const long = gzipSync(Buffer.alloc(3_000_000, ' '));
  const asked = Array.from({ length: 12 }, () => unpacked(long, work));
  await waitFor('some of them', () => atWork >= 4);
  assert.equal(await unpacked(gzipSync('{"a":1}'), work), 7);
  assert.equal(await unpacked(Buffer.from('{}'), work), 2);
  assert.equal(atWork, 4);
  open.resolve(undefined);
  assert.deepEqual(new Set(await Promise.all(asked)), new Set([3_000_000]));
  assert.equal(atWork, 12);
});
