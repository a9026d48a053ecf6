import { exchangeSegments, exchangeTails } from './moves-between.ts';
import { changeDepot, moveSegment, turnSegment } from './moves-inside.ts';
import type { Network } from './network.ts';
import type { Plan, Route } from './plan.ts';

interface Search {
  readonly network: Network;
  /** By node, those near it: only routes that have some of each other's are looked at together. */
  readonly neighbours: readonly (readonly number[])[];
  readonly plan: Plan;
}

/**
 * Makes a plan shorter by the first move found that does, until there is none: inside a route 2-opt, the move of a
 * segment and another depot, between two routes the exchange (relocation where one is empty) of segments and of tails.
 * `changed` are the routes to begin with when the others are known to have no better moves among themselves.
 */
export const improvePlan = (
  { network, neighbours, plan }: Search,
  changed: Iterable<Route>,
  isOver: () => boolean,
): void => {
  const routeOf = new Map(plan.flatMap((route) => route.stops.map((stop) => [stop, route])));
  const near = (route: Route): Set<Route> =>
    new Set([
      ...route.stops.flatMap((stop) => neighbours[stop] ?? []).flatMap((stop) => routeOf.get(stop) ?? []),
      ...plan.filter(({ stops }) => stops.length === 0),
    ]);
  const open = new Set(changed);
  for (const route of open) {
    if (isOver()) return;
    // A set goes on with what is added to it while it is gone through, also again.
    open.delete(route);
    improveInside(network, route);
    for (const other of near(route)) {
      if (other === route || !improveBetween(network, route, other)) continue;
      for (const moved of [route, other]) {
        open.add(moved);
        for (const stop of moved.stops) routeOf.set(stop, moved);
      }
      break;
    }
  }
};

const improveInside = (network: Network, route: Route): void => {
  let isBetter = true;
  while (isBetter) {
    isBetter = turnSegment(network, route) || moveSegment(network, route) || changeDepot(network, route);
  }
};

const improveBetween = (network: Network, one: Route, other: Route): boolean =>
  exchangeSegments(network, one, other) || exchangeTails(network, one, other);
