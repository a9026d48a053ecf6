import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBlobs } from './conformance.ts';
import { createFolderBlobs } from './folder-blobs.ts';

describeBlobs('blobs in a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-blobs-'));
  return {
    blobs: createFolderBlobs(folder),
    listLeftovers: async () => (await readdir(folder, { recursive: true })).toSorted(),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
});
