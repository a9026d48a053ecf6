import { createHash } from 'node:crypto';
import { pipeline, Transform, type Readable } from 'node:stream';
import type { BlobInfo } from './blobs.ts';

export interface Measured {
  /** The same bytes. Fails when the source fails or is closed before its end; destroyed, it destroys the source. */
  readonly content: Readable;
  /** Of what has passed: to be asked once, after the end. */
  readonly info: () => BlobInfo;
}

/** Counts and hashes what passes, at the speed of its reader. */
export const measure = (source: Readable): Measured => {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const content = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  // The reader of `content` sees each failure there: a second report would be an unhandled one.
  pipeline(source, content, () => undefined);
  return { content, info: () => ({ sizeBytes, sha256: hash.digest('hex') }) };
};
