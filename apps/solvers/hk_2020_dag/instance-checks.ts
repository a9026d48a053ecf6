import type { Findings } from '../src/lib/app.ts';
import { repeated } from '../src/lib/repeated.ts';
import { cyclesOf } from './cycles.ts';
import { type Instance, isRenewable, jobIdsOf, modeKey, precedencesOf } from './data.ts';

/** Faults of the data by table; see `schemas/instance_checks.json`. */
export const checkInstance = (instance: Instance): Findings => ({
  repeated_rows: repeatedRows(instance),
  negative_values: negativeValues(instance),
  unknown_references: unknownReferences(instance),
  jobs_without_modes: jobsWithoutModes(instance),
  cycles: cyclesOf(precedencesOf(instance)).map((jobs) => ({
    number: jobs.length,
    jobs: jobs.toSorted((a, b) => a - b).join(', '),
  })),
  jobs_over_capacity: jobsOverCapacity(instance),
  resources_too_scarce: scarceResources(instance),
});

/** What stands twice, which would say two things of one. */
const repeatedRows = ({ resources, durations, needs }: Instance): object[] => [
  ...repeated(resources, ({ id }) => id).map(([key]) => ({ table: 'resources', key })),
  ...repeated(durations, ({ job, mode }) => modeKey(job, mode)).map(([key]) => ({ table: 'durations', key })),
  ...repeated(needs, ({ job, mode, resource }) => `${modeKey(job, mode)} ${resource}`).map(([key]) => ({
    table: 'needs',
    key,
  })),
];

const negativeValues = ({ resources, durations, needs }: Instance): object[] => [
  ...resources
    .filter(({ available }) => available < 0)
    .map(({ id, available }) => ({ table: 'resources', key: id, value: available })),
  ...durations
    .filter(({ duration }) => duration < 0)
    .map(({ job, mode, duration }) => ({ table: 'durations', key: modeKey(job, mode), value: duration })),
  ...needs
    .filter(({ need }) => need < 0)
    .map(({ job, mode, resource, need }) => ({
      table: 'needs',
      key: `${modeKey(job, mode)} ${resource}`,
      value: need,
    })),
];

const unknownReferences = ({ resources, durations, needs }: Instance): object[] => {
  const resourceIds = new Set(resources.map(({ id }) => id));
  const modes = new Set(durations.map(({ job, mode }) => modeKey(job, mode)));
  return needs.flatMap(({ job, mode, resource }, index) => [
    ...(modes.has(modeKey(job, mode))
      ? []
      : [{ table: 'needs', row: index + 1, key: 'mode', value: modeKey(job, mode) }]),
    ...(resourceIds.has(resource)
      ? []
      : [{ table: 'needs', row: index + 1, key: 'resource', value: resource }]),
  ]);
};

const jobsWithoutModes = (instance: Instance): object[] => {
  const withModes = new Set(instance.durations.map(({ job }) => job));
  return jobIdsOf(instance)
    .filter((job) => !withModes.has(job))
    .map((job) => ({ job }));
};

/** Jobs that need in every mode more of some resource than there is. */
const jobsOverCapacity = ({ resources, durations, needs }: Instance): object[] => {
  const available = new Map(resources.map((resource) => [resource.id, resource]));
  const lengths = new Map(durations.map(({ job, mode, duration }) => [modeKey(job, mode), duration]));
  const impossible = new Set(
    needs
      .filter(({ job, mode, resource, need }) => {
        const row = available.get(resource);
        // What takes no time uses nothing of what is there in each period.
        const isUsed = row !== undefined && (!isRenewable(row) || lengths.get(modeKey(job, mode)) !== 0);
        return isUsed && need > row.available;
      })
      .map(({ job, mode }) => modeKey(job, mode)),
  );
  return [...Map.groupBy(durations, ({ job }) => job)]
    .filter(([, modes]) => modes.every(({ job, mode }) => impossible.has(modeKey(job, mode))))
    .map(([job]) => ({ job }));
};

/** Resources that are there only once, and are not enough even if every job takes as little as it can. */
const scarceResources = ({ resources, durations, needs }: Instance): object[] =>
  resources
    .filter((resource) => !isRenewable(resource))
    .flatMap(({ id, available }) => {
      const needOf = new Map(
        needs
          .filter(({ resource }) => resource === id)
          .map(({ job, mode, need }) => [modeKey(job, mode), need]),
      );
      const least = [...Map.groupBy(durations, ({ job }) => job).values()].map((modes) =>
        modes.reduce(
          (low, { job, mode }) => Math.min(low, needOf.get(modeKey(job, mode)) ?? 0),
          Number.POSITIVE_INFINITY,
        ),
      );
      const needed = least.reduce((sum, need) => sum + need, 0);
      return needed > available ? [{ resource: id, needed, available }] : [];
    });
