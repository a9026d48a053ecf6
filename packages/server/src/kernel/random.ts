import { randomBytes, randomFillSync } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Randomness as everything outside the kernel sees it. */
export interface Random {
  /** UUID v7: sorts by time of making. */
  id(): string;
  /** A secret of `bytes` random bytes in base64url. */
  secret(bytes: number): string;
  /** In [0, 1). */
  float(): number;
}

/** Fetched together: a call for sixteen bytes costs as much as one for four thousand. */
const createPool = (): ((count: number) => Buffer) => {
  const pool = Buffer.alloc(4096);
  let used = pool.length;
  return (count) => {
    if (used + count > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  };
};

export const createSystemRandom = (clock: Clock): Random => {
  const take = createPool();
  let lastMs = 0;
  let sequence = 0;
  return {
    id: () => {
      // RFC 9562, method 1: 12 bits count up within a millisecond, so that ids of one process sort by making.
      const nowMs = Math.max(clock.now().getTime(), lastMs);
      sequence = nowMs === lastMs ? sequence + 1 : 0;
      lastMs = nowMs;
      if (sequence > 0xfff) {
        lastMs += 1;
        sequence = 0;
      }
      const bytes = take(16);
      bytes.writeUIntBE(lastMs, 0, 6);
      bytes.writeUInt16BE(0x7000 | sequence, 6);
      bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
      const hex = bytes.toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    secret: (bytes) => randomBytes(bytes).toString('base64url'),
    float: () => randomBytes(4).readUInt32BE() / 2 ** 32,
  };
};
