import { createHash } from 'node:crypto';
import type { Random } from '../../src/kernel/random.ts';

/** Chance that is known from its seed: the same seed makes the same history. */
export interface Chance {
  /** In [0, 1). */
  float(): number;
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** Mulberry32, by Tommy Ettinger (public domain): small, and good enough for drawing lots. */
export const createChance = (seed: number): Chance => {
  let state = seed >>> 0;
  const float = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    float,
    between: (low, high) => low + float() * (high - low),
    chance: (probability) => float() < probability,
    pick: (items) => items[Math.floor(float() * items.length)] ?? items[0],
  };
};

/** Ids that sort by making, and secrets, all from one seed. */
export const createSeededRandom = (seed: number, nowMs: () => number): Random => {
  const lots = createChance(seed);
  let made = 0;
  const bytes = (count: number): Buffer => {
    made += 1;
    return createHash('sha512').update(`${seed} ${made}`).digest().subarray(0, count);
  };
  return {
    id: () => {
      const id = Buffer.alloc(16);
      bytes(16).copy(id);
      id.writeUIntBE(nowMs(), 0, 6);
      id.writeUInt16BE(0x7000 | (made & 0xfff), 6);
      id.writeUInt8(((id[8] ?? 0) & 0x3f) | 0x80, 8);
      const hex = id.toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    secret: (count) => bytes(count).toString('base64url'),
    float: lots.float,
  };
};
