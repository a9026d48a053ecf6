import type { Constraint } from '../src/lib/mip.ts';
import type { Network } from './network.ts';
import type { Link } from './routing-model.ts';

/** A violation below it is noise of the solver. */
const tolerance = 1e-4;

/** How many cuts one round adds at most: those that are violated most. */
const mostCuts = 60;

/**
 * Rounded capacity constraints: with k = ceil(demand(S) / capacity) vehicles at least, the links inside a set S of
 * served nodes are used at most |S| - k times. They also forbid routes without a depot (k >= 1).
 */
export const capacityCut = (
  network: Network,
  links: readonly Link[],
  nodes: ReadonlySet<number>,
): Constraint => ({
  terms: links.flatMap(({ from, to }, index): [number, number][] =>
    nodes.has(from) && nodes.has(to) ? [[index, 1]] : [],
  ),
  upper: nodes.size - vehiclesFor(network, nodes),
});

const vehiclesFor = ({ demand, capacity }: Network, nodes: Iterable<number>): number => {
  let sum = 0;
  for (const node of nodes) sum += demand[node] ?? 0;
  return neededFor(sum, capacity);
};

const neededFor = (demand: number, capacity: number): number =>
  Math.max(1, Math.ceil(demand / capacity - 1e-9));

/**
 * Sets whose constraint the values violate: the connected parts of what is driven, which finds every violation of whole
 * values, and sets grown from each node by what is tied to them most (Augerat et al., Separating capacity constraints in
 * the CVRP using tabu search, EJOR 106, 1998), which finds many of fractional ones.
 */
export const violatedSets = (
  network: Network,
  links: readonly Link[],
  values: readonly number[],
): ReadonlySet<number>[] => {
  const ties = tiesOf(network, links, values);
  const found = new Map<string, { nodes: ReadonlySet<number>; violation: number }>();
  const look = (nodes: ReadonlySet<number>, inside: number, needed: number): void => {
    const violation = inside - (nodes.size - needed);
    if (violation < tolerance) return;
    const key = [...nodes].toSorted((one, other) => one - other).join(' ');
    if (!found.has(key)) found.set(key, { nodes: new Set(nodes), violation });
  };
  for (const part of connectedParts(network, ties))
    look(part, insideOf(ties, part), vehiclesFor(network, part));
  for (let seed = network.depotCount; seed < network.nodeCount; seed++) grow(network, ties, seed, look);
  return [...found.values()]
    .toSorted((one, other) => other.violation - one.violation)
    .slice(0, mostCuts)
    .map(({ nodes }) => nodes);
};

/** By node, how often each other served node is driven to or from it. */
type Ties = readonly ReadonlyMap<number, number>[];

const tiesOf = (network: Network, links: readonly Link[], values: readonly number[]): Ties => {
  const ties = Array.from({ length: network.nodeCount }, () => new Map<number, number>());
  for (const [index, { from, to }] of links.entries()) {
    const value = values[index] ?? 0;
    if (value < 1e-9 || from < network.depotCount || to < network.depotCount) continue;
    ties[from]?.set(to, (ties[from].get(to) ?? 0) + value);
    ties[to]?.set(from, (ties[to].get(from) ?? 0) + value);
  }
  return ties;
};

const connectedParts = (network: Network, ties: Ties): Set<number>[] => {
  const seen = new Set<number>();
  const parts: Set<number>[] = [];
  for (let node = network.depotCount; node < network.nodeCount; node++) {
    if (seen.has(node)) continue;
    const part = new Set([node]);
    // A set goes on with what is added to it while it is gone through.
    for (const member of part) for (const neighbour of ties[member]?.keys() ?? []) part.add(neighbour);
    for (const member of part) seen.add(member);
    parts.push(part);
  }
  return parts;
};

const insideOf = (ties: Ties, nodes: ReadonlySet<number>): number => {
  let twice = 0;
  for (const node of nodes) {
    for (const [neighbour, value] of ties[node] ?? []) if (nodes.has(neighbour)) twice += value;
  }
  return twice / 2;
};

const grow = (
  network: Network,
  ties: Ties,
  seed: number,
  look: (nodes: ReadonlySet<number>, inside: number, needed: number) => void,
): void => {
  const nodes = new Set<number>();
  const tied = new Map([[seed, 0]]);
  let inside = 0;
  let demand = 0;
  while (tied.size > 0) {
    const [next, value] = mostTied(tied);
    tied.delete(next);
    nodes.add(next);
    inside += value;
    demand += network.demand[next] ?? 0;
    for (const [neighbour, value] of ties[next] ?? []) {
      if (!nodes.has(neighbour)) tied.set(neighbour, (tied.get(neighbour) ?? 0) + value);
    }
    if (nodes.size > 1) look(nodes, inside, neededFor(demand, network.capacity));
  }
};

const mostTied = (tied: ReadonlyMap<number, number>): [number, number] => {
  let best: [number, number] = [-1, -1];
  for (const [node, value] of tied) if (value > best[1] + 1e-9) best = [node, value];
  return best;
};
