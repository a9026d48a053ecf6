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

const optionsFile = 'highs.opt';

/**
 * HiGHS as a program. Its solution, in the raw style: `Model status` and the status on the next line; then for the
 * primal and the dual values `# Columns N` and `# Rows N`, each followed by lines `name value`.
 */
export const nativeHighs: NativeProgram = {
  title: 'HiGHS',
  program: 'highs',
  arguments: () => [
    '--model_file',
    modelFile,
    '--solution_file',
    solutionFile,
    '--options_file',
    optionsFile,
  ],
  files: ({ timeLimit, gapRel = 0, threads }) => ({
    [optionsFile]: [
      `mip_rel_gap = ${gapRel}`,
      ...(Number.isFinite(timeLimit) ? [`time_limit = ${timeLimit}`] : []),
      ...(threads === undefined ? [] : [`threads = ${threads}`]),
      '',
    ].join('\n'),
  }),
  read: (solution, lines, prepared) => {
    const version = lastMatch(lines, /Running HiGHS (\S+)/);
    const [primal = '', dual = ''] = (solution.split('# Basis')[0] ?? '').split('# Dual solution values');
    const state = /Model status\s*\n\s*(.+)/.exec(primal)?.[1]?.trim() ?? '';
    const hasValues = /# Primal solution values\s*\n\s*Feasible/.test(primal);
    const status = statusOf(state, hasValues);
    if (status !== 'optimal' && status !== 'feasible') return { status, ...nothingFound, version };
    const count = prepared.columns.cost.length;
    const isDualFeasible = /^\s*Feasible/.test(dual);
    const optimum = status === 'optimal' ? numberIn(/^Objective (\S+)/m.exec(primal)?.[1]) : undefined;
    return {
      status,
      version,
      values: byIndex('x', count, entries(primal)),
      bound: numberIn(lastMatch(lines, /^\s*Dual bound\s+(\S+)/)) ?? optimum,
      nodes: numberIn(lastMatch(lines, /^\s*Nodes\s+(\d+)/)),
      ...(!prepared.isInteger &&
        isDualFeasible && {
          duals: dualsByRow(prepared, entries(dual)),
          reducedCosts: byIndex('x', count, entries(dual)),
        }),
    };
  },
};

const entries = (text: string): (readonly [string, number])[] =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([name = '']) => /^[rsx]\d+$/.test(name))
    .map(([name = '', value]) => [name, Number(value)] as const);

const statusOf = (state: string, hasValues: boolean) => {
  if (state === 'Optimal' || state === 'Empty') return 'optimal';
  if (state === 'Infeasible') return 'infeasible';
  // `Unbounded`, and `Primal infeasible or unbounded`, which the caller tells apart.
  if (/unbounded/i.test(state)) return 'unbounded';
  return hasValues ? 'feasible' : 'not_solved';
};
