import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Randomness as everything else sees it. */
export interface Random {
  /** UUID v7: rows of one moment lie beside each other in an index. */
  id(): string;
  bytes(count: number): Buffer;
}

export const createSystemRandom = (clock: Pick<Clock, 'now'>): Random => ({
  id: () => {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(clock.now().getTime(), 0, 6);
    bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | 0x70, 6);
    bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  },
  bytes: (count) => randomBytes(count),
});
