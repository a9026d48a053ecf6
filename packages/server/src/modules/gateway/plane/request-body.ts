import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../../kernel/errors.ts';

/** The body is longer than the route takes. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
  readonly limitBytes: number;
  constructor(limitBytes: number) {
    super(`the body is longer than ${limitBytes} bytes`);
    this.limitBytes = limitBytes;
  }
}

/** Bodies up to this length are read before the upstream is asked, so that a slow client holds no upstream. */
const wholeBytes = 64 * 1024;

export const announcedBytes = (request: IncomingMessage): number | undefined => {
  const length = request.headers['content-length'];
  if (length !== undefined) return Number(length);
  return request.headers['transfer-encoding'] === undefined ? 0 : undefined;
};

/**
 * The body for the upstream: nothing, a short one whole, or piece by piece. The client's stream is never destroyed
 * with it: an answer must still reach the client. Who waits to be told to go on is told so. Throws `BodyTooLarge`,
 * piece by piece while it is read.
 */
export const openBody = async (
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<Buffer | AsyncIterable<Buffer> | null> => {
  const announced = announcedBytes(request);
  if (announced === 0) return null;
  if (announced !== undefined && announced > maxBytes) throw new BodyTooLarge(maxBytes);
  // Its own length is not all that a coding hides: the service would take it for plain.
  if (announced === undefined && request.headers['transfer-encoding']?.toLowerCase() !== 'chunked')
    throw new AppError('gateway.request_refused', { reason: 'its body comes in a coding that is not taken' });
  if (request.headers.expect !== undefined) response.writeContinue();
  const pieces = bounded(request, maxBytes);
  if (announced === undefined || announced > wholeBytes) return pieces;
  const chunks: Buffer[] = [];
  for await (const chunk of pieces) chunks.push(chunk);
  return chunks.length === 1 ? (chunks[0] ?? null) : Buffer.concat(chunks);
};

async function* bounded(request: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyTooLarge(maxBytes);
    yield chunk;
  }
}
