import type { Constraint, Model, Variable } from '../src/lib/mip.ts';

/** Terms of a constraint: index of a variable, coefficient. */
export type Term = readonly [variable: number, coefficient: number];

/** Collects a model; variables are named by their kind and index. */
export interface ModelBuilder {
  /** The index of the new variable. */
  add(kind: string, variable: Omit<Variable, 'name'>): number;
  constrain(terms: readonly Term[], bounds: Pick<Constraint, 'lower' | 'upper'>): void;
  /** A part of the objective that no decision changes. */
  addFixed(cost: number): void;
  build(): Model;
}

export const createModelBuilder = (): ModelBuilder => {
  const variables: Variable[] = [];
  const constraints: Constraint[] = [];
  let offset = 0;
  return {
    add: (kind, variable) => variables.push({ ...variable, name: `${kind}_${variables.length}` }) - 1,
    constrain: (terms, bounds) => void constraints.push({ terms, ...bounds }),
    addFixed: (cost) => {
      offset += cost;
    },
    build: () => ({ sense: 'minimize', variables, constraints, offset }),
  };
};
