import type { Constraint, Model, Variable } from '../src/lib/mip.ts';
import type { Mode, Project } from './project.ts';

/**
 * Which mode each job takes when a renewable resource only has to suffice for all work together: a model without time,
 * whose optimum no schedule is better than. It has a solution whenever the project has one.
 */
export interface ModeModel {
  readonly model: Model;
  /** The modes that values of the variables say, by the index of the job. */
  modesOf(values: readonly number[]): Mode[];
}

export const modeModel = ({ jobs, capacities, stocks }: Project, bound: number): ModeModel => {
  const variables: Variable[] = [{ name: 'end', lower: bound, integer: true, cost: 1 }];
  const constraints: Constraint[] = [];
  const end = 0;
  const places = jobs.map(({ index, modes }) => ({
    start: variables.push({ name: `start_${index}` }) - 1,
    modes: modes.map((mode, place) => ({
      mode,
      variable: variables.push({ name: `mode_${index}_${place}`, upper: 1, integer: true }) - 1,
    })),
  }));
  const taken = places.flatMap(({ modes }) => modes);
  for (const { index, successors } of jobs) {
    const { start, modes } = places[index] ?? { start: 0, modes: [] };
    constraints.push({ terms: modes.map(({ variable }) => [variable, 1]), lower: 1, upper: 1 });
    const durations = modes.map(({ mode, variable }) => [variable, -mode.duration] as const);
    const after = successors.length === 0 ? [end] : successors.map((job) => places[job.index]?.start ?? 0);
    for (const next of after) constraints.push({ terms: [[next, 1], [start, -1], ...durations], lower: 0 });
  }
  for (const [resource, capacity] of capacities.entries()) {
    const work = taken.map(
      ({ mode, variable }) => [variable, -mode.duration * (mode.uses[resource] ?? 0)] as const,
    );
    constraints.push({ terms: [[end, capacity], ...work], lower: 0 });
  }
  for (const [stock, available] of stocks.entries()) {
    const costs = taken.map(({ mode, variable }) => [variable, mode.costs[stock] ?? 0] as const);
    constraints.push({ terms: costs, upper: available });
  }
  return {
    model: { sense: 'minimize', variables, constraints },
    modesOf: (values) =>
      places.map(({ modes }) => {
        const found = modes.find(({ variable }) => (values[variable] ?? 0) > 0.5) ?? modes[0];
        return (found as { mode: Mode }).mode;
      }),
  };
};
