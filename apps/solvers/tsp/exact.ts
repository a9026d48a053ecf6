import type { Outcome, SolverLog, Work } from '../src/lib/app.ts';
import { mipLog } from '../src/lib/mip-log.ts';
import type { MipResult, Model } from '../src/lib/mip.ts';
import { mipOptions } from '../src/lib/mip-options.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import { createCutModel, type CutModel } from './cut-model.ts';
import { lengthOf, solutionOf, type Config, type Network, type Solution } from './data.ts';
import { searchTour } from './heuristic.ts';
import { weakCuts } from './min-cut.ts';
import { partsOf, tourOf } from './parts.ts';

/** What is known while it works. */
interface Progress {
  /** The shortest trip so far. */
  readonly tour: Int32Array | undefined;
  /** No trip is shorter. */
  readonly bound: number;
  /** Of the engine, for its last model. */
  readonly log: SolverLog;
  readonly nodes: number;
}

/**
 * Solves the model without cuts, then again and again with the cuts that its answer breaks, until it is one round trip:
 * first without whole numbers, which is quick and finds most cuts, then with them. Whatever is proved of a model with
 * fewer cuts is a bound of the trip at any time.
 */
export const solveExactly = async (
  network: Network,
  config: Config,
  work: Work,
  given?: Int32Array,
): Promise<Outcome<Solution>> => {
  const size = network.nodes.length;
  const cutModel = createCutModel(network);
  const cuts: ReadonlySet<number>[] = [];
  const tour = await searchTour(network, { ...work, progress: () => undefined }, given);
  let progress: Progress = { tour, bound: -Infinity, log: {}, nodes: 0 };
  let tooDear: ReadonlySet<number> = new Set();
  let isRelaxed = true;
  while (!work.signal.aborted) {
    const model = cutModel.model(cuts, isRelaxed, (arc) => !tooDear.has(arc));
    const start = isRelaxed ? undefined : startOf(cutModel, progress.tour, network);
    const result = await solveMip(model, optionsOf(config, work, isRelaxed, start));
    if (result.status === 'infeasible')
      return { status: 'infeasible', solution: undefined, log: mipLog(model, result) };
    progress = withResult(progress, model, result);
    if (result.values === undefined) break;
    const { values } = result;
    const taken = cutModel.arcs.filter((_, variable) => (values[variable] ?? 0) > 1e-6);
    const parts = partsOf(size, taken);
    report(progress, network, parts.length, isRelaxed, work);
    // Of two parts one cut says what the other would say.
    if (parts.length > 1) cuts.push(...(parts.length === 2 ? parts.slice(0, 1) : parts));
    else if (isRelaxed) {
      const weighted = cutModel.arcs.map(
        ([from, to], variable) => [from, to, values[variable] ?? 0] as const,
      );
      const weak = weakCuts(size, weighted, 2);
      cuts.push(...weak);
      isRelaxed = weak.length > 0;
      if (!isRelaxed) tooDear = tooDearArcs(result, progress.tour, network);
    } else {
      const found = tourOf(size, taken, network.isSymmetric);
      return answer({ ...progress, tour: shorter(network, found, progress.tour) }, network, result.status);
    }
  }
  return answer(progress, network, progress.tour === undefined ? 'not_solved' : 'feasible');
};

/**
 * Arcs by index with which every trip is longer than the one that is known: their reduced cost alone makes up for what
 * lies between it and the bound. Most arcs are; without them the models with whole numbers are far smaller.
 */
const tooDearArcs = (
  { objective = Infinity, reducedCosts = [] }: MipResult,
  tour: Int32Array | undefined,
  network: Network,
): ReadonlySet<number> => {
  const known = tour === undefined ? Infinity : lengthOf(network, tour);
  const room = known - objective + 1e-6 * (1 + Math.abs(known));
  return new Set(reducedCosts.flatMap((cost, arc) => (cost > room ? [arc] : [])));
};

const optionsOf = (config: Config, work: Work, isRelaxed: boolean, start: number[] | undefined) => ({
  ...mipOptions(config, work),
  // A bound is proved by linear models too, and those are solved to the end.
  gapRel: isRelaxed ? undefined : config.gapRel,
  start,
});

/** A trip keeps all cuts, so it is an answer to begin with. */
const startOf = (
  { arcs }: CutModel,
  tour: Int32Array | undefined,
  { isSymmetric, nodes }: Network,
): number[] | undefined => {
  if (tour === undefined) return undefined;
  const size = nodes.length;
  const steps = new Set<number>();
  for (const [at, from] of tour.entries()) {
    const to = tour[(at + 1) % size] ?? 0;
    steps.add(from * size + to);
    if (isSymmetric) steps.add(to * size + from);
  }
  return arcs.map(([from, to]) => (steps.has(from * size + to) ? 1 : 0));
};

const withResult = (progress: Progress, model: Model, result: MipResult): Progress => ({
  ...progress,
  bound: Math.max(progress.bound, result.bound ?? -Infinity),
  log: mipLog(model, result),
  nodes: progress.nodes + (result.nodes ?? 0),
});

const report = (
  { bound, tour }: Progress,
  network: Network,
  parts: number,
  isRelaxed: boolean,
  work: Work,
): void => {
  const least = tour === undefined ? Infinity : lengthOf(network, tour);
  work.say(`${isRelaxed ? 'relaxed: ' : ''}${parts} parts, at least ${bound}, best ${least}`);
  work.progress(least > 0 && least < Infinity ? Math.min(0.99, Math.max(0, bound / least)) : 0, least);
};

const shorter = (network: Network, one: Int32Array, other: Int32Array | undefined): Int32Array =>
  other !== undefined && lengthOf(network, other) <= lengthOf(network, one) ? other : one;

const answer = (
  { tour, bound, log, nodes }: Progress,
  network: Network,
  status: Outcome<Solution>['status'],
): Outcome<Solution> => {
  const { solver, version, matrix } = log;
  const engine = {
    ...(solver !== undefined && { solver }),
    ...(version !== undefined && { version }),
    ...(matrix && { matrix }),
    nodes,
  };
  const bounds = bound > -Infinity ? { best_bound: bound } : {};
  if (tour === undefined) return { status, solution: undefined, log: { ...engine, ...bounds } };
  const length = lengthOf(network, tour);
  const gap =
    bound > -Infinity ? { gap: (100 * Math.max(0, length - bound)) / Math.max(1e-9, Math.abs(length)) } : {};
  return {
    status,
    solution: solutionOf(network, tour),
    log: { ...engine, ...bounds, ...gap, best_solution: length },
  };
};
