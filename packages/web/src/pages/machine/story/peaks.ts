import type { IdleSample } from '@dumont/contracts/machines/operations';

export const idleFigures = ['gpu_percent', 'cpu_percent', 'disk_mbps', 'network_mbps'] as const;
export type IdleFigure = (typeof idleFigures)[number];

/** The highest that was seen of each figure; null where no sample had it. */
export const peaksOf = (samples: readonly IdleSample[]): Readonly<Record<IdleFigure, number | null>> => {
  const peak = (figure: IdleFigure): number | null => {
    const known = samples.map((sample) => sample[figure]).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  return {
    gpu_percent: peak('gpu_percent'),
    cpu_percent: peak('cpu_percent'),
    disk_mbps: peak('disk_mbps'),
    network_mbps: peak('network_mbps'),
  };
};

/** How long ago a key was pressed at the end of it; null: nobody was signed in. */
export const lastInputSeconds = (samples: readonly IdleSample[]): number | null =>
  samples.at(-1)?.input_seconds_ago ?? null;
