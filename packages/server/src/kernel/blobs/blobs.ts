import type { Readable } from 'node:stream';

/** Files that outlive a request: artifacts, uploads, exports. PostgreSQL keeps what they are, never where. */
export interface Blobs {
  /** Stores the stream under the key, whole or not at all; answers size and SHA-256. Replaces what was there. */
  put(key: string, content: Readable): Promise<BlobInfo>;
  /** Undefined when there is no such blob. */
  open(
    key: string,
    range?: { start: number; end?: number },
  ): Promise<{ content: Readable; sizeBytes: number } | undefined>;
  /** Deletes everything whose key starts with the prefix. Idempotent. */
  deleteAll(prefix: string): Promise<void>;
}

export interface BlobInfo {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Keys are ours (`runs/<id>/artifacts/3`), never a name that a user gave. */
export const blobKeyPattern = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/;
