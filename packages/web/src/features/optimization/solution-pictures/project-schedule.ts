import { readFigure, readId, readRows, sumOf, type NodeId, type PictureProps } from './picture-data.ts';

export interface Bar {
  readonly job: NodeId;
  readonly mode: NodeId;
  readonly start: number;
  readonly end: number;
}

/** Of a renewable resource: what is used in periods from one on until before another. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly used: number;
}

export interface ProjectSchedule {
  /** By when they begin. */
  readonly bars: readonly Bar[];
  readonly end: number;
  /** Of the bars, in order. */
  readonly modes: readonly NodeId[];
  readonly renewable: readonly {
    readonly id: NodeId;
    readonly available: number;
    readonly steps: readonly Step[];
  }[];
  readonly nonRenewable: readonly {
    readonly id: NodeId;
    readonly available: number;
    readonly taken: number;
  }[];
}

const modeOf = (job: NodeId, mode: NodeId): string => `${job} ${mode}`;

/** When each job is done, and what that uses of each resource. Jobs in modes that the instance does not have are left out. */
export const readProjectSchedule = ({ instance, solution }: PictureProps): ProjectSchedule | undefined => {
  const rows = readRows(solution, 'assignment', ['job', 'mode', 'period']);
  const durations = readRows(instance, 'durations', ['job', 'mode', 'duration']);
  const needs = readRows(instance, 'needs', ['job', 'mode', 'resource', 'need']);
  const resources = readRows(instance, 'resources', ['id', 'available']);
  if (rows === undefined || durations === undefined || needs === undefined || resources === undefined)
    return undefined;
  const lengths = new Map(
    durations.map((row) => [modeOf(readId(row, 'job'), readId(row, 'mode')), readFigure(row, 'duration')]),
  );
  const bars = rows
    .flatMap((row): Bar[] => {
      const job = readId(row, 'job');
      const mode = readId(row, 'mode');
      const start = readFigure(row, 'period');
      const end = start + (lengths.get(modeOf(job, mode)) ?? Number.NaN);
      return Number.isFinite(end) ? [{ job, mode, start, end }] : [];
    })
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  const byResource = Map.groupBy(needs, (row) => readId(row, 'resource'));
  const needOf = (resource: NodeId) => {
    const ofResource = new Map(
      (byResource.get(resource) ?? []).map((row) => [
        modeOf(readId(row, 'job'), readId(row, 'mode')),
        readFigure(row, 'need') || 0,
      ]),
    );
    return ({ job, mode }: Bar): number => ofResource.get(modeOf(job, mode)) ?? 0;
  };
  const read = resources.map((row) => {
    const id = readId(row, 'id');
    const type = row['type'];
    return {
      id,
      available: readFigure(row, 'available') || 0,
      isRenewable: type === undefined ? String(id).startsWith('R') : type === 'R',
    };
  });
  return {
    bars,
    end: bars.reduce((last, bar) => Math.max(last, bar.end), 0),
    modes: [...new Set(bars.map(({ mode }) => mode))].toSorted((a, b) => Number(a) - Number(b)),
    renewable: read
      .filter(({ isRenewable }) => isRenewable)
      .map(({ id, available }) => ({ id, available, steps: stepsOf(bars, needOf(id)) })),
    nonRenewable: read
      .filter(({ isRenewable }) => !isRenewable)
      .map(({ id, available }) => ({ id, available, taken: sumOf(bars.map(needOf(id))) })),
  };
};

/** What is used between any two moments at which that changes. */
const stepsOf = (bars: readonly Bar[], needOf: (bar: Bar) => number): Step[] => {
  const changes = new Map<number, number>();
  for (const bar of bars) {
    changes.set(bar.start, (changes.get(bar.start) ?? 0) + needOf(bar));
    changes.set(bar.end, (changes.get(bar.end) ?? 0) - needOf(bar));
  }
  const times = [...changes].filter(([, change]) => change !== 0).toSorted(([a], [b]) => a - b);
  let used = 0;
  return times.flatMap(([from, change], place) => {
    used += change;
    const to = times[place + 1]?.[0];
    return to === undefined || used === 0 ? [] : [{ from, to, used }];
  });
};

/** Moments to write at an axis until `end`: at most so many, at whole periods that are easy to count in. */
export const ticksOf = (end: number, most: number): readonly number[] => {
  const least = Math.max(1, end / most);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= least) ?? least;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, place) => place * step);
};
