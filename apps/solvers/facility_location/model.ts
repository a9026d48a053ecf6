import type { Constraint, Model, Variable } from '../src/lib/mip.ts';
import { daysOf, type Instance } from './data.ts';
import type { FlowVariable } from './network.ts';

type Term = readonly [number, number];

/**
 * Flows first, in the order given, then a binary variable for each warehouse. Costs are not negative, so no client needs
 * more than its demand: that bounds what an arc to a client carries and makes the relaxation tight.
 */
export const networkModel = (instance: Instance, flows: readonly FlowVariable[]): Model => {
  const { warehouses, parameters } = instance;
  const variableCosts = new Map(warehouses.map(({ id, variable_cost }) => [id, variable_cost]));
  const suppliers = new Set(instance.suppliers.map(({ id }) => id));
  const variables: Variable[] = flows.map(({ arc, product }, at) => ({
    name: `f${at}`,
    cost:
      arc.distance * parameters.cost_per_km_per_dose +
      (variableCosts.get(arc.origin) ?? 0) +
      (suppliers.has(arc.origin) ? product.unit_cost : 0),
  }));
  for (const [at, { fixed_cost }] of warehouses.entries()) {
    variables.push({ name: `open${at}`, upper: 1, integer: true, cost: fixed_cost });
  }
  const sums = sumsOf(flows);
  return {
    sense: 'minimize',
    variables,
    constraints: [
      ...supplyRows(instance, sums),
      ...warehouseRows(instance, sums, flows.length),
      ...clientRows(instance, sums),
      ...arcRows(instance, flows),
    ],
  };
};

interface Sums {
  /** Terms of the flows out of a node for which `matches` holds. */
  from(node: string, matches: Matches, coefficient?: number): Term[];
  into(node: string, matches: Matches, coefficient?: number): Term[];
}

type Matches = (flow: FlowVariable) => boolean;

const sumsOf = (flows: readonly FlowVariable[]): Sums => {
  const indexBy = (end: 'origin' | 'destination') => {
    const index = new Map<string, [number, FlowVariable][]>();
    for (const [at, flow] of flows.entries()) {
      const known = index.get(flow.arc[end]);
      if (known === undefined) index.set(flow.arc[end], [[at, flow]]);
      else known.push([at, flow]);
    }
    return (node: string, matches: Matches, coefficient = 1): Term[] =>
      (index.get(node) ?? []).flatMap(([at, flow]) => (matches(flow) ? [[at, coefficient] as const] : []));
  };
  return { from: indexBy('origin'), into: indexBy('destination') };
};

const supplyRows = ({ suppliers }: Instance, sums: Sums): Constraint[] =>
  suppliers.map(({ id, id_product, availability }) => ({
    terms: sums.from(id, ({ product }) => product.id === id_product),
    upper: availability,
  }));

/** Each day what comes goes on, and no more than the capacity of a warehouse that is open. */
const warehouseRows = (instance: Instance, sums: Sums, firstOpen: number): Constraint[] =>
  instance.warehouses.flatMap(({ id, capacity }, at) =>
    daysOf(instance).flatMap((day) => [
      {
        terms: [...sums.into(id, (flow) => flow.day === day), [firstOpen + at, -capacity] as const],
        upper: 0,
      },
      ...instance.products.map((product) => {
        const matches: Matches = (flow) => flow.day === day && flow.product === product;
        return { terms: [...sums.into(id, matches), ...sums.from(id, matches, -1)], lower: 0, upper: 0 };
      }),
    ]),
  );

/** A dose that begins the treatment of a person: any of a product of one, and those of the first day. */
const isFirst = ({ product, day }: FlowVariable): boolean => product.nb_doses === 1 || day === 'Day 1';

const clientRows = ({ clients, products }: Instance, sums: Sums): Constraint[] =>
  clients.flatMap(({ id, demand }) => [
    { terms: sums.into(id, isFirst), lower: demand },
    ...products
      .filter(({ nb_doses }) => nb_doses > 1)
      .map((product) => ({
        terms: [
          ...sums.into(id, (flow) => flow.product === product && !isFirst(flow)),
          ...sums.into(id, (flow) => flow.product === product && isFirst(flow), -1),
        ],
        lower: 0,
      })),
  ]);

/** From a warehouse to a client: first doses, and second ones, each for no more people than the client has. */
const arcRows = ({ warehouses, clients }: Instance, flows: readonly FlowVariable[]): Constraint[] => {
  const open = new Map(warehouses.map(({ id }, at) => [id, flows.length + at]));
  const demands = new Map(clients.map(({ id, demand }) => [id, demand]));
  const rows = new Map<string, Term[]>();
  for (const [at, flow] of flows.entries()) {
    const { origin, destination } = flow.arc;
    const [warehouse, demand] = [open.get(origin), demands.get(destination)];
    if (warehouse === undefined || demand === undefined) continue;
    const key = JSON.stringify([origin, destination, isFirst(flow)]);
    const terms = rows.get(key) ?? [[warehouse, -demand]];
    terms.push([at, 1]);
    rows.set(key, terms);
  }
  return [...rows.values()].map((terms) => ({ terms, upper: 0 }));
};
