import type { Bound } from './bound.ts';
import type { Item } from './data.ts';

/** Choices among the first items as (weight, value), each a state that remembers the state before its last item. */
export interface States {
  readonly count: number;
  /** The state worth most, 0 for that of nothing. */
  readonly best: number;
  valueOf(state: number): number;
  /** Goes on to the next item: every state of the layer with it and without it, as far as none is beaten by another. */
  extend(item: Item, index: number): void;
  /** Indexes of the items of a state. */
  itemsOf(state: number): number[];
}

/** @param floor what is worth no more than this, whatever is added, is left out */
export const createStates = (capacity: number, bound: Bound, floor: number): States => {
  const weights = [0];
  const values = [0];
  const parents = [-1];
  const lastItems = [-1];
  /** Both weight and value rise along it. */
  let layer = [0];
  let best = 0;
  let least = floor;

  const add = (weight: number, value: number, parent: number, item: number): number => {
    parents.push(parent);
    lastItems.push(item);
    values.push(value);
    const state = weights.push(weight) - 1;
    if (value > (values[best] ?? 0)) best = state;
    if (value > least) least = value;
    return state;
  };

  const extend = ({ weight, value }: Item, index: number): void => {
    const next: number[] = [];
    let lastValue = -Infinity;
    const isWorthIt = (atWeight: number, atValue: number): boolean =>
      atValue > lastValue && (atValue >= least || atValue + bound(index + 1, capacity - atWeight) > least);
    let without = 0;
    for (const parent of [...layer, -1]) {
      const withWeight = parent === -1 ? Infinity : (weights[parent] ?? 0) + weight;
      const withValue = (values[parent] ?? 0) + value;
      for (; without < layer.length; without += 1) {
        const state = layer[without] ?? 0;
        const stateWeight = weights[state] ?? 0;
        const stateValue = values[state] ?? 0;
        if (stateWeight > withWeight || (stateWeight === withWeight && stateValue < withValue)) break;
        if (!isWorthIt(stateWeight, stateValue)) continue;
        lastValue = stateValue;
        next.push(state);
      }
      if (withWeight > capacity || !isWorthIt(withWeight, withValue)) continue;
      lastValue = withValue;
      next.push(add(withWeight, withValue, parent, index));
    }
    layer = next;
  };

  const itemsOf = (state: number): number[] => {
    const items: number[] = [];
    for (let at = state; at > 0; at = parents[at] ?? 0) items.push(lastItems[at] ?? 0);
    return items;
  };

  return {
    extend,
    itemsOf,
    valueOf: (state) => values[state] ?? 0,
    get count() {
      return weights.length;
    },
    get best() {
      return best;
    },
  };
};
