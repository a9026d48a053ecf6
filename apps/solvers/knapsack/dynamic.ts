import type { Outcome, Work } from '../src/lib/app.ts';
import { createBreathing } from '../src/lib/breathing.ts';
import { dantzigBound, greedy } from './bound.ts';
import { candidates, solutionOf, sumOf, type Instance, type Solution } from './data.ts';
import { createStates } from './states.ts';

/** Of some 40 bytes each. */
const mostStates = 15_000_000;

/**
 * Dynamic programming over undominated states (Nemhauser and Ullmann 1969): item by item, all (weight, value) that some
 * choice among the items so far reaches, without those that another choice beats in both. There are at most capacity + 1
 * of them however large the weights are, and fewer by far when those are cut off that cannot become the best any more.
 */
export const solveDynamic = async (instance: Instance, work: Work): Promise<Outcome<Solution>> => {
  const items = candidates(instance);
  const capacity = instance.parameters.weight_capacity;
  const bound = dantzigBound(items);
  const first = greedy(items, capacity);
  const states = createStates(capacity, bound, sumOf(first, 'value'));
  const { isDue, breathe } = createBreathing();
  let done = 0;
  for (const item of items) {
    if (isDue()) await breathe();
    if (work.signal.aborted || states.count > mostStates) break;
    states.extend(item, done);
    done += 1;
    work.progress(done / items.length, Math.max(sumOf(first, 'value'), states.valueOf(states.best)));
  }
  if (states.count > mostStates) work.say(`more than ${mostStates} states: the best so far is the answer`);
  const found = states.itemsOf(states.best).flatMap((index) => items[index] ?? []);
  const best = sumOf(found, 'value') > sumOf(first, 'value') ? found : first;
  const value = sumOf(best, 'value');
  const isOptimal = done === items.length;
  return {
    status: isOptimal ? 'optimal' : 'feasible',
    solution: solutionOf(best),
    log: { best_solution: value, best_bound: isOptimal ? value : bound(0, capacity), nodes: states.count },
  };
};
