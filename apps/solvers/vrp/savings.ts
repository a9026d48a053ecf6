import type { Network } from './network.ts';
import { fits, nearestDepot, type Plan, type Route } from './plan.ts';

/**
 * The savings method of Clarke and Wright (Scheduling of vehicles from a central depot to a number of delivery points,
 * Operations Research 12, 1964), parallel version: every node begins with a route of its own, and routes are joined in
 * the order of what joining the end `i` of one to the beginning `j` of another saves, c(i, depot) + c(depot, j) - c(i, j).
 * Where all arcs cost the same in both directions a route may be turned round before.
 */
export const savingsPlan = (network: Network): Plan => {
  const routeOf: (Route | undefined)[] = Array.from({ length: network.nodeCount }, (_, node) =>
    node < network.depotCount
      ? undefined
      : { depot: nearestDepot(network, node), stops: [node], load: network.demand[node] ?? 0 },
  );
  for (const { from, to } of savings(network, routeOf)) {
    const first = routeOf[from];
    const second = routeOf[to];
    if (first === undefined || second === undefined || first === second) continue;
    const load = first.load + second.load;
    const before = endingWith(network, first.stops, from);
    const after = endingWith(network, second.stops.toReversed(), to)?.toReversed();
    if (before === undefined || after === undefined || !fits(network, load)) continue;
    const joined = { depot: first.depot, stops: [...before, ...after], load };
    for (const stop of joined.stops) routeOf[stop] = joined;
  }
  return [...new Set(routeOf.filter((route) => route !== undefined))];
};

interface Saving {
  readonly from: number;
  readonly to: number;
  readonly saved: number;
}

/** Depots of routes never change by joining: pairs of different depots are left out at once. */
const savings = (
  { cost, depotCount, nodeCount, isSymmetric }: Network,
  routeOf: readonly (Route | undefined)[],
): Saving[] => {
  const found: Saving[] = [];
  for (let from = depotCount; from < nodeCount; from++) {
    const depot = routeOf[from]?.depot ?? 0;
    for (let to = depotCount; to < (isSymmetric ? from : nodeCount); to++) {
      if (from === to || routeOf[to]?.depot !== depot) continue;
      const saved = cost(from, depot) + cost(depot, to) - cost(from, to);
      if (saved > 0) found.push({ from, to, saved });
    }
  }
  return found.toSorted((one, other) => other.saved - one.saved);
};

const endingWith = (
  { isSymmetric }: Network,
  stops: readonly number[],
  node: number,
): readonly number[] | undefined => {
  if (stops.at(-1) === node) return stops;
  return isSymmetric && stops[0] === node ? stops.toReversed() : undefined;
};
