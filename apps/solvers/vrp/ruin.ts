import type { Network } from './network.ts';
import { fits, nearestDepot, type Plan, type Route } from './plan.ts';

/** The most nodes that one round takes out. */
const most = 12;

/** The chance that a node, or a place for one, is passed over. */
const passedNode = 0.2;
const passedPlace = 0.02;

/**
 * Takes some nodes near a random one out of a plan, and puts each where it costs least. The routes that changed;
 * undefined when one found no place (the plan is broken then).
 */
export const ruinAndRecreate = (
  network: Network,
  neighbours: readonly (readonly number[])[],
  plan: Plan,
  random: () => number,
): ReadonlySet<Route> | undefined => {
  const changed = new Set<Route>();
  const removed = nodesNear(network, neighbours, random);
  for (const route of plan) {
    const kept = route.stops.filter((stop) => !removed.has(stop));
    if (kept.length === route.stops.length) continue;
    route.stops = kept;
    route.load = kept.reduce((sum, stop) => sum + (network.demand[stop] ?? 0), 0);
    changed.add(route);
  }
  for (const node of inSomeOrder(network, [...removed], random)) {
    const place = cheapestPlace(network, plan, node, random);
    if (place === undefined) return undefined;
    if (place.route.stops.length === 0) place.route.depot = nearestDepot(network, node);
    place.route.stops.splice(place.at, 0, node);
    place.route.load += network.demand[node] ?? 0;
    changed.add(place.route);
  }
  return changed;
};

const nodesNear = (
  { depotCount, nodeCount }: Network,
  neighbours: readonly (readonly number[])[],
  random: () => number,
): Set<number> => {
  const served = nodeCount - depotCount;
  const centre = depotCount + Math.floor(random() * served);
  const wanted = 1 + Math.floor(random() * Math.min(most, served));
  const chosen = new Set([centre]);
  for (const node of neighbours[centre] ?? []) {
    if (chosen.size >= wanted) break;
    if (random() >= passedNode) chosen.add(node);
  }
  return chosen;
};

/** By chance in any order, the largest first, or the farthest from its depot first. */
const inSomeOrder = ({ demand, cost }: Network, nodes: number[], random: () => number): number[] => {
  const choice = random();
  const rank = (node: number): number => {
    if (choice < 0.4) return random();
    return choice < 0.7 ? -(demand[node] ?? 0) : -cost(0, node);
  };
  return nodes
    .map((node) => ({ node, rank: rank(node) }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ node }) => node);
};

const cheapestPlace = (
  network: Network,
  plan: Plan,
  node: number,
  random: () => number,
): { route: Route; at: number } | undefined => {
  const { cost, demand } = network;
  let best: { route: Route; at: number } | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const route of plan) {
    if (!fits(network, route.load + (demand[node] ?? 0))) continue;
    const depot = route.stops.length === 0 ? nearestDepot(network, node) : route.depot;
    for (let at = 0; at <= route.stops.length; at++) {
      const before = route.stops[at - 1] ?? depot;
      const after = route.stops[at] ?? depot;
      const extra = cost(before, node) + cost(node, after) - cost(before, after);
      if (extra >= least || (best !== undefined && random() < passedPlace)) continue;
      least = extra;
      best = { route, at };
    }
  }
  return best;
};
