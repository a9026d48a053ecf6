import type { Model } from '../mip.ts';

/** A model as engines take it: constraints as compressed rows in which each variable stands once. */
export interface Rows {
  /** Offsets into `columns` and `values`: row i is from `starts[i]` to before `starts[i + 1]`. */
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Terms with the same variable are added up; those that cancel are left out. Throws when a figure is no number. */
export const rowsOf = (model: Model): Rows => {
  const room = model.constraints.reduce((sum, { terms }) => sum + terms.length, 0);
  const count = model.constraints.length;
  const starts = new Int32Array(count + 1);
  const columns = new Int32Array(room);
  const values = new Float64Array(room);
  const lower = new Float64Array(count);
  const upper = new Float64Array(count);
  let size = 0;
  for (const [row, constraint] of model.constraints.entries()) {
    lower[row] = bound(constraint.lower ?? -Infinity, 'lower', row);
    upper[row] = bound(constraint.upper ?? Infinity, 'upper', row);
    for (const [column, value] of addedUp(constraint.terms)) {
      if (!Number.isInteger(column) || column < 0 || column >= model.variables.length)
        throw new RangeError(
          `constraint ${row} names variable ${column}; there are ${model.variables.length}`,
        );
      if (!Number.isFinite(value))
        throw new RangeError(`constraint ${row} has the coefficient ${value} for variable ${column}`);
      if (value === 0) continue;
      columns[size] = column;
      values[size] = value;
      size += 1;
    }
    starts[row + 1] = size;
  }
  return { starts, columns: columns.slice(0, size), values: values.slice(0, size), lower, upper };
};

const addedUp = (terms: readonly (readonly [number, number])[]): Iterable<readonly [number, number]> => {
  const sums = new Map<number, number>();
  for (const [column, value] of terms) sums.set(column, (sums.get(column) ?? 0) + value);
  return sums.size === terms.length ? terms : sums;
};

const bound = (value: number, side: string, row: number): number => {
  if (Number.isNaN(value)) throw new RangeError(`the ${side} bound of constraint ${row} is no number`);
  return value;
};

export interface Columns {
  readonly cost: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** 1 for a variable that is a whole number. */
  readonly integer: Int32Array;
}

/** Variables column by column. Throws when a figure is no number. */
export const columnsOf = (model: Model): Columns => {
  for (const { name, cost = 0, lower = 0, upper = Infinity } of model.variables) {
    if (!Number.isFinite(cost)) throw new RangeError(`variable ${name} has the cost ${cost}`);
    if (Number.isNaN(lower) || Number.isNaN(upper))
      throw new RangeError(`a bound of variable ${name} is no number`);
  }
  return {
    cost: Float64Array.from(model.variables, ({ cost = 0 }) => cost),
    lower: Float64Array.from(model.variables, ({ lower = 0 }) => lower),
    upper: Float64Array.from(model.variables, ({ upper = Infinity }) => upper),
    integer: Int32Array.from(model.variables, ({ integer = false }) => (integer ? 1 : 0)),
  };
};

/** Whether bounds alone rule every solution out: engines differ in what they say of those, or refuse the model. */
export const hasCrossedBounds = (bounds: Pick<Rows, 'lower' | 'upper'>): boolean =>
  bounds.lower.some((lower, index) => {
    const upper = bounds.upper[index] ?? Infinity;
    return lower > upper || lower === Infinity || upper === -Infinity;
  });
