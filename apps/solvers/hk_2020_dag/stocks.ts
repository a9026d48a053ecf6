import type { Mode, Project } from './project.ts';

/** What is left of each stock when jobs are done in these modes; negative where there is too little. */
export const leftOf = ({ stocks }: Project, modes: readonly Mode[]): number[] =>
  stocks.map((available, stock) => modes.reduce((left, { costs }) => left - (costs[stock] ?? 0), available));

/** How much is missing of all stocks, each in parts of itself. */
const missing = ({ stocks }: Project, left: readonly number[]): number =>
  left.reduce((sum, value, stock) => sum + (value < 0 ? -value / Math.max(1, stocks[stock] ?? 1) : 0), 0);

/** What would be left with another mode in the place of one. */
export const leftAfter = (left: readonly number[], mode: Mode, other: Mode): number[] =>
  left.map((value, stock) => value + (mode.costs[stock] ?? 0) - (other.costs[stock] ?? 0));

/**
 * Changes modes of random jobs until the stocks suffice. False when it got stuck: whether there are modes that suffice
 * is a hard question itself as soon as there are two stocks.
 */
export const fitStocks = (project: Project, modes: Mode[], random: () => number): boolean => {
  let left = leftOf(project, modes);
  let short = missing(project, left);
  for (let tries = 10 * project.jobs.length; short > 0 && tries > 0; tries--) {
    const job = project.jobs[Math.floor(random() * project.jobs.length)];
    const mode = job && modes[job.index];
    if (job === undefined || mode === undefined) break;
    const changes = job.modes
      .filter((other) => other !== mode)
      .map((other) => ({ other, left: leftAfter(left, mode, other) }))
      .map((change) => ({ ...change, short: missing(project, change.left) }));
    const best = changes.reduce((a, b) => (b.short < a.short ? b : a), {
      other: mode,
      left,
      short: Number.POSITIVE_INFINITY,
    });
    // As good is good enough: else it would stop at the first place where one change alone helps no more.
    if (best.short > short) continue;
    modes[job.index] = best.other;
    ({ left, short } = best);
  }
  return short === 0;
};
