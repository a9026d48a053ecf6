import { type Instance, isRenewable, jobIdsOf, modeKey, precedencesOf } from './data.ts';
import { withUsefulModes } from './useful-modes.ts';

/** A project as the solvers read it. Jobs are listed after all that they wait for, and know their place by `index`. */
export interface Project {
  readonly jobs: readonly Job[];
  /** Of each renewable resource, in each period. */
  readonly capacities: readonly number[];
  /** Of each non-renewable resource, once. */
  readonly stocks: readonly number[];
}

export interface Job {
  readonly index: number;
  readonly id: number;
  readonly predecessors: readonly Job[];
  readonly successors: readonly Job[];
  /** Those that a best schedule may need; without any there is no schedule. */
  readonly modes: readonly Mode[];
  /** All as they were given. */
  readonly given: readonly Mode[];
}

export interface Mode {
  readonly id: number;
  readonly duration: number;
  /** Of each renewable resource, in each period. */
  readonly uses: readonly number[];
  /** Of each non-renewable resource. */
  readonly costs: readonly number[];
}

/** Expects an instance without faults. */
export const readProject = (instance: Instance): Project => {
  const renewable = instance.resources.filter(isRenewable);
  const stored = instance.resources.filter((resource) => !isRenewable(resource));
  const needs = new Map(
    instance.needs.map(({ job, mode, resource, need }) => [`${modeKey(job, mode)} ${resource}`, need]),
  );
  const modes = Map.groupBy(instance.durations, ({ job }) => job);
  const given = (job: number): Mode[] =>
    (modes.get(job) ?? []).map(({ mode, duration }) => {
      const needOf = ({ id }: { id: string }): number => needs.get(`${modeKey(job, mode)} ${id}`) ?? 0;
      return { id: mode, duration, uses: renewable.map(needOf), costs: stored.map(needOf) };
    });
  const capacities = renewable.map(({ available }) => available);
  const stocks = stored.map(({ available }) => available);
  const ids = inOrder(instance);
  const useful = withUsefulModes(ids.map(given), capacities, stocks);
  return { jobs: linked(instance, ids, useful), capacities, stocks };
};

const linked = (
  instance: Instance,
  ids: readonly number[],
  modes: readonly { readonly given: readonly Mode[]; readonly useful: readonly Mode[] }[],
): Job[] => {
  const jobs = ids.map((id, index) => ({
    index,
    id,
    predecessors: [] as Job[],
    successors: [] as Job[],
    modes: modes[index]?.useful ?? [],
    given: modes[index]?.given ?? [],
  }));
  const byId = new Map(jobs.map((job) => [job.id, job]));
  for (const { before, after } of precedencesOf(instance)) {
    const [first, second] = [byId.get(before), byId.get(after)];
    if (first === undefined || second === undefined || first.successors.includes(second)) continue;
    first.successors.push(second);
    second.predecessors.push(first);
  }
  return jobs;
};

/** Each job after all that must end before it. */
const inOrder = (instance: Instance): number[] => {
  const pairs = precedencesOf(instance);
  const followers = Map.groupBy(pairs, ({ before }) => before);
  const waitingFor = new Map(jobIdsOf(instance).map((id) => [id, 0]));
  for (const { after } of pairs) waitingFor.set(after, (waitingFor.get(after) ?? 0) + 1);
  const order = [...waitingFor].filter(([, count]) => count === 0).map(([id]) => id);
  for (const id of order) {
    // A list goes on with what is added to it while it is gone through.
    for (const { after } of followers.get(id) ?? []) {
      const left = (waitingFor.get(after) ?? 0) - 1;
      waitingFor.set(after, left);
      if (left === 0) order.push(after);
    }
  }
  return order;
};
