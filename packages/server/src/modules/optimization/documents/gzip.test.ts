import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { GzipError, gunzipBounded } from './gzip.ts';

const isFault = (code: string) => (error: unknown) => error instanceof GzipError && error.code === code;

describe('what is compressed', () => {
  it('comes back as it was', async () => {
    const bytes = Buffer.from('{"a":1}'.repeat(1000));
    assert.deepEqual(await gunzipBounded(gzipSync(bytes), bytes.length), bytes);
    assert.equal((await gunzipBounded(gzipSync(''), 0)).length, 0);
  });

  it('is refused as soon as there is more of it than is allowed', async () => {
    const bomb = gzipSync(Buffer.alloc(100e6));
    const before = process.memoryUsage().rss;
    await assert.rejects(gunzipBounded(bomb, 1e6), isFault('too_long'));
    assert.ok(process.memoryUsage().rss - before < 50e6);
    await assert.rejects(gunzipBounded(gzipSync('ab'), 1), isFault('too_long'));
  });

  it('is refused when it is cut off, damaged, or nothing of the kind', async () => {
    const whole = gzipSync('hello, hello, hello');
    const damaged = Buffer.from(whole);
    damaged[damaged.length - 6] = (damaged.at(-6) as number) ^ 0xff;
    for (const bytes of [whole.subarray(0, -3), damaged, Buffer.from('{"a":1}'), Buffer.alloc(0)]) {
      await assert.rejects(gunzipBounded(bytes, 1000), isFault('invalid_gzip'));
    }
  });
});
