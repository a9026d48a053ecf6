import type { Constraint, Model, Variable } from '../src/lib/mip.ts';
import { lowerOf, type PulpConstraint, type PulpModel, type PulpTerm, upperOf } from './dictionary.ts';
import { readSos, type SosSet } from './sos.ts';

/** Bounds on the sum of the terms: the constant of the dictionary stands on their side. */
export const rowBounds = ({ sense, constant }: PulpConstraint): { lower: number; upper: number } => {
  const right = 0 - (constant ?? 0);
  return { lower: sense === -1 ? -Infinity : right, upper: sense === 1 ? Infinity : right };
};

/**
 * The model for an engine: variables and constraints of the dictionary first, in its order, then those that stand for
 * special ordered sets. `relaxed` drops integrality.
 */
export const toModel = (dictionary: PulpModel, relaxed: boolean): Model => {
  const index = new Map(dictionary.variables.map(({ name }, at) => [name, at]));
  const terms = (coefficients: readonly PulpTerm[]): [number, number][] => {
    const sums = new Map<number, number>();
    for (const { name, value } of coefficients) {
      const at = index.get(name);
      // Instance checks have refused it before.
      if (at === undefined) throw new Error(`The model names the unknown variable ${name}.`);
      sums.set(at, (sums.get(at) ?? 0) + value);
    }
    return [...sums];
  };
  const costs = new Map(terms(dictionary.objective.coefficients));
  const variables: Variable[] = dictionary.variables.map((variable, at) => ({
    // Names of the dictionary may hold anything; an engine's may not.
    name: `x${at}`,
    lower: lowerOf(variable),
    upper: upperOf(variable),
    integer: variable.cat !== 'Continuous' && !relaxed,
    cost: costs.get(at) ?? 0,
  }));
  const constraints: Constraint[] = dictionary.constraints.map((row, at) => ({
    name: `c${at}`,
    terms: terms(row.coefficients),
    ...rowBounds(row),
  }));
  for (const set of readSos(dictionary).sets) {
    addSos(set, { index, variables, constraints, relaxed });
  }
  return {
    sense: dictionary.parameters.sense === -1 ? 'maximize' : 'minimize',
    variables,
    constraints,
    offset: dictionary.objective.constant ?? 0,
  };
};

interface Growing {
  readonly index: ReadonlyMap<string, number>;
  readonly variables: Variable[];
  readonly constraints: Constraint[];
  readonly relaxed: boolean;
}

/** One binary variable for each run of `type` neighbours that may differ from zero, of which at most one is chosen. */
const addSos = ({ type, members }: SosSet, { index, variables, constraints, relaxed }: Growing): void => {
  const first = variables.length;
  const runs = Array.from({ length: Math.max(1, members.length - type + 1) }, (_, run) => first + run);
  for (const run of runs) variables.push({ name: `z${run}`, upper: 1, integer: !relaxed });
  constraints.push({ terms: runs.map((run) => [run, 1] as const), upper: 1 });
  for (const [at, name] of members.entries()) {
    const x = index.get(name) ?? 0;
    const { lower = 0, upper = 0 } = variables[x] ?? {};
    const around = runs.slice(Math.max(0, at - type + 1), at + 1);
    constraints.push(
      { terms: [[x, 1], ...around.map((run) => [run, -upper] as const)], upper: 0 },
      { terms: [[x, 1], ...around.map((run) => [run, -lower] as const)], lower: 0 },
    );
  }
};
