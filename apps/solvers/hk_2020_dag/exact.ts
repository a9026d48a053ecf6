import type { Outcome, Work } from '../src/lib/app.ts';
import { mipLog } from '../src/lib/mip-log.ts';
import { mipOptions } from '../src/lib/mip-options.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import { roundUp, stepOf } from './bounds.ts';
import type { Config, Solution } from './data.ts';
import type { Project } from './project.ts';
import { type Schedule, toSolution } from './schedule.ts';
import { pulseCount, timeModel } from './time-model.ts';

/** A model with more variables would be built for longer than it is worth. */
const mostVariables = 40_000;

interface Known {
  readonly best: Schedule;
  readonly bound: number;
  /** What is known without this proof. */
  readonly outcome: Outcome<Solution>;
}

/** Looks for a schedule that ends earlier than the best by a model with time, and proves that there is none. */
export const solveExactly = async (
  project: Project,
  { best, bound, outcome }: Known,
  config: Config,
  work: Work,
): Promise<Outcome<Solution>> => {
  const step = stepOf(project);
  const window = { earliest: bound, latest: best.end - step, step };
  const count = pulseCount(project, window);
  if (count > mostVariables) {
    work.say(
      `a model with time would have ${count} variables, more than ${mostVariables}: nothing is proved`,
    );
    return outcome;
  }
  const { model, scheduleOf } = timeModel(project, window);
  work.say(
    `ends between ${bound} and ${best.end}: ${count} variables, ${model.constraints.length} constraints`,
  );
  const result = await solveMip(model, mipOptions(config, work));
  const last = result.values === undefined ? best : scheduleOf(result.values);
  const isProved = result.status === 'optimal' || result.status === 'infeasible';
  const proved =
    isProved && result.values === undefined
      ? last.end
      : Math.max(bound, roundUp(project, result.bound ?? bound));
  return {
    status: isProved ? 'optimal' : 'feasible',
    solution: toSolution(project, last),
    log: mipLog(model, { ...result, objective: last.end, bound: Math.min(last.end, proved) }),
  };
};
