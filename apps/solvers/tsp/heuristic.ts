import type { Work } from '../src/lib/app.ts';
import { createBreathing } from '../src/lib/breathing.ts';
import { lengthOf, type Network } from './data.ts';
import { nearestNeighbour, orOpt, twoOpt, type Length } from './local-search.ts';

/** Starts so many that small instances are searched from every node, and large ones for some seconds. */
const startsFor = (size: number): number => Math.max(1, Math.min(size, Math.floor(1e8 / size ** 3)));

/**
 * The shortest of several trips: the one given, if any, and nearest neighbour from a node; then 2-opt and Or-opt until
 * neither helps. Undefined where all of them need an arc that is not there.
 */
export const searchTour = async (
  network: Network,
  work: Pick<Work, 'signal' | 'progress' | 'random'>,
  given?: Int32Array,
): Promise<Int32Array | undefined> => {
  const size = network.nodes.length;
  const length = finite(network);
  const improve = createImprover(length, network.isSymmetric, work.signal);
  const starts = startsFor(size);
  const first = starts === size ? 0 : Math.floor(work.random() * size);
  let best: Int32Array | undefined;
  let least = Infinity;
  const keep = (tour: Int32Array): void => {
    const found = lengthOf(network, tour);
    if (found < least) [least, best] = [found, tour];
  };
  if (given !== undefined) {
    await improve(given);
    keep(given);
  }
  for (let round = 0; round < starts; round += 1) {
    if ((round > 0 || best !== undefined) && work.signal.aborted) break;
    const start = (first + Math.floor((round * size) / starts)) % size;
    const tour = nearestNeighbour(size, length, start);
    await improve(tour);
    keep(tour);
    work.progress((round + 1) / starts, least);
  }
  return best;
};

/** Missing arcs get so long that no trip has one which can do without. */
const finite = ({ nodes, length }: Network): Length => {
  const size = nodes.length;
  const lengths = Float64Array.from({ length: size * size }, (_, at) =>
    length(Math.floor(at / size), at % size),
  );
  const longest = lengths.reduce((most, one) => (one < Infinity ? Math.max(most, Math.abs(one)) : most), 1);
  const missing = 2 * longest * (size + 1);
  for (const [at, one] of lengths.entries()) if (one === Infinity) lengths[at] = missing;
  return (from, to) => lengths[from * size + to] ?? missing;
};

const createImprover = (length: Length, isSymmetric: boolean, signal: AbortSignal) => {
  const { isDue, breathe } = createBreathing();
  return async (tour: Int32Array): Promise<void> => {
    for (let isShorter = true; isShorter;) {
      isShorter = false;
      for (let i = 0; i < tour.length; i += 1) {
        if (isDue()) await breathe();
        if (signal.aborted) return;
        if (isSymmetric && twoOpt(tour, length, i)) isShorter = true;
        for (const count of [1, 2, 3]) if (orOpt(tour, length, i, count, isSymmetric)) isShorter = true;
      }
    }
  };
};
