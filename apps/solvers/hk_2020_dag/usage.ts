import { type Assignment, type Instance, isRenewable, modeKey, type Solution } from './data.ts';

/** A job of a solution with what the data says of its mode. Rows that name no mode of the data are left out. */
export interface Doing extends Assignment {
  readonly end: number;
}

export const doingsOf = ({ durations }: Instance, { assignment }: Solution): Doing[] => {
  const lengths = new Map(durations.map(({ job, mode, duration }) => [modeKey(job, mode), duration]));
  return assignment.flatMap((row) => {
    const duration = lengths.get(modeKey(row.job, row.mode));
    return duration === undefined ? [] : [{ ...row, end: row.period + duration }];
  });
};

/** Periods, the last among them, in all of which the same is used of a renewable resource. */
export interface Stretch {
  readonly resource: string;
  readonly first: number;
  readonly last: number;
  readonly used: number;
}

/** How much is used when, of every renewable resource; periods without use are left out. */
export const stretchesOf = (instance: Instance, doings: readonly Doing[]): Stretch[] => {
  const renewable = new Set(instance.resources.filter(isRenewable).map(({ id }) => id));
  const needs = Map.groupBy(instance.needs, ({ job, mode }) => modeKey(job, mode));
  const changes = new Map<string, Map<number, number>>();
  for (const { job, mode, period, end } of doings) {
    for (const { resource, need } of needs.get(modeKey(job, mode)) ?? []) {
      if (!renewable.has(resource)) continue;
      const ofResource = changes.get(resource) ?? new Map<number, number>();
      changes.set(resource, ofResource);
      ofResource.set(period, (ofResource.get(period) ?? 0) + need);
      ofResource.set(end, (ofResource.get(end) ?? 0) - need);
    }
  }
  return [...changes].flatMap(([resource, ofResource]) => {
    const times = [...ofResource].filter(([, change]) => change !== 0).toSorted(([a], [b]) => a - b);
    let used = 0;
    return times.flatMap(([first, change], place) => {
      used += change;
      const next = times[place + 1]?.[0];
      return next === undefined || used === 0 ? [] : [{ resource, first, last: next - 1, used }];
    });
  });
};

/** What a project takes of every non-renewable resource. */
export const takenOf = (
  { resources, needs }: Instance,
  doings: readonly Doing[],
): { readonly resource: string; readonly taken: number }[] => {
  const byMode = Map.groupBy(needs, ({ job, mode }) => modeKey(job, mode));
  return resources
    .filter((resource) => !isRenewable(resource))
    .map(({ id }) => ({
      resource: id,
      taken: doings
        .flatMap(({ job, mode }) => byMode.get(modeKey(job, mode)) ?? [])
        .reduce((sum, { resource, need }) => sum + (resource === id ? need : 0), 0),
    }));
};
