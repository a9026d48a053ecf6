import type { Findings } from '../src/lib/app.ts';
import { repeated } from '../src/lib/repeated.ts';
import type { Instance, Solution } from './data.ts';

export const checkInstance = ({ pairs }: Instance): Findings => {
  const loops = new Set(pairs.filter(({ n1, n2 }) => n1 === n2).map(({ n1 }) => n1));
  return { loops: [...loops].map((node) => ({ node })) };
};

export const checkSolution = ({ pairs }: Instance, { assignment }: Solution): Findings => {
  const colors = new Map(assignment.map(({ node, color }) => [node, color]));
  const nodes = new Set(pairs.flatMap(({ n1, n2 }) => [n1, n2]));
  return {
    pairs: pairs.filter(({ n1, n2 }) => colors.has(n1) && colors.get(n1) === colors.get(n2)),
    missing: [...nodes].filter((node) => !colors.has(node)).map((node) => ({ node })),
    unknown_nodes: [...colors.keys()].filter((node) => !nodes.has(node)).map((node) => ({ node })),
    repeated_nodes: repeated(assignment, ({ node }) => node).map(([node, count]) => ({ node, count })),
  };
};

export const objective = (_: Instance, { assignment }: Solution): number =>
  new Set(assignment.map(({ color }) => color)).size;

export const kpis = (instance: Instance, solution: Solution) => {
  const nodesOf = new Map<number, number>();
  for (const { color } of solution.assignment) nodesOf.set(color, (nodesOf.get(color) ?? 0) + 1);
  const colors = [...nodesOf].toSorted(([a], [b]) => a - b);
  return {
    totals: [
      {
        nodes: solution.assignment.length,
        pairs: instance.pairs.length,
        colors: objective(instance, solution),
      },
    ],
    colors: colors.map(([color, nodes]) => ({ color, nodes })),
  };
};
