import { createHash } from 'node:crypto';
import { pipeline, Transform, type Readable } from 'node:stream';
import { WrongContent, type FileId } from './repository-files.ts';

/** The same bytes; fails at the end, before anything is stored, unless they have the SHA-256 of the file's name. */
export const checkedContent = ({ kind, name }: FileId, source: Readable): Readable => {
  const hash = createHash('sha256');
  const content = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      done(kind === 'config' || hash.digest('hex') === name ? null : new WrongContent(`${kind}/${name}`));
    },
  });
  // The reader of `content` sees each failure there: a second report would be an unhandled one.
  pipeline(source, content, () => undefined);
  return content;
};
