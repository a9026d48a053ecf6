import type { Findings } from '../src/lib/app.ts';
import type { Instance, Solution } from './data.ts';

/** A route as the solution lists it, depots included. */
interface ListedRoute {
  readonly route: number;
  readonly nodes: readonly number[];
  readonly load: number;
}

interface Step {
  readonly route: number;
  readonly n1: number;
  readonly n2: number;
  /** Undefined when there is no such arc. */
  readonly weight: number | undefined;
}

/** What is wrong with routes, by table; see `schemas/solution_checks.json`. */
export const checkSolution = (instance: Instance, solution: Solution): Findings => {
  const depots = new Set(instance.depots.map(({ n }) => n));
  const known = new Set([...depots, ...instance.demand.map(({ n }) => n)]);
  const { capacity, numVehicles = Number.POSITIVE_INFINITY } = instance.parameters;
  const routes = listRoutes(instance, solution);
  const served = routes.flatMap(({ nodes }) => nodes).filter((node) => !depots.has(node));
  const times = Map.groupBy(served, (node) => node);
  return {
    missing_nodes: [...known].filter((n) => !depots.has(n) && !times.has(n)).map((node) => ({ node })),
    repeated_nodes: [...times]
      .filter(([, visits]) => visits.length > 1)
      .map(([node, visits]) => ({ node, times: visits.length })),
    unknown_nodes: solution.routes.filter(({ node }) => !known.has(node)),
    repeated_positions: repeatedPositions(solution),
    ends_not_at_depot: routes
      .filter(({ nodes }) => !startsAndEndsAtDepot(nodes, depots))
      .map(({ route, nodes }) => ({ route, first: nodes.at(0), last: nodes.at(-1) })),
    depots_inside: routes.flatMap(({ route, nodes }) =>
      nodes
        .slice(1, -1)
        .flatMap((node, index) => (depots.has(node) ? [{ route, pos: index + 1, node }] : [])),
    ),
    missing_arcs: stepsOf(instance, routes)
      .filter(({ weight }) => weight === undefined)
      .map(({ route, n1, n2 }) => ({ route, n1, n2 })),
    over_capacity: routes
      .filter(({ load }) => load > capacity * (1 + 1e-9))
      .map(({ route, load }) => ({ route, load, capacity })),
    too_many_routes:
      routes.length > numVehicles ? [{ routes: routes.length, num_vehicles: numVehicles }] : [],
  };
};

/** The length of all routes: the sum of the weights of the arcs driven. */
export const totalLength = (instance: Instance, solution: Solution): number =>
  stepsOf(instance, listRoutes(instance, solution)).reduce((sum, { weight }) => sum + (weight ?? 0), 0);

export const kpis = (instance: Instance, solution: Solution): Record<string, object[]> => {
  const routes = listRoutes(instance, solution);
  const { capacity } = instance.parameters;
  const percent = (load: number, vehicles: number): number =>
    vehicles === 0 ? 0 : Math.round((10_000 * load) / (capacity * vehicles)) / 100;
  const load = routes.reduce((sum, route) => sum + route.load, 0);
  return {
    routes: routes.map((route) => ({
      route: route.route,
      nodes: Math.max(0, route.nodes.length - 2),
      load: route.load,
      load_percent: percent(route.load, 1),
      length: stepsOf(instance, [route]).reduce((sum, { weight }) => sum + (weight ?? 0), 0),
    })),
    totals: [
      {
        routes: routes.length,
        length: totalLength(instance, solution),
        load,
        load_percent: percent(load, routes.length),
      },
    ],
  };
};

const listRoutes = ({ demand, depots }: Instance, { routes }: Solution): ListedRoute[] => {
  const isDepot = new Set(depots.map(({ n }) => n));
  const demandOf = new Map(demand.map(({ n, demand }) => [n, isDepot.has(n) ? 0 : demand]));
  return [...Map.groupBy(routes, ({ route }) => route)]
    .toSorted(([one], [other]) => one - other)
    .map(([route, visits]) => {
      const nodes = visits.toSorted((one, other) => one.pos - other.pos).map(({ node }) => node);
      return { route, nodes, load: nodes.reduce((sum, node) => sum + (demandOf.get(node) ?? 0), 0) };
    });
};

const startsAndEndsAtDepot = (nodes: readonly number[], depots: ReadonlySet<number>): boolean => {
  const first = nodes[0];
  return nodes.length > 1 && first !== undefined && depots.has(first) && nodes.at(-1) === first;
};

const stepsOf = ({ arcs }: Instance, routes: readonly ListedRoute[]): Step[] => {
  const weights = new Map(arcs.map(({ n1, n2, w }) => [`${n1} ${n2}`, w]));
  return routes.flatMap(({ route, nodes }) =>
    nodes.slice(1).map((n2, index) => {
      const n1 = nodes[index] ?? n2;
      return { route, n1, n2, weight: weights.get(`${n1} ${n2}`) };
    }),
  );
};

const repeatedPositions = ({ routes }: Solution): object[] =>
  [...Map.groupBy(routes, ({ route, pos }) => `${route} ${pos}`).values()]
    .filter((visits) => visits.length > 1)
    .map(([visit]) => ({ route: visit?.route, pos: visit?.pos }));
