import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

export type GzipFault = 'too_long' | 'invalid_gzip';

export class GzipError extends Error {
  override readonly name = 'GzipError';
  readonly code: GzipFault;

  constructor(code: GzipFault, problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.code = code;
  }
}

const inflate = promisify(gunzip);
/** In Node's usual pieces of 16 KB a megabyte takes twice as long. */
const chunkSize = 256 * 1024;

/**
 * Decompresses on a thread of Node's pool, and stops as soon as there is more than `maxBytes`: a bomb costs no more
 * memory than what is allowed, twice for a moment. Throws a `GzipError`.
 */
export const gunzipBounded = async (bytes: Uint8Array, maxBytes: number): Promise<Buffer> => {
  try {
    return await inflate(bytes, { chunkSize, maxOutputLength: Math.max(1, maxBytes) });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new GzipError('too_long', `What is compressed has more than ${maxBytes} bytes`, { cause: error });
    }
    throw new GzipError('invalid_gzip', 'What was sent is not compressed with gzip', { cause: error });
  }
};
