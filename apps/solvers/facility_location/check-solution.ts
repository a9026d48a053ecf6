import type { Findings } from '../src/lib/app.ts';
import { daysOf, type Flow, type Instance, type Solution, wayKey } from './data.ts';

/** Doses; of large sums a part of them. */
const tolerance = 1e-5;

const isMore = (value: number, limit: number): boolean =>
  value > limit + tolerance * Math.max(1, Math.abs(limit));

/** Sums of flows by what `keyOf` gives; rows without a key count nowhere. */
const sumBy = (flows: readonly Flow[], keyOf: (flow: Flow) => readonly string[] | undefined): Sums => {
  const sums = new Map<string, number>();
  for (const row of flows) {
    const key = keyOf(row);
    if (key !== undefined) sums.set(JSON.stringify(key), (sums.get(JSON.stringify(key)) ?? 0) + row.flow);
  }
  return {
    of: (...key) => sums.get(JSON.stringify(key)) ?? 0,
    entries: () => [...sums].map(([key, sum]) => [JSON.parse(key) as string[], sum]),
  };
};

interface Sums {
  of(...key: string[]): number;
  entries(): [string[], number][];
}

export const checkSolution = (instance: Instance, { flows }: Solution): Findings => {
  const { suppliers, warehouses } = instance;
  const supplied = sumBy(flows, ({ origin, product }) => [origin, product]);
  const into = sumBy(flows, ({ destination, day }) => [destination, day]);
  return {
    unknown_flows: unknownFlows(instance, flows),
    availability: excessOfSuppliers(suppliers, supplied),
    restricted_flows: forbidden(instance, flows),
    ...clientFindings(instance, flows),
    warehouse_capacities: warehouses.flatMap(({ id, capacity }) =>
      daysOf(instance).flatMap((day) => {
        const flow = into.of(id, day);
        return isMore(flow, capacity) ? [{ id_warehouse: id, day, excess_quantity: flow - capacity }] : [];
      }),
    ),
    ...consistency(instance, flows),
  };
};

/** Rows that name what is not there, or go where there is no way. */
const unknownFlows = (instance: Instance, flows: readonly Flow[]): object[] => {
  const ways = new Set(instance.distances.map(wayKey));
  const products = new Set(instance.products.map(({ id }) => id));
  const days = new Set(daysOf(instance));
  const suppliers = new Set(instance.suppliers.map(({ id }) => id));
  const clients = new Set(instance.clients.map(({ id }) => id));
  return flows
    .filter(
      (row) =>
        !ways.has(wayKey(row)) ||
        !products.has(row.product) ||
        !days.has(row.day) ||
        suppliers.has(row.destination) ||
        clients.has(row.origin),
    )
    .map(({ origin, destination, product, day }) => ({ origin, destination, product, day }));
};

const excessOfSuppliers = (suppliers: Instance['suppliers'], supplied: Sums): object[] => {
  const ids = new Set(suppliers.map(({ id }) => id));
  const available = new Map(
    suppliers.map((row) => [JSON.stringify([row.id, row.id_product]), row.availability]),
  );
  return supplied.entries().flatMap(([key, sent]) => {
    const [id_supplier = '', id_product = ''] = key;
    const limit = available.get(JSON.stringify(key)) ?? 0;
    return ids.has(id_supplier) && isMore(sent, limit)
      ? [{ id_supplier, id_product, quantity: sent - limit }]
      : [];
  });
};

const forbidden = ({ restricted_flows }: Instance, flows: readonly Flow[]): object[] => {
  const total = sumBy(flows, ({ origin, destination }) => [origin, destination]);
  return restricted_flows.flatMap(({ origin, destination }) => {
    const total_flow = total.of(origin, destination);
    return isMore(total_flow, 0) ? [{ origin, destination, total_flow }] : [];
  });
};

/** A person counts with the first dose; that of two comes on the first day, and the second has to follow on the other. */
const clientFindings = ({ clients, products }: Instance, flows: readonly Flow[]): Findings => {
  const received = sumBy(flows, ({ destination, product, day }) => [destination, product, day]);
  const onDay = (client: string, product: string, day: 1 | 2): number =>
    received.of(client, product, `Day ${day}`);
  return {
    demand: clients.flatMap(({ id, demand }) => {
      const first = products.reduce(
        (sum, product) =>
          sum + onDay(id, product.id, 1) + (product.nb_doses === 1 ? onDay(id, product.id, 2) : 0),
        0,
      );
      return isMore(demand, first) ? [{ id_client: id, missing_first_doses: demand - first }] : [];
    }),
    second_doses: clients.flatMap(({ id }) =>
      products
        .filter(({ nb_doses }) => nb_doses > 1)
        .flatMap((product) => {
          const missing = onDay(id, product.id, 1) - onDay(id, product.id, 2);
          return isMore(missing, 0)
            ? [{ id_client: id, id_product: product.id, missing_second_doses: missing }]
            : [];
        }),
    ),
  };
};

/** Each day, of each product: a warehouse keeps nothing back, and clients get what suppliers sent. */
const consistency = (instance: Instance, flows: readonly Flow[]): Findings => {
  const incoming = sumBy(flows, ({ destination, day, product }) => [destination, day, product]);
  const outgoing = sumBy(flows, ({ origin, day, product }) => [origin, day, product]);
  const differs = (a: number, b: number): boolean => isMore(a, b) || isMore(b, a);
  const total = (sums: Sums, nodes: ReadonlySet<string>, day: string, product: string): number =>
    [...nodes].reduce((sum, node) => sum + sums.of(node, day, product), 0);
  const suppliers = new Set(instance.suppliers.map(({ id }) => id));
  const clients = new Set(instance.clients.map(({ id }) => id));
  const each = daysOf(instance).flatMap((day) => instance.products.map(({ id }) => [day, id] as const));
  return {
    consistency_warehouses: instance.warehouses.flatMap((warehouse) =>
      each.flatMap(([day, id_product]) => {
        const [came, went] = [
          incoming.of(warehouse.id, day, id_product),
          outgoing.of(warehouse.id, day, id_product),
        ];
        return differs(came, went)
          ? [{ id_warehouse: warehouse.id, day, id_product, difference_flow: went - came }]
          : [];
      }),
    ),
    consistency_suppliers: each.flatMap(([day, id_product]) => {
      const [sent, received] = [
        total(outgoing, suppliers, day, id_product),
        total(incoming, clients, day, id_product),
      ];
      return differs(sent, received) ? [{ day, id_product, difference_flow: received - sent }] : [];
    }),
  };
};
