import type { Instance } from './data.ts';

/** The instance by index: depots first, then those who are served. */
export interface Network {
  /** Identifier of each node. */
  readonly ids: readonly number[];
  readonly depotCount: number;
  readonly nodeCount: number;
  /** By index of the node, 0 for depots. */
  readonly demand: readonly number[];
  readonly capacity: number;
  /** Infinity without a limit. */
  readonly maxRoutes: number;
  /** From a node to another; `noWay` where there is no arc. */
  cost(from: number, to: number): number;
  /** Dearer than any plan without it, and still finite: differences of costs stay numbers. */
  readonly noWay: number;
  readonly isSymmetric: boolean;
  /** All weights are whole numbers: so is the length of every plan. */
  readonly isWhole: boolean;
}

export const readNetwork = (instance: Instance): Network => {
  const depots = instance.depots.map(({ n }) => n);
  const isDepot = new Set(depots);
  const served = instance.demand.filter(({ n }) => !isDepot.has(n));
  const ids = [...depots, ...served.map(({ n }) => n)];
  const nodeCount = ids.length;
  const heaviest = instance.arcs.reduce((most, { w }) => Math.max(most, w), 0);
  const noWay = (heaviest + 1) * (2 * nodeCount + 1);
  const matrix = readMatrix(instance, ids, noWay);
  return {
    ids,
    depotCount: depots.length,
    nodeCount,
    demand: [...depots.map(() => 0), ...served.map(({ demand }) => demand)],
    capacity: instance.parameters.capacity,
    maxRoutes: instance.parameters.numVehicles ?? Number.POSITIVE_INFINITY,
    cost: (from, to) => matrix[from * nodeCount + to] ?? noWay,
    noWay,
    isSymmetric: isSymmetric(matrix, nodeCount),
    isWhole: instance.arcs.every(({ w }) => Number.isInteger(w)),
  };
};

const readMatrix = (instance: Instance, ids: readonly number[], noWay: number): Float64Array => {
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const matrix = new Float64Array(ids.length * ids.length).fill(noWay);
  for (const { n1, n2, w } of instance.arcs) {
    const from = indexOf.get(n1);
    const to = indexOf.get(n2);
    if (from !== undefined && to !== undefined) matrix[from * ids.length + to] = w;
  }
  // Nothing is driven from a node to itself, whatever the data say: a route without stops has no length.
  for (let node = 0; node < ids.length; node++) matrix[node * ids.length + node] = 0;
  return matrix;
};

const isSymmetric = (matrix: Float64Array, nodeCount: number): boolean => {
  for (let from = 0; from < nodeCount; from++) {
    for (let to = 0; to < from; to++) {
      if (matrix[from * nodeCount + to] !== matrix[to * nodeCount + from]) return false;
    }
  }
  return true;
};
