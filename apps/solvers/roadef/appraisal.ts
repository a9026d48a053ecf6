import { allotDeliveries, type Worth } from './deliveries.ts';
import type { Model } from './model.ts';
import type { Plan } from './plan.ts';

/**
 * What plans are compared by. The ratio of cost to quantity is minimized as `cost - ratio x quantity` with the best
 * ratio known so far (Dinkelbach, Management Science 13, 1967): below zero is a better ratio. Gaps cost more than any
 * trip that would close them.
 */
export interface Appraisal {
  readonly ratio: number;
  readonly gapCost: number;
}

export interface Judged {
  readonly plan: Plan;
  readonly worth: Worth;
  readonly score: number;
}

export const judge = (model: Model, appraisal: Appraisal, plan: Plan): Judged => {
  const worth = allotDeliveries(model, plan);
  return { plan, worth, score: scoreOf(appraisal, worth) };
};

/** How many times the best ratio a unit costs that is missing: two small gaps are better than a large one. */
const missingWeight = 40;

export const scoreOf = ({ ratio, gapCost }: Appraisal, { cost, delivered, gaps }: Worth): number => {
  let score = cost - ratio * delivered;
  for (const { missing } of gaps) score += gapCost + missingWeight * ratio * missing;
  return score;
};

export const ratioOf = ({ cost, delivered }: Worth): number => cost / Math.max(1, delivered);

/** Before there is a plan: what it costs to serve each customer alone with full trailers. */
export const firstAppraisal = (model: Model): Appraisal => {
  const { places, trailers, drivers, minutes, kilometres } = model;
  const kilometre = Math.max(0, ...trailers.map(({ kilometreCost }) => kilometreCost));
  const minute = Math.max(0, ...drivers.map(({ minuteCost }) => minuteCost));
  const capacity = Math.max(1, ...trailers.map((trailer) => trailer.capacity));
  const layover = Math.max(0, ...drivers.map(({ layoverCost }) => layoverCost));
  let farthest = 1;
  let ratios = 0;
  let customers = 0;
  for (const [number, { tank }] of places.entries()) {
    if (tank === undefined || !Number.isFinite(minutes(0, number))) continue;
    const cost = 2 * (kilometres(0, number) * kilometre + minutes(0, number) * minute);
    const load = tank.isCallIn ? Math.max(1, ...tank.orders.map(({ most }) => most)) : tank.capacity;
    farthest = Math.max(farthest, cost + (tank.allowsLayover ? layover : 0));
    ratios += cost / Math.max(1, Math.min(capacity, load));
    customers++;
  }
  return { ratio: ratios / Math.max(1, customers), gapCost: 2 * farthest };
};
