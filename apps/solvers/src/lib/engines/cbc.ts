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

/** COIN-OR branch and cut, 2.10; its solution is the state in words, then rows and columns as `index name value dual`. */
export const cbc: NativeProgram = {
  title: 'CBC',
  program: 'cbc',
  arguments: ({ timeLimit, gapRel = 0, threads = 1 }) => [
    modelFile,
    '-timeMode',
    'elapsed',
    '-ratio',
    String(gapRel),
    '-threads',
    String(threads),
    ...(Number.isFinite(timeLimit) ? ['-sec', String(timeLimit)] : []),
    '-branch',
    '-printingOptions',
    'all',
    '-solution',
    solutionFile,
  ],
  read: (solution, lines, prepared) => {
    const [state = '', ...rest] = solution.split('\n');
    const version = lastMatch(lines, /^Version: (\S+)/);
    const status = statusOf(state);
    if (status !== 'optimal' && status !== 'feasible') return { status, ...nothingFound, version };
    const fields = rest.map((line) => line.replace('**', '').trim().split(/\s+/));
    const entries = (field: number) => fields.map((row) => [row[1] ?? '', Number(row[field])] as const);
    const count = prepared.columns.cost.length;
    const optimum = numberIn(/objective value\s+(\S+)/.exec(state)?.[1]);
    return {
      status,
      version,
      values: byIndex('x', count, entries(2)),
      // `Lower bound` is only said when the search was cut short.
      bound:
        numberIn(lastMatch(lines, /^Lower bound:\s+(\S+)/)) ?? (status === 'optimal' ? optimum : undefined),
      nodes: numberIn(lastMatch(lines, /^Enumerated nodes:\s+(\d+)/)),
      ...(!prepared.isInteger && {
        duals: dualsByRow(prepared, entries(3)),
        reducedCosts: byIndex('x', count, entries(3)),
      }),
    };
  },
};

const statusOf = (state: string) => {
  if (state.startsWith('Optimal')) return 'optimal';
  if (/^(Integer infeasible|Infeasible)/i.test(state)) return 'infeasible';
  if (state.startsWith('Unbounded')) return 'unbounded';
  // Where none was found it writes the values of the relaxation, and says so.
  const hasSolution = state.startsWith('Stopped') && !state.includes('no integer solution');
  return hasSolution ? 'feasible' : 'not_solved';
};
