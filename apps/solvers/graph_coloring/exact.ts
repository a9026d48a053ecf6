import type { Outcome, Work } from '../src/lib/app.ts';
import { mipLog } from '../src/lib/mip-log.ts';
import type { Constraint, Model, Variable } from '../src/lib/mip.ts';
import { mipOptions } from '../src/lib/mip-options.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import { countColors, solutionOf, type Coloring, type Config, type Graph, type Solution } from './data.ts';

/**
 * Chooses for each node one of the colours of a colouring that is known, as few of them as possible. Colours are all
 * alike, so much is fixed: the nodes of a clique have the first ones in order, and no colour is used without those
 * before it.
 */
export const solveExactly = async (
  graph: Graph,
  known: Coloring,
  clique: readonly number[],
  config: Config,
  work: Work,
): Promise<Outcome<Solution>> => {
  const count = countColors(known);
  const model = modelOf(graph, count, clique);
  const start = startOf(known, count, clique);
  const result = await solveMip(model, { ...mipOptions(config, work), start });
  const coloring = result.values === undefined ? known : coloringOf(result.values, known.length, count);
  const bound = Math.max(clique.length, Math.ceil((result.bound ?? 0) - 1e-6));
  const best = countColors(coloring);
  return {
    status: result.status === 'optimal' || bound >= best ? 'optimal' : 'feasible',
    solution: solutionOf(graph, coloring),
    log: {
      ...mipLog(model, result),
      best_bound: bound,
      best_solution: best,
      gap: (100 * (best - bound)) / best,
    },
  };
};

/** Variables: `x_node_color` node by node, then `used_color`. */
const modelOf = ({ nodes, neighbours }: Graph, count: number, clique: readonly number[]): Model => {
  const colors = Array.from({ length: count }, (_, color) => color);
  const x = (node: number, color: number): number => node * count + color;
  const used = (color: number): number => nodes.length * count + color;
  const fixed = new Map(clique.map((node, color) => [node, color]));
  const variables: Variable[] = nodes.flatMap((_, node) =>
    colors.map((color) => ({
      name: `x_${node}_${color}`,
      lower: fixed.get(node) === color ? 1 : 0,
      upper: (fixed.get(node) ?? color) === color ? 1 : 0,
      integer: true,
    })),
  );
  for (const color of colors)
    variables.push({
      name: `used_${color}`,
      lower: color < clique.length ? 1 : 0,
      upper: 1,
      integer: true,
      cost: 1,
    });
  const constraints: Constraint[] = nodes.map((_, node) => ({
    terms: colors.map((color) => [x(node, color), 1]),
    lower: 1,
    upper: 1,
  }));
  for (const [node, others] of neighbours.entries())
    for (const other of others)
      if (node < other)
        for (const color of colors)
          constraints.push({
            terms: [
              [x(node, color), 1],
              [x(other, color), 1],
              [used(color), -1],
            ],
            upper: 0,
          });
  for (const color of colors.slice(1))
    constraints.push({
      terms: [
        [used(color - 1), 1],
        [used(color), -1],
      ],
      lower: 0,
    });
  return { sense: 'minimize', variables, constraints };
};

/** The known colouring, its colours numbered so that the clique has the first ones. */
const startOf = (known: Coloring, count: number, clique: readonly number[]): number[] => {
  const order = [...new Set([...clique.map((node) => known[node] ?? 0), ...known])];
  const numbers = new Map(order.map((color, number) => [color, number]));
  const ofNodes = known.flatMap((color) =>
    Array.from({ length: count }, (_, number) => (numbers.get(color) === number ? 1 : 0)),
  );
  return [...ofNodes, ...order.map(() => 1)];
};

const coloringOf = (values: readonly number[], size: number, count: number): Coloring =>
  Array.from({ length: size }, (_, node) => values.slice(node * count, (node + 1) * count).indexOf(1));
