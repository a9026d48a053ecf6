import { Readable } from 'node:stream';
import { AppError } from '../../../kernel/errors.ts';

/**
 * An upload on its way into the store: bounded, and let go at its very end only when `permit` still agrees, so that a
 * machine that lost its authority while it sent does not finish.
 */
export const incoming = (source: Readable, maxBytes: number, permit: () => Promise<void>): Readable =>
  Readable.from(bounded(source, maxBytes, permit), { objectMode: false });

async function* bounded(
  source: Readable,
  maxBytes: number,
  permit: () => Promise<void>,
): AsyncGenerator<Buffer> {
  let sizeBytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new AppError('request.too_large', { limitBytes: maxBytes });
    yield chunk;
  }
  await permit();
}
