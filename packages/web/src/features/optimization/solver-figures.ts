/** What the log of a solver says of how good its answer is. */
export interface SolverFigures {
  /** No solution is better than this. */
  readonly bound: number | undefined;
  /** In per cent. */
  readonly gap: number | undefined;
  /** At work, without what it waited for. */
  readonly seconds: number | undefined;
}

/** Logs are the apps' own: what is no figure in them is not told. */
export const solverFigures = (log: unknown): SolverFigures => {
  const members = typeof log === 'object' && log !== null ? (log as Readonly<Record<string, unknown>>) : {};
  const figure = (name: string): number | undefined => {
    const value = Object.hasOwn(members, name) ? members[name] : undefined;
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };
  return { bound: figure('best_bound'), gap: figure('gap'), seconds: figure('time') };
};
