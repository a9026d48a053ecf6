import type { BaseConfig } from '../src/lib/app.ts';

export interface Item {
  readonly id: number;
  readonly weight: number;
  readonly value: number;
}

export interface Instance {
  readonly objects: readonly Item[];
  readonly parameters: { readonly weight_capacity: number; readonly nb_objects?: number };
}

export interface Solution {
  readonly include: readonly { readonly id: number }[];
}

export type Config = BaseConfig;

export const sumOf = (items: readonly Item[], key: 'weight' | 'value'): number =>
  items.reduce((sum, item) => sum + item[key], 0);

/** The objects that are worth taking and can be carried alone, the most valuable for their weight first. */
export const candidates = ({ objects, parameters }: Instance): Item[] =>
  objects
    .filter(({ weight, value }) => value > 0 && weight <= parameters.weight_capacity)
    .toSorted((a, b) => b.value * a.weight - a.value * b.weight || b.value - a.value);

export const solutionOf = (items: readonly Item[]): Solution => ({
  include: items.map(({ id }) => ({ id })).toSorted((a, b) => a.id - b.id),
});
