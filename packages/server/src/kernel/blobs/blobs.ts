import type { Readable } from 'node:stream';

/** Files that outlive a request: artifacts, uploads, exports. PostgreSQL keeps what they are, never where. */
export interface Blobs {
  /**
   * Stores the stream under the key, whole or not at all; answers size and SHA-256. Replaces what was there. The
   * stream is destroyed when it cannot be stored.
   */
  put(key: string, content: Readable): Promise<BlobInfo>;
  /**
   * Undefined when there is no such blob. `sizeBytes` is of the whole blob, whatever the range. The content holds a
   * file or a connection open: it must be read or destroyed.
   */
  open(key: string, range?: BlobRange): Promise<{ content: Readable; sizeBytes: number } | undefined>;
  /** Deletes the blob of this key and all below it: `a/1` takes `a/1/2` with it and leaves `a/10`. Idempotent. */
  deleteAll(prefix: string): Promise<void>;
}

/** Places of bytes, both included; what lies beyond the end of the blob is left out. */
export interface BlobRange {
  readonly start: number;
  readonly end?: number;
}

export interface BlobInfo {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * Keys are ours (`runs/<id>/artifacts/3`), never a name that a user gave. The key of a blob is never the folder of
 * another: a file system cannot hold both.
 */
const keyPattern = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/;

/** S3 takes 1,024 bytes, the installation's prefix included. */
const maxKeyLength = 512;

/** Throws for what is not one of our keys, before anything is touched. */
export const assertBlobKey = (key: string): void => {
  if (key.length > maxKeyLength || !keyPattern.test(key)) throw new Error(`not a blob key: ${key}`);
};

/** A range that stores would read differently (S3 ignores it and answers everything) is a defect of the caller. */
export const assertBlobRange = (range: BlobRange | undefined): void => {
  if (range === undefined) return;
  const { start, end = start } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start)
    throw new RangeError(`not a range of a blob: ${start}-${range.end ?? ''}`);
};
