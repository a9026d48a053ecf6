/** The value below which `share` of the samples lie. */
export const percentile = (samples: readonly number[], share: number): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly target: string;
  readonly met: boolean;
}

/** Prints what was measured beside what was asked for. */
export const report = (title: string, figures: readonly Figure[]): void => {
  console.log(`\n${title}`);
  for (const { what, value, target, met } of figures) {
    console.log(`  ${met ? 'met   ' : 'MISSED'}  ${what}: ${value} (target ${target})`);
  }
};

export const ms = (value: number): string => `${value.toFixed(1)} ms`;
