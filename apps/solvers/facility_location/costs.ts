import { type Instance, type Solution, wayKey } from './data.ts';

/** What a plan costs, each part from the tables of the instance. */
export const costsOf = (instance: Instance, { flows }: Solution) => {
  const distances = new Map(instance.distances.map((row) => [wayKey(row), row.distance]));
  const unitCosts = new Map(instance.products.map(({ id, unit_cost }) => [id, unit_cost]));
  const suppliers = new Set(instance.suppliers.map(({ id }) => id));
  const warehouses = new Map(instance.warehouses.map((warehouse) => [warehouse.id, warehouse]));
  const used = new Set<string>();
  let [purchase, transport, handling] = [0, 0, 0];
  for (const row of flows) {
    transport += row.flow * (distances.get(wayKey(row)) ?? 0) * instance.parameters.cost_per_km_per_dose;
    if (suppliers.has(row.origin)) purchase += row.flow * (unitCosts.get(row.product) ?? 0);
    handling += row.flow * (warehouses.get(row.origin)?.variable_cost ?? 0);
    for (const node of [row.origin, row.destination])
      if (row.flow > 0 && warehouses.has(node)) used.add(node);
  }
  const fixed = [...used].reduce((sum, id) => sum + (warehouses.get(id)?.fixed_cost ?? 0), 0);
  return { purchase, transport, handling, fixed, total: purchase + transport + handling + fixed, used };
};

export const kpis = (instance: Instance, solution: Solution) => {
  const { purchase, transport, handling, fixed, total } = costsOf(instance, solution);
  return {
    costs: [{ purchase, transport, handling, fixed, total }],
    warehouses: instance.warehouses.map(({ id }) => {
      const doses = solution.flows
        .filter(({ destination }) => destination === id)
        .reduce((sum, { flow }) => sum + flow, 0);
      return { id_warehouse: id, doses };
    }),
  };
};
