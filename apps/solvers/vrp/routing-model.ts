import type { Constraint, Model, Variable } from '../src/lib/mip.ts';
import type { Network } from './network.ts';
import { loadOf, type Plan } from './plan.ts';

/** A variable of the model: how often it is driven from one node to another, without direction in an undirected model. */
export interface Link {
  readonly from: number;
  readonly to: number;
  /** The depot of the route that drives it. */
  readonly depot: number;
  readonly variable: Variable;
}

/**
 * The two-index vehicle flow model (Toth and Vigo, Vehicle Routing, 2nd ed., SIAM 2014, section 1.3.1) without its
 * capacity constraints, which are added when they are violated. With one depot and costs that are the same in both
 * directions it is undirected: every served node has two links, and the one to the depot may be used twice (a route of
 * one node). Otherwise it is directed with a copy of the arcs for every depot, so that a route ends where it began.
 */
export interface RoutingModel {
  readonly links: readonly Link[];
  readonly isDirected: boolean;
  readonly rows: readonly Constraint[];
}

export const routingModel = (network: Network): RoutingModel => {
  const isDirected = !network.isSymmetric || network.depotCount > 1;
  const links = isDirected ? arcsOf(network) : edgesOf(network);
  const rows = isDirected ? arcRows(network, links) : edgeRows(network, links);
  return { links, isDirected, rows: [...rows, ...fleetRow(network, links, isDirected)] };
};

/** With whole numbers the links in `useless` (by index) stay unused. */
export const toModel = (
  { links, rows }: RoutingModel,
  cuts: readonly Constraint[],
  useless: ReadonlySet<number> | undefined,
): Model => ({
  sense: 'minimize',
  variables: links.map(({ variable }, index) =>
    useless === undefined
      ? variable
      : { ...variable, integer: true, ...(useless.has(index) && { upper: 0 }) },
  ),
  constraints: [...rows, ...cuts],
});

const link = (network: Network, from: number, to: number, depot: number, upper: number): Link => ({
  from,
  to,
  depot,
  variable: { name: `x_${depot}_${from}_${to}`, upper, cost: network.cost(from, to) },
});

const edgesOf = (network: Network): Link[] => {
  const links: Link[] = [];
  for (let to = 1; to < network.nodeCount; to++) {
    for (let from = 0; from < to; from++) {
      if (network.cost(from, to) < network.noWay) links.push(link(network, from, to, 0, from === 0 ? 2 : 1));
    }
  }
  return links;
};

const arcsOf = (network: Network): Link[] => {
  const { depotCount, nodeCount } = network;
  const links: Link[] = [];
  for (let depot = 0; depot < depotCount; depot++) {
    const nodes = [
      depot,
      ...Array.from({ length: nodeCount - depotCount }, (_, index) => index + depotCount),
    ];
    for (const from of nodes) {
      for (const to of nodes) {
        if (from === to || network.cost(from, to) >= network.noWay) continue;
        links.push(link(network, from, to, depot, 1));
      }
    }
  }
  return links;
};

const served = ({ depotCount, nodeCount }: Network): number[] =>
  Array.from({ length: nodeCount - depotCount }, (_, index) => index + depotCount);

const edgeRows = (network: Network, links: readonly Link[]): Constraint[] => {
  const terms = served(network).map((): [number, number][] => []);
  for (const [index, { from, to }] of links.entries()) {
    terms[from - 1]?.push([index, 1]);
    terms[to - 1]?.push([index, 1]);
  }
  return terms.map((terms) => ({ terms, lower: 2, upper: 2 }));
};

const arcRows = (network: Network, links: readonly Link[]): Constraint[] => {
  const { depotCount } = network;
  const nodes = served(network);
  const arrivals = nodes.map((): [number, number][] => []);
  const balances = nodes.map(() => Array.from({ length: depotCount }, (): [number, number][] => []));
  for (const [index, { from, to, depot }] of links.entries()) {
    arrivals[to - depotCount]?.push([index, 1]);
    balances[to - depotCount]?.[depot]?.push([index, 1]);
    balances[from - depotCount]?.[depot]?.push([index, -1]);
  }
  return [
    ...arrivals.map((terms) => ({ terms, lower: 1, upper: 1 })),
    ...balances.flat().map((terms) => ({ terms, lower: 0, upper: 0 })),
  ];
};

/** Every route leaves its depot once; undirected links are counted at both of its ends. */
const fleetRow = (network: Network, links: readonly Link[], isDirected: boolean): Constraint[] => {
  if (network.maxRoutes >= network.nodeCount - network.depotCount) return [];
  const terms = links.flatMap(({ from }, index): [number, number][] =>
    from < network.depotCount ? [[index, 1]] : [],
  );
  return [{ terms, upper: network.maxRoutes * (isDirected ? 1 : 2) }];
};

/** The routes of values that are whole numbers and violate no capacity constraint. */
export const planOf = (
  network: Network,
  { links, isDirected }: RoutingModel,
  values: readonly number[],
): Plan => {
  const used = links.flatMap((link, index) =>
    Array.from({ length: Math.round(values[index] ?? 0) }, () => link),
  );
  const atNode = new Map<number, Set<Link>>();
  const copies = used.map((link) => ({ ...link }));
  for (const copy of copies) {
    for (const node of isDirected ? [copy.from] : [copy.from, copy.to]) {
      if (node >= network.depotCount) atNode.set(node, (atNode.get(node) ?? new Set()).add(copy));
    }
  }
  const open = new Set(copies);
  const plan: Plan = [];
  for (const first of copies) {
    if (first.from >= network.depotCount || !open.delete(first)) continue;
    const stops = follow(network, first, open, atNode);
    plan.push({ depot: first.depot, stops, load: loadOf(network, stops) });
  }
  return plan;
};

const follow = (
  network: Network,
  first: Link,
  open: Set<Link>,
  atNode: ReadonlyMap<number, ReadonlySet<Link>>,
): number[] => {
  const stops: number[] = [];
  let node = first.to;
  while (node >= network.depotCount) {
    stops.push(node);
    const next = atNode
      .get(node)
      ?.values()
      .find((link) => open.delete(link));
    if (next === undefined) break;
    node = next.from === node ? next.to : next.from;
  }
  return stops;
};

/** The values that drive a plan, by index of the link. */
export const valuesOf = ({ links, isDirected }: RoutingModel, plan: Plan): number[] => {
  const indexOf = new Map(links.map(({ from, to, depot }, index) => [`${depot} ${from} ${to}`, index]));
  const values = links.map(() => 0);
  for (const { depot, stops } of plan) {
    let from = depot;
    for (const to of [...stops, depot]) {
      const isTurned = !isDirected && from > to;
      const index = indexOf.get(isTurned ? `${depot} ${to} ${from}` : `${depot} ${from} ${to}`);
      if (index !== undefined) values[index] = (values[index] ?? 0) + 1;
      from = to;
    }
  }
  return values;
};
