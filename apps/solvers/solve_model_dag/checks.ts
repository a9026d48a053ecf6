import type { Findings } from '../src/lib/app.ts';
import { repeated } from '../src/lib/repeated.ts';
import { lowerOf, type PulpModel, type PulpTerm, upperOf, valuesByName } from './dictionary.ts';
import { readSos } from './sos.ts';

/** Relative to the largest term of the row: engines keep rows to 1e-7 of their own scale. */
const tolerance = 1e-6;

export const checkInstance = (model: PulpModel): Findings => {
  const known = new Set(model.variables.map(({ name }) => name));
  const unknown = (where: string, terms: readonly PulpTerm[]): object[] =>
    terms.filter(({ name }) => !known.has(name)).map(({ name }) => ({ where, name }));
  return {
    duplicate_names: [
      ...repeated(model.variables, ({ name }) => name).map(([name]) => ({ table: 'variables', name })),
      ...repeated(model.constraints, ({ name }) => name).flatMap(([name]) =>
        // PuLP gives names to rows that have none.
        name === null ? [] : [{ table: 'constraints', name }],
      ),
    ],
    unknown_variables: [
      ...unknown('objective', model.objective.coefficients),
      ...model.constraints.flatMap((row, at) => unknown(row.name ?? `constraint ${at}`, row.coefficients)),
    ],
    empty_ranges: model.variables
      .filter((variable) => lowerOf(variable) > upperOf(variable))
      .map((variable) => ({
        name: variable.name,
        lower: lowerOf(variable),
        upper: upperOf(variable),
      })),
    unsupported_sos: readSos(model).faults,
  };
};

export const checkSolution = (model: PulpModel, solution: PulpModel): Findings => {
  const values = valuesByName(solution);
  const missing = model.variables.filter(({ name }) => !values.has(name));
  if (missing.length > 0) return { missing_values: missing.map(({ name }) => ({ name })) };
  return {
    constraints_violated: brokenRows(model, values),
    bounds_violated: model.variables.flatMap((variable) => {
      const value = values.get(variable.name) ?? 0;
      const slack = tolerance * Math.max(1, Math.abs(value));
      const [lower, upper] = [lowerOf(variable), upperOf(variable)];
      if (value >= lower - slack && value <= upper + slack) return [];
      return [{ name: variable.name, value, bound: value < lower ? lower : upper }];
    }),
    not_integer: model.variables.flatMap(({ name, cat }) => {
      const value = values.get(name) ?? 0;
      return cat !== 'Continuous' && Math.abs(value - Math.round(value)) > tolerance ? [{ name, value }] : [];
    }),
    sos_violated: brokenSets(model, values),
  };
};

const brokenRows = (model: PulpModel, values: ReadonlyMap<string, number>): object[] =>
  model.constraints.flatMap((row, at) => {
    const constant = row.constant ?? 0;
    const terms = row.coefficients.map(({ name, value }) => value * (values.get(name) ?? 0));
    const sum = terms.reduce((total, term) => total + term, constant);
    const scale = terms.reduce(
      (most, term) => Math.max(most, Math.abs(term)),
      Math.max(1, Math.abs(constant)),
    );
    const excess = row.sense === 0 ? Math.abs(sum) : sum * -row.sense;
    return excess <= tolerance * scale ? [] : [{ name: row.name ?? `constraint ${at}`, excess }];
  });

const brokenSets = (model: PulpModel, values: ReadonlyMap<string, number>): object[] =>
  readSos(model).sets.flatMap(({ type, row, members }) => {
    const used = members.flatMap((name, at) => (Math.abs(values.get(name) ?? 0) > tolerance ? [at] : []));
    const first = used[0] ?? 0;
    const last = used.at(-1) ?? 0;
    return last - first < type
      ? []
      : [{ table: `sos${type}`, row, names: used.map((at) => members[at]).join(' ') }];
  });
