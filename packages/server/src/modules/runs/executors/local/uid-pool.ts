import { readFileSync } from 'node:fs';

/**
 * Ranges that nobody hands out (systemd's list UIDS-GIDS): first above its container range; then, for a
 * container that knows 65,536 ids only, below its dynamic users.
 */
const ranges = [
  { first: 1_900_000_000, count: 1024 },
  { first: 60_600, count: 580 },
];

/** Ids for runs that this host can use; none where a user namespace leaves us too few. */
export const runUids = (): readonly number[] => {
  const range = ranges.find(({ first, count }) => isMapped(first) && isMapped(first + count - 1));
  return range === undefined ? [] : Array.from({ length: range.count }, (_, at) => range.first + at);
};

/** A user namespace around us may know only some ids; /proc/self/uid_map lists them as inside, outside, count. */
const isMapped = (uid: number): boolean =>
  readFileSync('/proc/self/uid_map', 'latin1')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([first = 0, , count = 0]) => uid >= first && uid < first + count);

/** A user of its own for each concurrent run, so that two runs are strangers to each other. */
export interface UidPool {
  /** Throws when as many runs go on as there are ids. */
  take(): number;
  giveBack(uid: number): void;
}

export const createUidPool = (uids: readonly number[]): UidPool => {
  const free = [...uids];
  return {
    // The one that has rested longest, so that nothing of its last run can be around.
    take: () => {
      const uid = free.shift();
      if (uid === undefined) throw new Error(`This host runs ${uids.length} runs already`);
      return uid;
    },
    giveBack: (uid) => free.push(uid),
  };
};
