import { createHash } from 'node:crypto';

/** Pseudo-random numbers in [0, 1) that depend on the seed only: xoshiro128++ (Blackman and Vigna 2019). */
export const seededRandom = (seed: string): (() => number) => {
  const state = new Uint32Array(createHash('sha256').update(seed).digest().buffer.slice(0, 16));
  const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
  return () => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = (rotate(a + d, 7) + a) >>> 0;
    const nextC = c ^ a;
    const nextD = d ^ b;
    state[1] = b ^ nextC;
    state[0] = a ^ nextD;
    state[2] = nextC ^ (b << 9);
    state[3] = rotate(nextD, 11);
    return result / 2 ** 32;
  };
};
