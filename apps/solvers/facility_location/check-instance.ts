import type { Findings } from '../src/lib/app.ts';
import { repeated } from '../src/lib/repeated.ts';
import { daysOf, type Instance, wayKey } from './data.ts';
import { reachable } from './network.ts';

/** Ids that stand twice; one node cannot be of two kinds either. */
const duplicates = ({ products, suppliers, warehouses, clients, distances }: Instance): object[] => {
  const nodes = [
    ...new Set(suppliers.map(({ id }) => id)),
    ...[...warehouses, ...clients].map(({ id }) => id),
  ];
  const tables = {
    products: products.map(({ id }) => id),
    suppliers: suppliers.map(({ id, id_product }) => `${id}, ${id_product}`),
    'suppliers, warehouses, clients': nodes,
    distances: distances.map(wayKey),
  };
  return Object.entries(tables).flatMap(([table, ids]) =>
    repeated(ids, (id) => id).map(([id]) => ({ table, id })),
  );
};

export const checkInstance = (instance: Instance): Findings => {
  const { products, clients } = instance;
  const reached = reachable(instance);
  return {
    duplicate_ids: duplicates(instance),
    unknown_ids: unknownIds(instance),
    second_day_missing: products
      .filter(({ nb_doses }) => nb_doses > daysOf(instance).length)
      .map(({ id }) => ({ id_product: id })),
    unreachable_clients: clients
      .filter(({ id, demand }) => demand > 0 && !reached.has(id))
      .map(({ id }) => ({ id_client: id })),
    scarce_supply: scarcity(instance),
  };
};

const unknownIds = ({
  products,
  suppliers,
  warehouses,
  clients,
  distances,
  restricted_flows,
}: Instance): object[] => {
  const known = new Set([...suppliers, ...warehouses, ...clients].map(({ id }) => id));
  const productIds = new Set(products.map(({ id }) => id));
  const ways = { distances, restricted_flows };
  return [
    ...suppliers
      .filter(({ id_product }) => !productIds.has(id_product))
      .map(({ id_product }) => ({ table: 'suppliers', key: 'id_product', id: id_product })),
    ...Object.entries(ways).flatMap(([table, rows]) =>
      (['origin', 'destination'] as const).flatMap((key) =>
        rows.filter((row) => !known.has(row[key])).map((row) => ({ table, key, id: row[key] })),
      ),
    ),
  ];
};

/** People that all doses together are enough for, where they are fewer than the demand. */
const scarcity = ({ products, suppliers, clients }: Instance): object[] => {
  const doses = new Map(products.map(({ id, nb_doses }) => [id, nb_doses]));
  const supply = suppliers.reduce(
    (sum, { id_product, availability }) => sum + availability / (doses.get(id_product) ?? Infinity),
    0,
  );
  const demand = clients.reduce((sum, client) => sum + client.demand, 0);
  return supply < demand ? [{ supply, demand }] : [];
};
