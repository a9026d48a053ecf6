/** A map of at most `limit` entries; of more than half of that it keeps what was used last. */
export interface BoundedMap<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  deleteWhere(matches: (value: V) => boolean): void;
  clear(): void;
}

export const createBoundedMap = <V>(limit: number): BoundedMap<V> => {
  // Two generations: what is used of the old one becomes young again, and the rest of it goes when the young one is
  // full. To read what is young, as nearly all of it is, changes nothing: moving an entry at each use is twice as slow.
  const generation = Math.max(1, Math.ceil(limit / 2));
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  const set = (key: string, value: V): void => {
    if (young.size >= generation && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
    old.delete(key);
  };
  return {
    get: (key) => {
      const value = young.get(key);
      if (value !== undefined) return value;
      const kept = old.get(key);
      if (kept !== undefined) set(key, kept);
      return kept;
    },
    set,
    delete: (key) => {
      young.delete(key);
      old.delete(key);
    },
    deleteWhere: (matches) => {
      for (const entries of [young, old])
        for (const [key, value] of entries) if (matches(value)) entries.delete(key);
    },
    clear: () => {
      young.clear();
      old.clear();
    },
  };
};
