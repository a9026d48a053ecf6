import { promisify } from 'node:util';
import { constants, crc32, createGunzip, deflateRaw, gunzip } from 'node:zlib';

/**
 * Text for keeps: shorter ones as UTF-8, longer ones as gzip that ends such that other bytes can be put before and
 * behind it (splice.ts). Which of both it is its first bytes say: no JSON begins with those of gzip.
 */
export type Packed = Buffer;

const shortestBytes = 8 * 1024;
const deflateBytes = promisify(deflateRaw);
const inflateBytes = promisify(gunzip);

/** Of RFC 1952: deflate, no name, no time, no word on the system that made it. */
export const gzipHead = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** Of RFC 1951: the empty block that ends all; it begins at a whole byte. */
const lastBlock = Buffer.from([0x03, 0x00]);
const tailBytes = lastBlock.length + 8;
/** What comes before the checksum: the empty block that fills a byte up, of which the last blocks of ours are. */
const closing = Buffer.concat([Buffer.from([0x00, 0x00, 0xff, 0xff]), lastBlock]);

/** The end of a gzip file: `crc` and number of the bytes that were compressed. */
export const gzipTail = (crc: number, bytes: number): Buffer => {
  const tail = Buffer.alloc(tailBytes);
  lastBlock.copy(tail);
  tail.writeUInt32LE(crc, lastBlock.length);
  tail.writeUInt32LE(bytes, lastBlock.length + 4);
  return tail;
};

/**
 * Each time that there is no room for what comes out, a thread of the pool is asked once more: for a megabyte in the
 * usual 16 KB that takes as long as the work itself.
 */
const roomFor = (bytes: number): number => Math.max(1024, Math.ceil(bytes));

/**
 * Compressed blocks of which none is the last, up to a whole byte. At the fastest level, which makes a fifth of what
 * solvers write: the usual one leaves a tenth less and takes six times as long.
 */
export const deflated = (bytes: Uint8Array): Promise<Buffer> =>
  deflateBytes(bytes, {
    level: 1,
    finishFlush: constants.Z_SYNC_FLUSH,
    chunkSize: roomFor(bytes.length / 3),
  });

export const isGzip = (packed: Packed): boolean => packed[0] === gzipHead[0] && packed[1] === gzipHead[1];

/** Of text in UTF-8, under 4 GB. Beside the event loop where it is long; where it is short it is the same bytes. */
export const pack = async (bytes: Buffer): Promise<Packed> => {
  if (bytes.length < shortestBytes) return bytes;
  return Buffer.concat([gzipHead, await deflated(bytes), gzipTail(crc32(bytes), bytes.length)]);
};

/**
 * What lies between the head and the end, and what the end says of it. Throws where that is not how ours end: what was
 * cut off would come to nobody's notice before it is unpacked, which mostly others do.
 */
export const partsOf = (
  gzip: Packed,
): { readonly blocks: Buffer; readonly crc: number; readonly bytes: number } => {
  const end = gzip.length - tailBytes;
  if (!gzip.subarray(Math.max(0, end - 4), Math.max(0, end + lastBlock.length)).equals(closing))
    throw new Error('What was kept compressed is damaged.');
  return {
    blocks: gzip.subarray(gzipHead.length, end),
    crc: gzip.readUInt32LE(gzip.length - 8),
    bytes: gzip.readUInt32LE(gzip.length - 4),
  };
};

/** Of the text, in bytes. */
export const unpackedLength = (packed: Packed): number =>
  isGzip(packed) ? partsOf(packed).bytes : packed.length;

/** The text as UTF-8. */
export const unpackBytes = async (packed: Packed): Promise<Buffer> =>
  isGzip(packed) ? inflateBytes(packed, { chunkSize: roomFor(unpackedLength(packed) + 1) }) : packed;

export const unpack = async (packed: Packed): Promise<string> => (await unpackBytes(packed)).toString();

const stepBytes = 256 * 1024;

/** The same step by step, each when it is asked for: a text of megabytes may be a few kilobytes as it is kept. */
export async function* unpackSteps(packed: Packed): AsyncGenerator<Buffer> {
  if (isGzip(packed)) yield* createGunzip({ chunkSize: stepBytes }).end(packed);
  else yield packed;
}
