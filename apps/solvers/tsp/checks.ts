import type { Findings } from '../src/lib/app.ts';
import { repeated } from '../src/lib/repeated.ts';
import type { Arc, Instance, Solution } from './data.ts';

const keyOf = (n1: number, n2: number): string => `${n1} ${n2}`;

/** By `from to`, both ways where the arcs go both ways. Shares nothing with the solvers. */
const lengthsOf = (arcs: readonly Arc[]): ReadonlyMap<string, number> => {
  const lengths = new Map(arcs.map(({ n1, n2, w }) => [keyOf(n1, n2), w]));
  const isDirected = arcs.some(({ n1, n2 }) => n1 !== n2 && lengths.has(keyOf(n2, n1)));
  if (!isDirected) for (const { n1, n2, w } of arcs) lengths.set(keyOf(n2, n1), w);
  return lengths;
};

export const checkInstance = ({ arcs }: Instance): Findings => {
  const given = new Map<string, number>();
  const different: { n1: number; n2: number }[] = [];
  for (const { n1, n2, w } of arcs) {
    const key = keyOf(n1, n2);
    if (given.has(key) && given.get(key) !== w) different.push({ n1, n2 });
    given.set(key, w);
  }
  return { repeated_arcs: different, dead_ends: deadEnds(arcs) };
};

const deadEnds = (arcs: readonly Arc[]): { node: number }[] => {
  const exits = new Map<number, Set<number>>();
  const entries = new Map<number, Set<number>>();
  for (const { n1, n2 } of arcs)
    for (const node of [n1, n2]) {
      exits.set(node, new Set());
      entries.set(node, new Set());
    }
  const lengths = lengthsOf(arcs);
  for (const key of lengths.keys()) {
    const [from = 0, to = 0] = key.split(' ').map(Number);
    if (from === to) continue;
    exits.get(from)?.add(to);
    entries.get(to)?.add(from);
  }
  // A single node is its own trip, and two take the same way there and back.
  if (exits.size < 2) return [];
  const isDeadEnd = (node: number): boolean => {
    const outOf = exits.get(node) ?? new Set();
    const into = entries.get(node) ?? new Set();
    return outOf.size === 0 || into.size === 0 || (exits.size > 2 && outOf.union(into).size < 2);
  };
  return [...exits.keys()].filter(isDeadEnd).map((node) => ({ node }));
};

export const checkSolution = ({ arcs }: Instance, { route }: Solution): Findings => {
  const nodes = new Set(arcs.flatMap(({ n1, n2 }) => [n1, n2]));
  const visited = new Set(route.map(({ node }) => node));
  const positions = new Set(route.map(({ pos }) => pos));
  const lengths = lengthsOf(arcs);
  return {
    missing_nodes: [...nodes].filter((node) => !visited.has(node)).map((node) => ({ node })),
    missing_positions: Array.from({ length: nodes.size }, (_, position) => ({ position })).filter(
      ({ position }) => !positions.has(position),
    ),
    repeated_nodes: repeated(route, ({ node }) => node).map(([node, count]) => ({ node, count })),
    unknown_nodes: [...visited].filter((node) => !nodes.has(node)).map((node) => ({ node })),
    missing_arcs: steps(route).filter(({ n1, n2 }) => !lengths.has(keyOf(n1, n2))),
  };
};

/** From each node to the next, and from the last to the first. */
const steps = (route: Solution['route']): { n1: number; n2: number }[] => {
  const nodes = route.toSorted((a, b) => a.pos - b.pos).map(({ node }) => node);
  return nodes.length < 2
    ? []
    : nodes.map((node, at) => ({ n1: node, n2: nodes[(at + 1) % nodes.length] ?? node }));
};

const arcLengths = ({ arcs }: Instance, { route }: Solution): number[] => {
  const lengths = lengthsOf(arcs);
  return steps(route).map(({ n1, n2 }) => lengths.get(keyOf(n1, n2)) ?? Number.NaN);
};

export const objective = (instance: Instance, solution: Solution): number =>
  arcLengths(instance, solution).reduce((sum, length) => sum + length, 0);

export const kpis = (instance: Instance, solution: Solution) => {
  const lengths = arcLengths(instance, solution);
  const length = objective(instance, solution);
  const longest = lengths.reduce((most, one) => Math.max(most, one), -Infinity);
  const count = lengths.length;
  if (count === 0) return {};
  return { totals: [{ nodes: count, length, longest_arc: longest, mean_arc: length / count }] };
};
