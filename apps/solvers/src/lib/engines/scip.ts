import {
  byIndex,
  lastMatch,
  modelFile,
  nothingFound,
  numberIn,
  solutionFile,
  type NativeProgram,
} from './native.ts';

/**
 * SCIP's shell. Its solution: `solution status: ...`, `objective value: ...`, then `name value (obj:cost)` of what is
 * not 0, or `no solution available`. It says no duals of a linear model in a form worth reading.
 */
export const scip: NativeProgram = {
  title: 'SCIP',
  program: 'scip',
  arguments: ({ timeLimit, gapRel }) =>
    [
      ...(Number.isFinite(timeLimit) ? [`set limits time ${timeLimit}`] : []),
      ...(gapRel === undefined ? [] : [`set limits gap ${gapRel}`]),
      `read ${modelFile}`,
      'optimize',
      `write solution ${solutionFile}`,
      'quit',
    ].flatMap((command) => ['-c', command]),
  read: (solution, lines, prepared) => {
    const version = lastMatch(lines, /^SCIP version (\S+)/);
    const state = /^solution status:\s*(.+)$/m.exec(solution)?.[1]?.trim() ?? '';
    const optimum = numberIn(/^objective value:\s*(\S+)/m.exec(solution)?.[1]);
    const status = statusOf(state, optimum !== undefined);
    if (status !== 'optimal' && status !== 'feasible') return { status, ...nothingFound, version };
    const entries = solution
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .map(([name = '', value]) => [name, Number(value)] as const);
    return {
      status,
      version,
      values: byIndex('x', prepared.columns.cost.length, entries),
      bound:
        finite(lastMatch(lines, /^Dual Bound\s*:\s*(\S+)/)) ?? (status === 'optimal' ? optimum : undefined),
      nodes: numberIn(lastMatch(lines, /^Solving Nodes\s*:\s*(\d+)/)),
    };
  },
};

/** SCIP writes infinity as 1e+20. */
const finite = (text: string | undefined): number | undefined => {
  const value = numberIn(text);
  return value === undefined || Math.abs(value) >= 1e20 ? undefined : value;
};

const statusOf = (state: string, hasSolution: boolean) => {
  if (/^(optimal solution found|gap limit reached)/.test(state)) return 'optimal';
  if (state === 'infeasible') return 'infeasible';
  // Also `infeasible or unbounded`, which the caller tells apart.
  if (/unbounded/.test(state)) return 'unbounded';
  return hasSolution ? 'feasible' : 'not_solved';
};
