import type { Solution, Visit } from './data.ts';
import type { Network } from './network.ts';

/** A route by indices of nodes; the depot at both of its ends is not among the stops. */
export interface Route {
  depot: number;
  stops: number[];
  load: number;
}

export type Plan = Route[];

export const routeLength = ({ cost }: Network, { depot, stops }: Route): number => {
  let length = 0;
  let from = depot;
  for (const stop of stops) {
    length += cost(from, stop);
    from = stop;
  }
  return stops.length === 0 ? 0 : length + cost(from, depot);
};

export const planLength = (network: Network, plan: Plan): number =>
  plan.reduce((sum, route) => sum + routeLength(network, route), 0);

export const loadOf = ({ demand }: Network, stops: readonly number[]): number =>
  stops.reduce((sum, stop) => sum + (demand[stop] ?? 0), 0);

export const copyPlan = (plan: Plan): Plan => plan.map((route) => ({ ...route, stops: [...route.stops] }));

/** Sums of decimal demands carry rounding errors. */
export const fits = ({ capacity }: Network, load: number): boolean => load <= capacity * (1 + 1e-9);

/** The depot from which a node alone is served most cheaply. */
export const nearestDepot = ({ cost, depotCount }: Network, node: number): number => {
  let best = 0;
  for (let depot = 1; depot < depotCount; depot++) {
    if (cost(depot, node) + cost(node, depot) < cost(best, node) + cost(node, best)) best = depot;
  }
  return best;
};

export const toSolution = ({ ids }: Network, plan: Plan): Solution => {
  const visits: Visit[] = [];
  for (const [route, { depot, stops }] of plan.filter(({ stops }) => stops.length > 0).entries()) {
    for (const [pos, node] of [depot, ...stops, depot].entries()) {
      visits.push({ route, pos, node: ids[node] ?? -1 });
    }
  }
  return { routes: visits };
};

/** The plan of a solution without findings, undefined for what is none of this network. */
export const fromSolution = (network: Network, { routes }: Solution): Plan | undefined => {
  const indexOf = new Map(network.ids.map((id, index) => [id, index]));
  const byRoute = Map.groupBy(routes, ({ route }) => route);
  const plan: Plan = [];
  const seen = new Set<number>();
  for (const visits of byRoute.values()) {
    const nodes = visits
      .toSorted((one, other) => one.pos - other.pos)
      .map(({ node }) => indexOf.get(node) ?? -1);
    const depot = nodes[0] ?? -1;
    const stops = nodes.slice(1, -1);
    if (depot < 0 || depot >= network.depotCount || nodes.at(-1) !== depot) return undefined;
    if (stops.some((stop) => stop < network.depotCount || seen.has(stop))) return undefined;
    for (const stop of stops) seen.add(stop);
    const load = loadOf(network, stops);
    if (!fits(network, load)) return undefined;
    plan.push({ depot, stops, load });
  }
  const isWhole = seen.size === network.nodeCount - network.depotCount && plan.length <= network.maxRoutes;
  return isWhole && planLength(network, plan) < network.noWay ? plan : undefined;
};
