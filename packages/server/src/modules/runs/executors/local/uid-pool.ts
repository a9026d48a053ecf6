import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** More runs than this never go on at once for one installation on one host. */
const count = 1024;
/** systemd's list UIDS-GIDS leaves everything above its containers' range to nobody, up to 2,147,352,575. */
const highFirst = 1_900_000_000;
const highShares = 200_000;
/** For a container that knows 65,536 ids only: below systemd's dynamic users. */
const low = { first: 60_600, count: 580 };

/**
 * Ids for the runs of one installation, named by its folder of runs: two installations on a host get different
 * ones, but for a chance of one in 200,000. None where a user namespace leaves us too few.
 */
export const runUids = (runsDir: string): readonly number[] => {
  const share = createHash('sha256').update(runsDir).digest().readUInt32BE() % highShares;
  const range = [{ first: highFirst + share * count, count }, low].find(
    (each) => isMapped(each.first) && isMapped(each.first + each.count - 1),
  );
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
  /** True for one of the ids that no run of ours has at present. */
  isFree(uid: number): boolean;
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
    giveBack: (uid) => void free.push(uid),
    isFree: (uid) => free.includes(uid),
  };
};
