import type { Instance, Solution } from './data.ts';

const material = ({ bars }: Instance, { number_cutting_patterns }: Solution): number => {
  const lengths = new Map(bars.map(({ id, length }) => [id, length]));
  return number_cutting_patterns.reduce(
    (sum, row) => sum + (lengths.get(row.id_bar) ?? 0) * row.number_of_patterns,
    0,
  );
};

const demanded = ({ products, demand }: Instance): number => {
  const lengths = new Map(products.map(({ id, length }) => [id, length]));
  return demand.reduce((sum, row) => sum + (lengths.get(row.id) ?? 0) * row.demand, 0);
};

/** The length of all bars that are cut, less that of all pieces that were asked for. */
export const loss = (instance: Instance, solution: Solution): number =>
  material(instance, solution) - demanded(instance);

export const kpis = (instance: Instance, solution: Solution) => {
  const used = material(instance, solution);
  const counts = new Map<string, number>();
  for (const { id_bar, number_of_patterns } of solution.number_cutting_patterns) {
    counts.set(id_bar, (counts.get(id_bar) ?? 0) + number_of_patterns);
  }
  const lost = loss(instance, solution);
  return {
    material: [
      {
        bars: [...counts.values()].reduce((sum, count) => sum + count, 0),
        material: used,
        demanded: demanded(instance),
        loss: lost,
        loss_percent: used === 0 ? 0 : (100 * lost) / used,
      },
    ],
    bars: [...counts].map(([id_bar, number]) => ({ id_bar, number })),
  };
};
