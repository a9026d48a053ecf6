import type { PulpConstraint, PulpModel, PulpTerm, PulpVariable } from './dictionary.ts';

/** What a file gives of a column, as far as it was read; numbers beyond `infinity` are no bounds. */
export interface Column {
  readonly name: string;
  lower: number;
  upper: number;
  integer: boolean;
}

export interface Row {
  readonly name: string;
  lower: number;
  upper: number;
  /** By name of the column. */
  readonly terms: Map<string, number>;
}

export interface ReadModel {
  readonly name: string;
  readonly sense: 1 | -1;
  readonly objective: {
    readonly name: string;
    readonly terms: ReadonlyMap<string, number>;
    readonly constant: number;
  };
  readonly rows: Iterable<Row>;
  readonly columns: Iterable<Column>;
  readonly sos1: readonly Readonly<Record<string, number>>[];
  readonly sos2: readonly Readonly<Record<string, number>>[];
}

/** Solvers' files write infinity as a number: 1e20 in CPLEX's and HiGHS's, 1e30 in older ones. */
const infinity = 1e20;

const bound = (value: number): number | null => (Math.abs(value) >= infinity ? null : value);

const termsOf = (terms: ReadonlyMap<string, number>): PulpTerm[] =>
  [...terms].map(([name, value]) => ({ name, value }));

/** The dictionary knows no row with two different bounds: it becomes two rows. */
const rowsOf = (row: Row, isTaken: (name: string) => boolean): PulpConstraint[] => {
  const one = (name: string, sense: -1 | 0 | 1, right: number): PulpConstraint => ({
    sense,
    pi: null,
    constant: 0 - right,
    name,
    coefficients: termsOf(row.terms),
  });
  const [lower, upper] = [bound(row.lower), bound(row.upper)];
  if (lower !== null && lower === upper) return [one(row.name, 0, lower)];
  const rows: PulpConstraint[] = [];
  if (lower !== null) rows.push(one(row.name, 1, lower));
  if (upper !== null) {
    let name = row.name;
    while (rows.length > 0 && (name === row.name || isTaken(name))) name += '_upper';
    rows.push(one(name, -1, upper));
  }
  return rows;
};

export const dictionaryOf = (model: ReadModel): PulpModel => {
  const rows = [...model.rows];
  const names = new Set(rows.map(({ name }) => name));
  return {
    objective: {
      name: model.objective.name,
      coefficients: termsOf(model.objective.terms),
      ...(model.objective.constant === 0 ? {} : { constant: model.objective.constant }),
    },
    constraints: rows.flatMap((row) => rowsOf(row, (name) => names.has(name))),
    variables: [...model.columns].map((column): PulpVariable => ({
      lowBound: bound(column.lower),
      upBound: bound(column.upper),
      cat: column.integer ? 'Integer' : 'Continuous',
      varValue: null,
      dj: null,
      name: column.name,
    })),
    parameters: { name: model.name, sense: model.sense, status: 0, sol_status: 0 },
    sos1: model.sos1,
    sos2: model.sos2,
  };
};

/** A file that cannot be read: `line` counts from 1. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly line: number;

  constructor(line: number, reason: string) {
    super(`Line ${line}: ${reason}`);
    this.line = line;
  }
}

export const addTerm = (terms: Map<string, number>, column: string, value: number): void => {
  terms.set(column, (terms.get(column) ?? 0) + value);
};
