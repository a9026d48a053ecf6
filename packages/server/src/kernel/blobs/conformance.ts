import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { BlobRange, Blobs } from './blobs.ts';

export interface BlobsBed extends AsyncDisposable {
  readonly blobs: Blobs;
  /** Everything in the store, half-written things included. */
  listLeftovers(): Promise<readonly string[]>;
}

const mebibyte = 1024 * 1024;
const bytes = (text: string): Readable => Readable.from([Buffer.from(text)]);

/** Bytes that repeat nowhere near, so that a swapped or lost part shows. */
async function* produce(sizeBytes: number, onChunk: () => void = () => undefined): AsyncGenerator<Buffer> {
  for (let at = 0; at < sizeBytes; at += 65_536) {
    const chunk = Buffer.alloc(Math.min(65_536, sizeBytes - at));
    for (let place = 0; place + 4 <= chunk.length; place += 4) chunk.writeUInt32LE(at + place, place);
    onChunk();
    yield chunk;
  }
}

/** What every store of blobs promises. Each test opens a store of its own. */
export const describeBlobs = (name: string, openBed: () => Promise<BlobsBed>): void => {
  const read = async (blobs: Blobs, key: string, range?: BlobRange): Promise<string | undefined> => {
    const found = await blobs.open(key, range);
    return found === undefined ? undefined : (await buffer(found.content)).toString();
  };

  const sizeOf = async (blobs: Blobs, range: BlobRange): Promise<number | undefined> => {
    const found = await blobs.open('a', range);
    found?.content.destroy();
    return found?.sizeBytes;
  };

  describe(name, () => {
    test('what was put is read back, with its size and hash', async () => {
      await using bed = await openBed();
      assert.deepEqual(await bed.blobs.put('runs/a/1', bytes('hello')), {
        sizeBytes: 5,
        sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      });
      const found = await bed.blobs.open('runs/a/1');
      assert.equal(found?.sizeBytes, 5);
      assert.equal((await buffer(found.content)).toString(), 'hello');
    });

    test('an empty blob is a blob', async () => {
      await using bed = await openBed();
      const { sizeBytes } = await bed.blobs.put('empty', Readable.from([]));
      assert.equal(sizeBytes, 0);
      assert.equal(await read(bed.blobs, 'empty'), '');
      assert.equal(await read(bed.blobs, 'empty', { start: 0 }), '');
    });

    test('a range is answered with the size of the whole', async () => {
      await using bed = await openBed();
      await bed.blobs.put('a', bytes('0123456789'));
      assert.equal(await sizeOf(bed.blobs, { start: 9 }), 10);
      assert.equal(await read(bed.blobs, 'a', { start: 2, end: 4 }), '234');
      assert.equal(await read(bed.blobs, 'a', { start: 0, end: 0 }), '0');
      assert.equal(await read(bed.blobs, 'a', { start: 7 }), '789');
      assert.equal(await read(bed.blobs, 'a', { start: 8, end: 100 }), '89');
      assert.equal(await read(bed.blobs, 'a', { start: 10 }), '');
      assert.equal(await sizeOf(bed.blobs, { start: 99 }), 10);
      for (const range of [{ start: -1 }, { start: 3, end: 2 }, { start: 0.5 }])
        await assert.rejects(bed.blobs.open('a', range), RangeError);
    });

    test('what is missing is undefined, and so is a folder of blobs', async () => {
      await using bed = await openBed();
      await bed.blobs.put('a/1', bytes('x'));
      for (const key of ['b', 'a', 'a/1/2']) assert.equal(await bed.blobs.open(key), undefined, key);
    });

    test('a second put replaces the first', async () => {
      await using bed = await openBed();
      await bed.blobs.put('a', bytes('longer than the second'));
      await bed.blobs.put('a', bytes('second'));
      assert.equal(await read(bed.blobs, 'a'), 'second');
    });

    for (const [what, sizeBytes] of [
      ['at once', 0],
      ['in the middle', 100_000],
      ['after several parts', 12 * mebibyte],
    ] as const)
      test(`a stream that fails ${what} leaves nothing, and what was there stays`, async () => {
        await using bed = await openBed();
        await bed.blobs.put('old', bytes('old'));
        const before = await bed.listLeftovers();
        const failing = () =>
          Readable.from(
            (async function* () {
              yield* produce(sizeBytes);
              throw new Error('the disk is gone');
            })(),
          );
        await assert.rejects(bed.blobs.put('old', failing()), /the disk is gone/);
        await assert.rejects(bed.blobs.put('new', failing()), /the disk is gone/);
        assert.equal(await bed.blobs.open('new'), undefined);
        assert.equal(await read(bed.blobs, 'old'), 'old');
        assert.deepEqual(await bed.listLeftovers(), before);
      });

    test('a stream that is closed before its end is a failure, and so is one that was destroyed before', async () => {
      await using bed = await openBed();
      const cut = new Readable({ read: () => undefined });
      cut.push('half');
      setImmediate(() => cut.destroy());
      await assert.rejects(bed.blobs.put('a', cut));
      const gone = bytes('x');
      gone.destroy();
      await assert.rejects(bed.blobs.put('a', gone));
      assert.equal(await bed.blobs.open('a'), undefined);
    });

    test('a prefix is deleted exactly', async () => {
      await using bed = await openBed();
      for (const key of ['a/1/x', 'a/1/y/z', 'a/10', 'a/1-1', 'a/2', 'b/1/x'])
        await bed.blobs.put(key, bytes(key));
      await bed.blobs.put('c', bytes('c'));
      await bed.blobs.deleteAll('a/1');
      for (const key of ['a/1/x', 'a/1/y/z']) assert.equal(await bed.blobs.open(key), undefined, key);
      for (const key of ['a/10', 'a/1-1', 'a/2', 'b/1/x', 'c']) assert.equal(await read(bed.blobs, key), key);
      await bed.blobs.deleteAll('c');
      assert.equal(await bed.blobs.open('c'), undefined);
      await bed.blobs.deleteAll('c');
      await bed.blobs.deleteAll('never-was');
    });

    test('names that are no keys are refused before anything is touched', async () => {
      await using bed = await openBed();
      for (const key of [
        '',
        '/',
        '/a',
        'a/',
        'a//b',
        '..',
        'a/../b',
        'a.b',
        'A',
        'a b',
        'a\n',
        'é',
        'a'.repeat(600),
      ]) {
        const content = bytes('x');
        await assert.rejects(bed.blobs.put(key, content), /not a blob key/, key);
        await finished(content).catch(() => undefined);
        assert.ok(content.destroyed, key);
        await assert.rejects(bed.blobs.open(key), /not a blob key/, key);
        await assert.rejects(bed.blobs.deleteAll(key), /not a blob key/, key);
      }
      assert.deepEqual(await bed.listLeftovers(), []);
    });

    test('40 MB pass whole, in both directions, through less than 28 MB of memory', async () => {
      await using bed = await openBed();
      const sizeBytes = 40_000_004;
      const expected = createHash('sha256');
      for await (const chunk of produce(sizeBytes)) expected.update(chunk);
      const sha256 = expected.digest('hex');
      setFlagsFromString('--expose-gc');
      const gc = runInNewContext('gc') as () => void;
      // Memory of buffers is given back by a thread of its own, which a busy host may hold up: the second
      // collection begins by waiting for what the first found.
      const collect = (): void => {
        gc();
        gc();
      };
      collect();
      const before = process.memoryUsage().arrayBuffers;
      let peak = 0;
      let chunks = 0;
      const sample = (): void => {
        if (chunks++ % 32 !== 0) return;
        collect();
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      };
      assert.deepEqual(await bed.blobs.put('big', Readable.from(produce(sizeBytes, sample))), {
        sizeBytes,
        sha256,
      });
      const found = await bed.blobs.open('big');
      assert.ok(found);
      const hash = createHash('sha256');
      for await (const chunk of found.content as AsyncIterable<Buffer>) {
        hash.update(chunk);
        sample();
      }
      assert.equal(hash.digest('hex'), sha256);
      assert.ok(peak < 28_000_000, `${peak} bytes at once`);
    });
  });
};
