import type { Network } from './network.ts';

/** How many are kept of each node. */
const kept = 30;

/** By index of the node, the served nodes nearest to it, nearest first; the shorter direction counts. */
export const readNeighbours = ({ cost, depotCount, nodeCount }: Network): readonly (readonly number[])[] => {
  const served = Array.from({ length: nodeCount - depotCount }, (_, index) => index + depotCount);
  return Array.from({ length: nodeCount }, (_, node) => {
    const distance = (other: number): number => Math.min(cost(node, other), cost(other, node));
    return served
      .filter((other) => other !== node)
      .toSorted((one, other) => distance(one) - distance(other))
      .slice(0, kept);
  });
};
