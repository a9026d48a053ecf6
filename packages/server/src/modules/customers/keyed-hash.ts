import { createHmac } from 'node:crypto';

/**
 * Finds what it was made of again without telling it. Keyed: all CPFs there are can be hashed within minutes, so that
 * a plain hash would hide none of them.
 */
export type KeyedHash = (...parts: readonly string[]) => Buffer;

export const createKeyedHash =
  (key: string): KeyedHash =>
  (...parts) =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest();
