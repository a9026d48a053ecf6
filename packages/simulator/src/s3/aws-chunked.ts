import { createHash } from 'node:crypto';
import { isSame } from '../is-same.ts';
import type { Authenticated } from './authenticate.ts';
import { S3Error } from './s3-error.ts';
import { sha256 } from './signature.ts';

/** Longest line of a chunk's header, and of all trailing headers together. */
const maxLineBytes = 1024;
const maxTrailerBytes = 8192;

/** Reads lines and counted bytes from a stream of buffers. */
const createReader = (source: AsyncIterable<Buffer>) => {
  const iterator = source[Symbol.asyncIterator]();
  let buffer: Buffer = Buffer.alloc(0);
  const more = async (): Promise<void> => {
    const next = await iterator.next();
    if (next.done === true) throw new S3Error('IncompleteBody', 'The request body terminated unexpectedly');
    buffer = buffer.length === 0 ? next.value : Buffer.concat([buffer, next.value]);
  };
  return {
    line: async (): Promise<string> => {
      let end = buffer.indexOf('\r\n');
      while (end === -1) {
        if (buffer.length > maxLineBytes) throw new S3Error('InvalidRequest', 'A chunk header is too long.');
        await more();
        end = buffer.indexOf('\r\n');
      }
      const line = buffer.toString('latin1', 0, end);
      buffer = buffer.subarray(end + 2);
      return line;
    },
    take: async function* (sizeBytes: number): AsyncGenerator<Buffer> {
      let left = sizeBytes;
      while (left > 0) {
        if (buffer.length === 0) await more();
        const part = buffer.subarray(0, left);
        buffer = buffer.subarray(part.length);
        left -= part.length;
        yield part;
      }
    },
    isAtEnd: async (): Promise<boolean> => buffer.length === 0 && (await iterator.next()).done === true,
  };
};

/**
 * Decodes an `aws-chunked` body; with `STREAMING-AWS4-...` each chunk's signature is checked as soon as the chunk is
 * over. Trailing headers are added to `trailers`. What was yielded is to be believed only when the generator ended.
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  signed: Authenticated,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const isSigned = signed.payloadHash.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  const hasTrailer = signed.payloadHash.endsWith('-TRAILER');
  const reader = createReader(source);
  let previous = signed.signature;
  for (;;) {
    const header = /^([0-9a-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(await reader.line());
    const size = Number.parseInt(header?.[1] ?? '', 16);
    const signature = header?.[2];
    if (header === null || (isSigned && signature === undefined))
      throw new S3Error('InvalidRequest', 'A chunk header is malformed.');
    const hash = createHash('sha256');
    for await (const part of reader.take(size)) {
      if (isSigned) hash.update(part);
      yield part;
    }
    if (isSigned) {
      const expected = signed.chunks.chunk(previous, hash.digest('hex'));
      if (!isSame(expected, signature ?? '')) throw mismatch();
      previous = expected;
    }
    if (size === 0) break;
    if ((await reader.line()) !== '') throw new S3Error('InvalidRequest', 'A chunk is longer than it says.');
  }

  let lines = '';
  let trailerSignature: string | undefined;
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (!hasTrailer || colon === -1 || lines.length > maxTrailerBytes)
      throw new S3Error('InvalidRequest', 'A trailing header is malformed.');
    if (name === 'x-amz-trailer-signature') trailerSignature = value;
    else {
      lines += `${name}:${value}\n`;
      trailers.set(name, value);
    }
  }
  if (
    isSigned &&
    hasTrailer &&
    !isSame(signed.chunks.trailer(previous, sha256(lines)), trailerSignature ?? '')
  )
    throw mismatch();
  if (!(await reader.isAtEnd())) throw new S3Error('InvalidRequest', 'There is more after the last chunk.');
}

const mismatch = (): S3Error =>
  new S3Error(
    'SignatureDoesNotMatch',
    'The chunk signature we calculated does not match the one you provided.',
  );
