import { daysOf, type Instance, type Way, wayKey } from './data.ts';

export interface Arc extends Way {
  readonly distance: number;
}

/** One variable of the model: the doses of a product on an arc on a day. */
export interface FlowVariable {
  readonly arc: Arc;
  readonly product: Instance['products'][number];
  readonly day: string;
}

/** Where goods may flow: not into suppliers, not out of clients, not where it is restricted. */
export const arcsOf = (instance: Instance): Arc[] => {
  const suppliers = new Set(instance.suppliers.map(({ id }) => id));
  const clients = new Set(instance.clients.map(({ id }) => id));
  const restricted = new Set(instance.restricted_flows.map(wayKey));
  return instance.distances.filter(
    (way) =>
      way.origin !== way.destination &&
      !suppliers.has(way.destination) &&
      !clients.has(way.origin) &&
      !restricted.has(wayKey(way)),
  );
};

/** A supplier sends only what it has; everything may pass a warehouse. */
export const flowsOf = (instance: Instance): FlowVariable[] => {
  const offered = new Map<string, Set<string>>();
  for (const { id, id_product } of instance.suppliers) {
    offered.set(id, (offered.get(id) ?? new Set()).add(id_product));
  }
  return arcsOf(instance).flatMap((arc) =>
    instance.products
      .filter(({ id }) => offered.get(arc.origin)?.has(id) ?? true)
      .flatMap((product) => daysOf(instance).map((day) => ({ arc, product, day }))),
  );
};

/** Nodes that something from a supplier can come to. */
export const reachable = (instance: Instance): Set<string> => {
  const arcs = arcsOf(instance);
  const reached = new Set(instance.suppliers.map(({ id }) => id));
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const { origin, destination } of arcs) if (reached.has(origin)) reached.add(destination);
  }
  return reached;
};
