/** How many snapshots of a machine are kept. A policy is data: of a machine, else of its project, else this. */
export interface RetentionPolicy {
  /** The newest ones, whatever their age. */
  readonly keepLast: number;
  /** The newest one of each of so many days (UTC) that have any. */
  readonly keepDaily: number;
  /** The newest one of each of so many weeks (from Monday, UTC) that have any. */
  readonly keepWeekly: number;
}

export const defaultRetention: RetentionPolicy = { keepLast: 10, keepDaily: 7, keepWeekly: 4 };

export interface Candidate {
  readonly id: string;
  readonly kind: 'auto' | 'manual' | 'hibernate' | 'migrate';
  readonly state: 'verified' | 'partial' | 'failed';
  readonly createdAt: Date;
  readonly keepForever: boolean;
  readonly paths: readonly string[];
  readonly excludes: readonly string[];
}

const holds = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** Whether everything that one was asked to keep the other was asked to keep as well. */
export const covers = (
  one: Pick<Candidate, 'paths' | 'excludes'>,
  other: Pick<Candidate, 'paths' | 'excludes'>,
): boolean =>
  other.paths.every((path) => one.paths.some((folder) => holds(folder, path))) &&
  one.excludes.every((exclude) => other.excludes.includes(exclude));

const dayMs = 24 * 3600 * 1000;
/** Failed ones hold nothing that anyone could want, but their errors. */
const failedLifeMs = 7 * dayMs;

const dayOf = (date: Date): number => Math.floor(date.getTime() / dayMs);
/** The first day of 1970 was a Thursday. */
const weekOf = (date: Date): number => Math.floor((dayOf(date) + 3) / 7);

const newestOfEach = (
  newestFirst: readonly Candidate[],
  periods: number,
  periodOf: (date: Date) => number,
): readonly Candidate[] => {
  const seen = new Set<number>();
  return newestFirst.filter(({ createdAt }) => {
    const period = periodOf(createdAt);
    if (seen.has(period) || seen.size >= periods) return false;
    seen.add(period);
    return true;
  });
};

/**
 * Which of the snapshots of one machine may go. A verified one never does while no newer verified one holds all that it
 * holds, nor the newest verified one that a destroyed machine may be brought back from, nor what is kept forever. Partial ones do not count as good ones: they go
 * as soon as a verified one is newer, and the last ones stay otherwise.
 */
export const chooseExpired = (
  snapshots: readonly Candidate[],
  policy: RetentionPolicy,
  now: Date,
): readonly Candidate[] => {
  const newestFirst = snapshots.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const verified = newestFirst.filter(({ state }) => state === 'verified');
  const kept = new Set([
    ...newestFirst.filter(({ keepForever }) => keepForever),
    ...verified.slice(0, policy.keepLast),
    ...verified.filter(({ kind }) => kind === 'hibernate' || kind === 'migrate').slice(0, 1),
    ...verified.filter((one, at) => !verified.slice(0, at).some((newer) => covers(newer, one))),
    ...newestOfEach(verified, policy.keepDaily, dayOf),
    ...newestOfEach(verified, policy.keepWeekly, weekOf),
  ]);
  const [newestVerified] = verified;
  const lastPartial = newestFirst.filter(({ state }) => state === 'partial');
  for (const partial of lastPartial.slice(0, Math.max(1, policy.keepLast)))
    if (newestVerified === undefined || partial.createdAt > newestVerified.createdAt) kept.add(partial);
  return newestFirst.filter((snapshot) => {
    if (kept.has(snapshot)) return false;
    return snapshot.state !== 'failed' || now.getTime() - snapshot.createdAt.getTime() > failedLifeMs;
  });
};
