import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';

export interface Returns {
  /** Milliseconds since the epoch, midnight UTC. */
  readonly times: readonly number[];
  /** Accumulated since the first day that has a quota, as a share: 0.012 is 1.2 %. */
  readonly fund: readonly (number | null)[];
  /** The same of the CDI; empty where none of these days has one. */
  readonly cdi: readonly (number | null)[];
}

export const timeOf = (date: string): number => Date.parse(`${date}T00:00:00Z`);

/**
 * Quota and CDI on one scale: both start at 0 on the first day that has a quota. Undefined where fewer than two
 * days have one. The factor of a day is taken from the last CDI on or before it.
 */
export const returnsOf = ({
  series,
  benchmark,
}: Pick<Portfolio, 'series' | 'benchmark'>): Returns | undefined => {
  const start = series.findIndex(({ quota }) => quota !== null && Number(quota) > 0);
  const points = start < 0 ? [] : series.slice(start);
  const base = Number(points[0]?.quota);
  if (points.filter(({ quota }) => quota !== null).length < 2) return undefined;
  let next = 0;
  let factor: number | undefined;
  let baseFactor: number | undefined;
  const cdi = points.map(({ date }) => {
    for (; next < benchmark.length && (benchmark[next]?.date ?? '') <= date; next += 1) {
      factor = benchmark[next]?.factor;
    }
    baseFactor ??= factor;
    return factor === undefined || baseFactor === undefined ? null : factor / baseFactor - 1;
  });
  return {
    times: points.map(({ date }) => timeOf(date)),
    fund: points.map(({ quota }) => (quota === null ? null : Number(quota) / base - 1)),
    cdi: cdi.every((value) => value === null) ? [] : cdi,
  };
};
