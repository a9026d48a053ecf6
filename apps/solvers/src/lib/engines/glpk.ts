import { rowNames } from './lp-text.ts';
import {
  byIndex,
  dualsByRow,
  lastMatch,
  modelFile,
  nothingFound,
  numberIn,
  solutionFile,
  type NativeProgram,
} from './native.ts';

/**
 * GNU linear programming kit, 4.58 and later. Its solution: `s bas ROWS COLUMNS PRIMAL DUAL OBJECTIVE` or
 * `s mip ROWS COLUMNS STATUS OBJECTIVE`, then `i ROW [STATE] VALUE [DUAL]` and `j COLUMN ...`, counted from 1 in the
 * order of the model file.
 */
export const glpk: NativeProgram = {
  title: 'GLPK',
  program: 'glpsol',
  arguments: ({ timeLimit, gapRel }) => [
    '--lp',
    modelFile,
    '-w',
    solutionFile,
    ...(Number.isFinite(timeLimit) ? ['--tmlim', String(Math.max(1, Math.floor(timeLimit)))] : []),
    ...(gapRel === undefined ? [] : ['--mipgap', String(gapRel)]),
  ],
  read: (solution, lines, prepared) => {
    const fields = solution.split('\n').map((line) => line.trim().split(/\s+/));
    const summary = fields.find(([kind]) => kind === 's') ?? [];
    const version = lastMatch(lines, /^GLPSOL.* (\d\S*)$/);
    const status = statusOf(summary, lines);
    if (status !== 'optimal' && status !== 'feasible') return { status, ...nothingFound, version };
    const isInteger = summary[1] === 'mip';
    const rows = ['', ...rowNames(prepared.rows)];
    const nameOf = (kind: string | undefined, index: number): string =>
      kind === 'j' ? `x${index - 1}` : kind === 'i' ? (rows[index] ?? '') : '';
    const entries = (field: number) =>
      fields.map((row) => [nameOf(row[0], Number(row[1])), Number(row[field])] as const);
    const count = prepared.columns.cost.length;
    return {
      status,
      version,
      values: byIndex('x', count, entries(isInteger ? 2 : 3)),
      bound: status === 'optimal' ? numberIn(summary.at(-1)) : boundOf(lines),
      nodes: undefined,
      ...(!isInteger && {
        duals: dualsByRow(prepared, entries(4)),
        reducedCosts: byIndex('x', count, entries(4)),
      }),
    };
  },
};

/** `+ 480: >>>>>   2.4e+01 >=   1.0e+00  96% (75; 50)`: the best so far, and what no solution is below. */
const boundOf = (lines: readonly string[]): number | undefined =>
  numberIn(lastMatch(lines, /^\+.*(?:>>>>>|mip =).* >= +(\S+)/));

const statusOf = (summary: readonly string[], lines: readonly string[]) => {
  const [, kind, , , primal, dual] = summary;
  const says = (pattern: RegExp): boolean => lines.some((line) => pattern.test(line));
  if (kind === 'mip' && primal === 'o') return 'optimal';
  if (kind === 'bas' && primal === 'f' && dual === 'f') return 'optimal';
  // The gap that was allowed counts as optimal with the other solvers too.
  if (kind === 'mip' && primal === 'f')
    return says(/^RELATIVE MIP GAP TOLERANCE REACHED/) ? 'optimal' : 'feasible';
  if (says(/UNBOUNDED PRIMAL SOLUTION|NO DUAL FEASIBLE SOLUTION/)) return 'unbounded';
  if (says(/NO (PRIMAL |INTEGER )?FEASIBLE SOLUTION/)) return 'infeasible';
  return kind === 'bas' && primal === 'f' ? 'feasible' : 'not_solved';
};
