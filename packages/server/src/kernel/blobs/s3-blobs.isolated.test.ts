import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { startS3, type S3StandIn } from '@dumont/simulator/s3';
import { systemClock } from '../clock.ts';
import { describeBlobs, type BlobsBed } from './conformance.ts';
import { createS3Blobs } from './s3-blobs.ts';

const keys = { accessKeyId: 'test', secretAccessKey: 'secret' };

const openBed = async (
  credentials: Partial<typeof keys & { bucket: string }> = {},
): Promise<BlobsBed & { s3: S3StandIn }> => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-s3-'));
  const s3 = await startS3({ port: 0, ...keys, buckets: ['blobs'], folder, clock: systemClock });
  return {
    s3,
    blobs: createS3Blobs({
      endpoint: s3.url,
      region: 'auto',
      bucket: 'blobs',
      prefix: 'it’s ours/',
      ...keys,
      ...credentials,
    }),
    listLeftovers: async () => {
      const found = await Promise.all(
        ['objects', 'uploads', 'aside'].map((part) => readdir(join(folder, 'blobs', part))),
      );
      return found.flat().toSorted();
    },
    [Symbol.asyncDispose]: async () => {
      await s3[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

describeBlobs('blobs in S3', openBed);

const text = (content: string): Readable => Readable.from([Buffer.from(content)]);

test('a wrong secret, an unknown key and a wrong bucket are errors that say so', async () => {
  for (const [wrong, name] of [
    [{ secretAccessKey: 'wrong' }, 'SignatureDoesNotMatch'],
    [{ accessKeyId: 'nobody' }, 'InvalidAccessKeyId'],
    [{ bucket: 'elsewhere' }, 'NoSuchBucket'],
  ] as const) {
    await using bed = await openBed(wrong);
    await assert.rejects(bed.blobs.put('a', text('x')), { name });
    await assert.rejects(bed.blobs.open('a'), { name });
    await assert.rejects(bed.blobs.deleteAll('a'), { name });
  }
});

test('a prefix of more objects than a page holds is deleted whole', async () => {
  await using bed = await openBed();
  await bed.blobs.put('a', text('x'));
  for (let from = 0; from < 1001; from += 91)
    await Promise.all(
      Array.from({ length: 91 }, (_, index) => bed.blobs.put(`a/${from + index}`, text('x'))),
    );
  await bed.blobs.put('b', text('x'));
  assert.equal((await bed.listLeftovers()).length, 1003);
  await bed.blobs.deleteAll('a');
  assert.equal((await bed.listLeftovers()).length, 1);
});

test('a store that asks to slow down and one that drops the connection are asked again', async () => {
  await using bed = await openBed();
  bed.s3.faults.add({ name: 'slow-down', times: 1 });
  await bed.blobs.put('a', text('x'.repeat(100_000)));
  bed.s3.faults.add({ name: 'reset', afterBytes: 50_000, times: 1, method: 'PUT' });
  const { sizeBytes } = await bed.blobs.put('a', text('y'.repeat(100_000)));
  assert.equal(sizeBytes, 100_000);
  const found = await bed.blobs.open('a');
  assert.ok(found);
  assert.equal((await buffer(found.content)).toString(), 'y'.repeat(100_000));
});

test('an answer that is cut is an error of the stream, never a short file', async () => {
  await using bed = await openBed();
  await bed.blobs.put('a', text('x'.repeat(500_000)));
  bed.s3.faults.add({ name: 'reset', afterBytes: 200_000, times: 1, method: 'GET' });
  const found = await bed.blobs.open('a');
  assert.ok(found);
  await assert.rejects(buffer(found.content));
});
