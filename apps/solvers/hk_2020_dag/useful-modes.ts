import type { Mode } from './project.ts';

/** By job. */
type Modes = readonly (readonly Mode[])[];

/**
 * Leaves out modes that can never be taken, since they use more of a resource than there is or leave too little of a
 * stock for the other jobs, and those that another mode of the job is as good as in everything: the preprocessing of
 * Sprecher, Hartmann and Drexl (OR Spektrum 19, 1997). One that is left out may make others useless, so it is repeated.
 */
export const withUsefulModes = (
  given: Modes,
  capacities: readonly number[],
  stocks: readonly number[],
): { readonly given: readonly Mode[]; readonly useful: readonly Mode[] }[] => {
  let useful: Modes = given.map((modes) => withoutDominated(modes.filter((mode) => fits(mode, capacities))));
  for (let count = -1; count !== countOf(useful);) {
    count = countOf(useful);
    useful = affordable(useful, stocks);
  }
  return given.map((modes, job) => ({ given: modes, useful: useful[job] ?? [] }));
};

const countOf = (modes: Modes): number => modes.reduce((sum, { length }) => sum + length, 0);

/** What takes no time uses nothing in any period. */
const fits = ({ duration, uses }: Mode, capacities: readonly number[]): boolean =>
  duration === 0 || uses.every((use, resource) => use <= (capacities[resource] ?? 0));

/** Modes for which there is enough of every stock when all other jobs take as little of it as they can. */
const affordable = (modes: Modes, stocks: readonly number[]): Modes => {
  const least = modes.map((ofJob) =>
    stocks.map((_, stock) => Math.min(...ofJob.map(({ costs }) => costs[stock] ?? 0))),
  );
  const spare = stocks.map((available, stock) =>
    least.reduce((left, ofJob) => left - (ofJob[stock] ?? 0), available),
  );
  return modes.map((ofJob, job) =>
    ofJob.filter(({ costs }) =>
      costs.every((cost, stock) => cost - (least[job]?.[stock] ?? 0) <= (spare[stock] ?? 0)),
    ),
  );
};

const withoutDominated = (modes: readonly Mode[]): Mode[] =>
  modes.filter((mode, place) =>
    modes.every(
      (other, otherPlace) =>
        other === mode || !dominates(other, mode) || (dominates(mode, other) && place < otherPlace),
    ),
  );

/** Whether a mode is at least as good as another of the same job in everything. */
export const dominates = (mode: Mode, other: Mode): boolean =>
  mode.duration <= other.duration &&
  mode.uses.every((use, resource) => use <= (other.uses[resource] ?? 0)) &&
  mode.costs.every((cost, stock) => cost <= (other.costs[stock] ?? 0));
