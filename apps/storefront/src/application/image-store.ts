import type { Readable } from 'node:stream';

/** Media types by how a picture's name ends. */
export const imageTypes = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp' } as const;

/** Pictures by name: the hash of their content and what they are. The same content has the same name. */
export interface ImageStore {
  /** Whole or not at all. */
  write(name: string, content: Buffer): Promise<void>;
  open(name: string): Promise<{ content: Readable; sizeBytes: number } | undefined>;
  /** Names of what was written before `time`. */
  listOlderThan(time: Date): Promise<readonly string[]>;
  remove(name: string): Promise<void>;
}
