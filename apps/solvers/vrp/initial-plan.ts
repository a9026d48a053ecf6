import type { Network } from './network.ts';
import { fits, nearestDepot, type Plan } from './plan.ts';
import { savingsPlan } from './savings.ts';

/** Orders that are tried before a fleet is called too small for the heuristic. */
const packings = 2000;

/** Savings; where they leave more routes than vehicles, nodes are packed into vehicles whatever the way. */
export const initialPlan = (network: Network, random: () => number): Plan | undefined => {
  const plan = savingsPlan(network);
  if (plan.length <= network.maxRoutes) return plan;
  for (let packing = 0; packing < packings; packing++) {
    const packed = bestFit(network, packing === 0 ? () => 0 : random);
    if (packed !== undefined) return packed;
  }
  return undefined;
};

/** Best fit decreasing, with demands that count up to a third more or less by chance. */
const bestFit = (network: Network, random: () => number): Plan | undefined => {
  const { demand, depotCount, nodeCount, maxRoutes } = network;
  const nodes = Array.from({ length: nodeCount - depotCount }, (_, index) => {
    const node = index + depotCount;
    return { node, demand: demand[node] ?? 0, rank: (demand[node] ?? 0) * (1 + random() / 3) };
  });
  const plan: Plan = [];
  for (const { node, demand } of nodes.toSorted((one, other) => other.rank - one.rank)) {
    const fullest = plan
      .filter(({ load }) => fits(network, load + demand))
      .reduce<Plan[number] | undefined>(
        (best, route) => (best && best.load >= route.load ? best : route),
        undefined,
      );
    if (fullest !== undefined) {
      fullest.stops.push(node);
      fullest.load += demand;
    } else if (plan.length < maxRoutes) {
      plan.push({ depot: nearestDepot(network, node), stops: [node], load: demand });
    } else return undefined;
  }
  return plan;
};
