/** What a draw is for: numbers and words that name it, so that each draw is independent of the order of calls. */
export type DrawKey = readonly (number | string)[];

/**
 * Chance as a pure function of a seed and a key. Nothing is consumed, so that a reading never changes a later fate
 * and there is no state to store.
 */
export interface Draw {
  /** In [0, 1). */
  uniform(): number;
  /** Standard normal, by Box and Muller. */
  normal(): number;
  /** Log-normal: `median` times e to the power of `sigma` standard normals. */
  logNormal(median: number, sigma: number): number;
  /** In [low, high]. */
  integer(low: number, high: number): number;
  pick<Item>(items: readonly Item[]): Item;
  chance(probability: number): boolean;
}

/** The finaliser of MurmurHash3: every bit of the input moves half of the output. */
const mix = (value: number): number => {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
};

const words = new Map<string, number>();

/** FNV-1a; the few words that keys are made of are remembered. */
const hashWord = (word: string): number => {
  const known = words.get(word);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (let index = 0; index < word.length; index++)
    hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193);
  if (words.size < 10_000) words.set(word, hash >>> 0);
  return hash >>> 0;
};

/** 32 bits without sign. Numbers beyond 32 bits (times) count with all their bits. */
export const hash = (seed: number, ...key: DrawKey): number => {
  let state = mix(seed ^ 0x9e3779b9);
  for (const part of key) {
    const low = typeof part === 'number' ? part : hashWord(part);
    const high = typeof part === 'number' ? Math.floor(part / 2 ** 32) : 0x5bd1e995;
    state = mix(Math.imul(state, 31) ^ mix(low + 0x7f4a7c15) ^ Math.imul(high, 0x27d4eb2f));
  }
  return state;
};

/** Each call on it takes the next number of the same key. */
export const createDraw = (seed: number, ...key: DrawKey): Draw => {
  const base = hash(seed, ...key);
  let index = 0;
  const uniform = (): number => {
    const high = hash(base, index++);
    const low = hash(base, index++);
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const integer = (low: number, high: number): number => low + Math.floor(uniform() * (high - low + 1));
  return {
    uniform,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    integer,
    pick: <Item>(items: readonly Item[]): Item => {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    chance: (probability) => uniform() < probability,
  };
};

/** As many hexadecimal digits, for keys and tokens of a world in which nothing is secret. */
export const drawHex = (digits: number, seed: number, ...key: DrawKey): string => {
  let text = '';
  for (let index = 0; text.length < digits; index++)
    text += hash(seed, ...key, index)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, digits);
};

/**
 * A value that wanders between -1 and 1 and returns to 0: value noise, the mean of one curve for each period.
 * A function of time, so that the past and the future of a price need not be stored.
 */
export const wander = (seed: number, key: DrawKey, atMs: number, periodsMs: readonly number[]): number => {
  let sum = 0;
  for (const [index, periodMs] of periodsMs.entries()) {
    const phase = hash(seed, ...key, 'phase', index) / 2 ** 32;
    const position = atMs / periodMs + phase;
    const step = Math.floor(position);
    const part = position - step;
    const smooth = part * part * (3 - 2 * part);
    const from = hash(seed, ...key, index, step) / 2 ** 31 - 1;
    const to = hash(seed, ...key, index, step + 1) / 2 ** 31 - 1;
    sum += from + (to - from) * smooth;
  }
  return sum / periodsMs.length;
};
