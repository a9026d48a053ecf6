import { crc32 } from 'node:zlib';
import { joinChecksums } from './checksum.ts';
import { deflated, gzipHead, gzipTail, isGzip, partsOf, type Packed } from './packed.ts';

/** Shorter ones are not worth compressing for themselves. */
const shortBytes = 1024;

/** Of RFC 1951: a block that holds the bytes as they are, of which a length of 16 bits says how many. */
const storedBlock = (bytes: Buffer): Buffer => {
  const head = Buffer.from([0, 0, 0, 0, 0]);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(bytes.length ^ 0xffff, 3);
  return Buffer.concat([head, bytes]);
};

/** All of it as one gzip file: what is compressed already goes into it as it is. */
export const spliceGzip = async (pieces: readonly Packed[]): Promise<Buffer> => {
  const parts = await Promise.all(
    pieces.map(async (piece) => {
      if (isGzip(piece)) return partsOf(piece);
      const blocks = piece.length < shortBytes ? storedBlock(piece) : await deflated(piece);
      return { blocks, crc: crc32(piece), bytes: piece.length };
    }),
  );
  let crc = 0;
  let bytes = 0;
  for (const part of parts) {
    crc = joinChecksums(crc, part.crc, part.bytes);
    bytes += part.bytes;
  }
  return Buffer.concat([gzipHead, ...parts.map(({ blocks }) => blocks), gzipTail(crc, bytes)]);
};
