/** The value below which `share` of the samples lie. */
export const percentile = (samples: readonly number[], share: number): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

export const middle = (samples: readonly number[]): number => percentile(samples, 0.5);

export interface Figure {
  readonly what: string;
  readonly value: string;
  /** Null: reported without having been promised. */
  readonly target: string | null;
  /** The figure as a multiple of what it was compared with in the same run. */
  readonly baseline?: string;
  readonly met: boolean | null;
}

export interface Report {
  readonly title: string;
  readonly figures: readonly Figure[];
}

const verdicts = { true: 'met   ', false: 'MISSED', null: '      ' } as const;

/** Prints what was measured beside what was asked for; one line of JSON instead where `bench/main.ts` collects it. */
export const report = (title: string, figures: readonly Figure[]): void => {
  if (process.env['BENCH_JSON'] !== undefined) {
    console.log(JSON.stringify({ title, figures } satisfies Report));
    return;
  }
  console.log(`\n${title}`);
  for (const { what, value, target, baseline, met } of figures) {
    const asked = target === null ? '' : ` (target ${target})`;
    const compared = baseline === undefined ? '' : `; ${baseline}`;
    console.log(`  ${verdicts[`${met}`]}  ${what}: ${value}${asked}${compared}`);
  }
};

export const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** A figure that has to stay at or below `limitMs`. */
export const atMostMs = (what: string, valueMs: number, limitMs: number, baseline?: string): Figure => ({
  what,
  value: ms(valueMs),
  target: `at most ${limitMs} ms`,
  met: valueMs <= limitMs,
  ...(baseline === undefined ? {} : { baseline }),
});
