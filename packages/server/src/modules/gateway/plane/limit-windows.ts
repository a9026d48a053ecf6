import { hash } from 'node:crypto';
import { createBoundedMap } from '../../../kernel/bounded-map.ts';
import type { Random } from '../../../kernel/random.ts';

/** Of so many subjects windows are kept; of more, those that were not seen for longest are forgotten. */
const rows = 16_384;
const windowsOfRow = 16;
/** A window is this many words of 32 bits; nothing but a subject's own window has its marks. */
const words = 8;
export const word = { used: 2, number: 3, mine: 4, told: 5, others: 6, before: 7 } as const;

/** Seconds since 1970 at the beginning of 2026: a word lasts for 136 years from then. */
const epochSeconds = 1_767_225_600;
/** About as many turns as somebody needs who is in a row; whoever is there for longer lost its core meanwhile. */
const spins = 2000;
const waitMs = 1;

/** What the threads of a data plane have in common: each counts what any of them let through. */
export interface LimitMemory {
  readonly buffer: SharedArrayBuffer;
  /** Whoever knew it could make subjects that share a window with another one. */
  readonly secret: string;
}

/** 8 MB of addresses, of which a host gives what is used. */
export const createLimitMemory = (random: Random): LimitMemory => ({
  buffer: new SharedArrayBuffer(rows * (1 + windowsOfRow * words) * Uint32Array.BYTES_PER_ELEMENT),
  secret: random.secret(32),
});

/** Where a subject's window is looked for. */
export interface Place {
  readonly key: string;
  readonly row: number;
  readonly marks: readonly [number, number];
  /** Where it was the last time. */
  at: number;
}

/**
 * Windows by key, in rows of a few; whoever is in a row has it alone. Between `enter` and `leave` nothing may be waited
 * for.
 */
export const createLimitWindows = ({ buffer, secret }: LimitMemory) => {
  const locks = new Int32Array(buffer, 0, rows);
  const cells = new Uint32Array(buffer, locks.byteLength);
  const places = createBoundedMap<Place>(rows * windowsOfRow);

  const isAt = (place: Place, at: number): boolean =>
    cells[at] === place.marks[0] && cells[at + 1] === place.marks[1];
  /** Where the window is; undefined where it was forgotten. */
  const find = (place: Place): number | undefined => {
    if (isAt(place, place.at)) return place.at;
    const first = place.row * windowsOfRow * words;
    for (let at = first; at < first + windowsOfRow * words; at += words)
      if (isAt(place, at)) return (place.at = at);
    return undefined;
  };
  /** Forgets who was not seen for longest, which can only be lenient. */
  const claim = (place: Place): number => {
    const first = place.row * windowsOfRow * words;
    let chosen = first;
    for (let at = first; at < first + windowsOfRow * words; at += words)
      if ((cells[at + word.used] ?? 0) < (cells[chosen + word.used] ?? 0)) chosen = at;
    cells.fill(0, chosen, chosen + words);
    cells.set(place.marks, chosen);
    return chosen;
  };

  return {
    cells,
    placeOf: (key: string): Place => {
      const known = places.get(key);
      if (known !== undefined) return known;
      const digest = hash('sha256', `${secret} ${key}`, 'buffer');
      const row = digest.readUInt32LE(8) % rows;
      const place: Place = {
        key,
        row,
        // A window that nobody has is all zeroes.
        marks: [(digest.readUInt32LE(0) | 1) >>> 0, digest.readUInt32LE(4)],
        at: row * windowsOfRow * words,
      };
      places.set(key, place);
      return place;
    },
    enter: ({ row }: Place): void => {
      for (let tries = 1; Atomics.compareExchange(locks, row, 0, 1) !== 0; tries += 1)
        if (tries % spins === 0) Atomics.wait(locks, row, 1, waitMs);
    },
    leave: ({ row }: Place): void => void Atomics.store(locks, row, 0),
    find,
    /** Where the window is from now on, one that begins where there was none. */
    take: (place: Place, nowSeconds: number): number => {
      place.at = find(place) ?? claim(place);
      cells[place.at + word.used] = nowSeconds - epochSeconds;
      return place.at;
    },
  };
};
