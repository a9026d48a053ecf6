import type { PreparedModel } from './engine.ts';
import type { Rows } from './rows.ts';

/**
 * A model as CPLEX LP text, in the part of the format that CBC, GLPK, HiGHS and SCIP read alike: variables are `x0`,
 * `x1`, ... and rows `r0`, `r1`, ... by index (names of users may mean something in the format: `e1`, `free`, `st`); a
 * row with two different bounds is written as `r0` (at least) and `s0` (at most), a row without bounds not at all; the
 * offset of the objective is left out. Every variable stands in the objective, so that readers number them as we do.
 */
export const lpTextOf = (prepared: PreparedModel): string =>
  [
    prepared.model.sense === 'maximize' ? 'Maximize' : 'Minimize',
    ` obj: ${objective(prepared)}`,
    'Subject To',
    ...constraints(prepared),
    'Bounds',
    ...bounds(prepared),
    ...integers(prepared),
    'End',
    '',
  ].join('\n');

/** Readers may cut longer lines: CPLEX says 560 characters at most, others less. */
const termsInLine = 8;

const sumOf = (terms: readonly string[]): string => {
  const lines: string[] = [];
  for (let from = 0; from < terms.length; from += termsInLine)
    lines.push(terms.slice(from, from + termsInLine).join(' '));
  return lines.join('\n  ');
};

const term = (value: number, column: number): string =>
  `${value < 0 ? '-' : '+'} ${Math.abs(value)} x${column}`;

const objective = ({ columns }: PreparedModel): string => sumOf(Array.from(columns.cost, term));

/** The names of the rows in the order in which they are written. */
export const rowNames = ({ lower, upper }: Pick<Rows, 'lower' | 'upper'>): string[] => {
  const names: string[] = [];
  for (const [row, least] of lower.entries()) {
    const most = upper[row] ?? Infinity;
    if (Number.isFinite(least)) names.push(`r${row}`);
    if (Number.isFinite(most) && most !== least) names.push(`s${row}`);
  }
  return names;
};

const constraints = ({ rows }: PreparedModel): string[] => {
  // A model needs one row at least.
  const lines = rowNames(rows).map((name) => ` ${name}: ${row(rows, name)}`);
  return lines.length === 0 ? [' none: 0 x0 <= 1'] : lines;
};

const row = (rows: Rows, name: string): string => {
  const index = Number(name.slice(1));
  const lower = rows.lower[index] ?? -Infinity;
  const upper = rows.upper[index] ?? Infinity;
  const terms: string[] = [];
  for (let at = rows.starts[index] ?? 0; at < (rows.starts[index + 1] ?? 0); at += 1)
    terms.push(term(rows.values[at] ?? 0, rows.columns[at] ?? 0));
  const sum = terms.length === 0 ? '0 x0' : sumOf(terms);
  if (lower === upper) return `${sum} = ${lower}`;
  return name.startsWith('r') ? `${sum} >= ${lower}` : `${sum} <= ${upper}`;
};

const bounds = ({ columns }: PreparedModel): string[] =>
  Array.from(columns.lower, (lower, column) => {
    const upper = columns.upper[column] ?? Infinity;
    if (lower === upper) return ` x${column} = ${lower}`;
    if (lower === -Infinity && upper === Infinity) return ` x${column} free`;
    const least = lower === -Infinity ? '-inf' : String(lower);
    // Without an upper bound some readers take an integer variable for one of 0 or 1.
    return ` ${least} <= x${column} <= ${upper === Infinity ? '+inf' : upper}`;
  });

const integers = ({ columns }: PreparedModel): string[] => {
  const names: string[] = [];
  for (const [column, isInteger] of columns.integer.entries()) if (isInteger === 1) names.push(`x${column}`);
  return names.length === 0 ? [] : ['Generals', ` ${sumOf(names)}`];
};
