import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Blobs } from '../../../kernel/blobs/blobs.ts';
import { decodeManifest, encodeManifest, type Manifest } from './manifest.ts';

/** Manifests of snapshots, by the id of the snapshot. */
export interface Manifests {
  put(snapshotId: string, manifest: Manifest): Promise<void>;
  find(snapshotId: string): Promise<Manifest | undefined>;
  delete(snapshotId: string): Promise<void>;
}

export const createManifests = (blobs: Blobs): Manifests => {
  const keyOf = (snapshotId: string): string => `snapshots/${snapshotId}/manifest`;
  return {
    put: async (snapshotId, manifest) => {
      await blobs.put(keyOf(snapshotId), Readable.from([await encodeManifest(manifest)]));
    },
    find: async (snapshotId) => {
      const found = await blobs.open(keyOf(snapshotId));
      return found === undefined ? undefined : decodeManifest(await buffer(found.content));
    },
    delete: (snapshotId) => blobs.deleteAll(`snapshots/${snapshotId}`),
  };
};
