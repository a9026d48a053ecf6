import type { Findings } from '../src/lib/app.ts';
import { repeated } from '../src/lib/repeated.ts';
import { sumOf, type Instance, type Item, type Solution } from './data.ts';

export const checkInstance = ({ objects, parameters }: Instance): Findings => {
  const { weight_capacity: capacity, nb_objects: said } = parameters;
  return {
    repeated_ids: repeated(objects, ({ id }) => id).map(([id, count]) => ({ id, count })),
    negative_weights: objects.filter(({ weight }) => weight < 0).map(({ id, weight }) => ({ id, weight })),
    negative_capacity: capacity < 0 ? [{ weight_capacity: capacity }] : [],
    number_of_objects:
      said === undefined || said === objects.length ? [] : [{ nb_objects: said, count: objects.length }],
  };
};

export const checkSolution = (instance: Instance, { include }: Solution): Findings => {
  const known = new Set(instance.objects.map(({ id }) => id));
  const excess = sumOf(taken(instance, { include }), 'weight') - instance.parameters.weight_capacity;
  return {
    weight: excess > 0 ? [{ weight_excess: excess }] : [],
    unknown_ids: include.filter(({ id }) => !known.has(id)).map(({ id }) => ({ id })),
    repeated_ids: repeated(include, ({ id }) => id).map(([id, count]) => ({ id, count })),
  };
};

/** As often as the solution names them; unknown ones weigh nothing and are worth nothing. */
export const taken = ({ objects }: Instance, { include }: Solution): Item[] => {
  const byId = new Map(objects.map((item) => [item.id, item]));
  return include.map(({ id }) => byId.get(id)).filter((item) => item !== undefined);
};

export const kpis = (instance: Instance, solution: Solution) => {
  const items = taken(instance, solution);
  const weight = sumOf(items, 'weight');
  const free = instance.parameters.weight_capacity - weight;
  return { totals: [{ objects: items.length, value: sumOf(items, 'value'), weight, free_weight: free }] };
};
