import type { MipResult } from '../src/lib/mip.ts';
import { type PulpModel, valuesByName } from './dictionary.ts';

/** PuLP's codes: `LpStatusOptimal` for any solution that was found, and whether it is proven the best or only feasible. */
const codes = { status: 1, optimal: 1, feasible: 2 };

/** Minus zero is zero. */
const plain = (value: number | undefined): number | null => (value === undefined ? null : value + 0);

/** The dictionary with the answer in it. An engine that gives no duals leaves `pi` and `dj` empty, as PuLP's do. */
export const filled = (model: PulpModel, { values, duals, reducedCosts, status }: MipResult): PulpModel => ({
  ...model,
  constraints: model.constraints.map((row, at) => ({ ...row, pi: plain(duals?.[at]) })),
  variables: model.variables.map((variable, at) => ({
    ...variable,
    varValue: plain(values?.[at]),
    dj: plain(reducedCosts?.[at]),
  })),
  parameters: {
    ...model.parameters,
    status: codes.status,
    sol_status: status === 'optimal' ? codes.optimal : codes.feasible,
  },
});

/** Values to begin with, where the given solution has one for every variable and no others are needed. */
export const startOf = (
  model: PulpModel,
  solution: PulpModel | undefined,
  variables: number,
): number[] | undefined => {
  if (solution === undefined || variables !== model.variables.length) return undefined;
  const values = valuesByName(solution);
  const start = model.variables.flatMap(({ name }) => values.get(name) ?? []);
  return start.length === variables ? start : undefined;
};
