import type { Findings } from '../src/lib/app.ts';
import type { Instance } from './data.ts';

/** Faults of the data by table; see `schemas/instance_checks.json`. */
export const checkInstance = (instance: Instance): Findings => {
  const { depots, demand, arcs, parameters } = instance;
  const isDepot = new Set(depots.map(({ n }) => n));
  const isKnown = new Set([...isDepot, ...demand.map(({ n }) => n)]);
  const needed = Math.ceil(servedDemand(instance) / parameters.capacity - 1e-9);
  const vehicles = parameters.numVehicles ?? Number.POSITIVE_INFINITY;
  return {
    no_depots: depots.length === 0 ? [{ depots: 0 }] : [],
    repeated_nodes: [
      ...repeated(depots.map(({ n }) => n)).map((n) => ({ table: 'depots', n })),
      ...repeated(demand.map(({ n }) => n)).map((n) => ({ table: 'demand', n })),
    ],
    repeated_arcs: repeated(arcs.map(({ n1, n2 }) => `${n1} ${n2}`)).map((pair) => {
      const [n1, n2] = pair.split(' ').map(Number);
      return { n1, n2 };
    }),
    unknown_nodes: arcs.flatMap(({ n1, n2 }, index) =>
      [n1, n2].filter((n) => !isKnown.has(n)).map((n) => ({ row: index + 1, n })),
    ),
    nodes_without_arcs: nodesWithoutArcs(instance),
    demand_over_capacity: demand
      .filter(({ n, demand }) => !isDepot.has(n) && demand > parameters.capacity)
      .map(({ n, demand }) => ({ n, demand, capacity: parameters.capacity })),
    too_few_vehicles: needed > vehicles ? [{ num_vehicles: vehicles, needed }] : [],
    demand_of_depots: demand
      .filter(({ n, demand }) => isDepot.has(n) && demand !== 0)
      .map(({ n, demand }) => ({ n, demand })),
  };
};

const servedDemand = ({ depots, demand }: Instance): number => {
  const isDepot = new Set(depots.map(({ n }) => n));
  return demand.filter(({ n }) => !isDepot.has(n)).reduce((sum, { demand }) => sum + demand, 0);
};

const repeated = <Value>(values: readonly Value[]): Value[] => {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 1).map(([value]) => value);
};

/** Served nodes that no arc leads to, or from: no route can pass through them. */
const nodesWithoutArcs = ({ depots, demand, arcs }: Instance): object[] => {
  const isDepot = new Set(depots.map(({ n }) => n));
  const real = arcs.filter(({ n1, n2 }) => n1 !== n2);
  const reached = new Set(real.map(({ n2 }) => n2));
  const left = new Set(real.map(({ n1 }) => n1));
  const served = demand.map(({ n }) => n).filter((n) => !isDepot.has(n));
  return [
    ...served.filter((n) => !reached.has(n)).map((n) => ({ n, missing: 'to' })),
    ...served.filter((n) => !left.has(n)).map((n) => ({ n, missing: 'from' })),
  ];
};
