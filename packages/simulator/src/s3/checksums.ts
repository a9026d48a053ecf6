import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A running checksum that ends in base64, as `x-amz-checksum-...` carries it. */
export interface Checksum {
  update(chunk: Buffer): void;
  digest(): string;
}

/** Castagnoli's polynomial, reflected. */
const crc32cTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82_f6_3b_78 : value >>> 1;
  return value >>> 0;
});

const crc32c = (chunk: Buffer, before: number): number => {
  let value = ~before >>> 0;
  for (const byte of chunk) value = (crc32cTable[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
};

const crc = (next: (chunk: Buffer, before: number) => number): Checksum => {
  let value = 0;
  return {
    update: (chunk) => {
      value = next(chunk, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
};

const hash = (algorithm: string): Checksum => {
  const running = createHash(algorithm);
  return { update: (chunk) => void running.update(chunk), digest: () => running.digest('base64') };
};

/** Those that a client may ask to be checked; `crc64nvme` is refused rather than believed. */
const checksums: Readonly<Record<string, () => Checksum>> = {
  'content-md5': () => hash('md5'),
  'x-amz-checksum-crc32': () => crc(crc32),
  'x-amz-checksum-crc32c': () => crc(crc32c),
  'x-amz-checksum-sha1': () => hash('sha1'),
  'x-amz-checksum-sha256': () => hash('sha256'),
};

export const isChecksumName = (name: string): boolean =>
  name === 'content-md5' || /^x-amz-checksum-(?!algorithm$|mode$|type$)/.test(name);

/** Undefined for an algorithm that is not known here. */
export const findChecksum = (name: string): Checksum | undefined => checksums[name]?.();
