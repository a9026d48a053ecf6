import type { Work } from '../src/lib/app.ts';
import { createBreathing } from '../src/lib/breathing.ts';
import { placeInOrder } from './corners.ts';
import { candidatesOf, type Instance, type Item, type Solution, worth } from './data.ts';

/** Tries between two beginnings with the best order known. */
const roundLength = 20_000;
/** At the beginning of a round but the first an order may be worse than the last by as much of the best. */
const warmth = 0.03;

/**
 * Looks for the order of the items whose placing on corners is worth the most: from a few obvious orders, then by
 * moving or exchanging items. After the first round worse ones are followed too, the less worse the longer the round
 * (annealing by a random threshold). Ends at `bound`, which cannot be passed.
 */
export const searchOrders = async (
  instance: Instance,
  { bound, tries }: { readonly bound: number; readonly tries: number },
  work: Work,
): Promise<Solution> => {
  const pack = (order: readonly Item[]) => {
    const solution = { included: placeInOrder(instance, order) };
    return { order, solution, value: worth(instance, solution) };
  };
  let best = firstOrders(candidatesOf(instance))
    .map(pack)
    .reduce((most, one) => (one.value > most.value ? one : most));
  let current = best;
  const { isDue, breathe } = createBreathing();
  for (let tried = 0; tried < tries && best.value < bound && !work.signal.aborted; tried++) {
    const done = (tried % roundLength) / roundLength;
    if (done === 0) current = best;
    const next = pack(changed(current.order, work.random));
    const worse = tried < roundLength ? 0 : warmth * (1 - done) * best.value * work.random();
    if (next.value >= current.value - worse) current = next;
    if (next.value > best.value) {
      best = next;
      work.progress(tried / tries, best.value);
    }
    if (isDue()) await breathe();
  }
  return best.solution;
};

const firstOrders = (items: readonly Item[]): Item[][] => {
  const area = ({ width, height }: Item): number => width * height;
  return [
    items.toSorted((a, b) => b.value / area(b) - a.value / area(a)),
    items.toSorted((a, b) => b.value - a.value),
    items.toSorted((a, b) => area(b) - area(a)),
    items.toSorted((a, b) => b.height - a.height || b.width - a.width),
    items.toSorted((a, b) => b.width - a.width || b.height - a.height),
  ];
};

const changed = (order: readonly Item[], random: () => number): Item[] => {
  const next = [...order];
  const pick = (): number => Math.floor(random() * next.length);
  const changes = random() < 0.7 ? 1 : 2 + Math.floor(random() * 3);
  for (let change = 0; change < changes; change++) {
    const [from, to] = [pick(), pick()];
    const [item] = next.splice(from, 1);
    if (item === undefined) continue;
    if (random() < 0.5) next.splice(to, 0, item);
    else next.splice(from, 0, ...next.splice(to, 1, item));
  }
  return next;
};
