import type { Work } from '../src/lib/app.ts';
import type { MipResult } from '../src/lib/mip.ts';
import { mipOptions } from '../src/lib/mip-options.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import { roundUp } from './bounds.ts';
import type { Config } from './data.ts';
import { modeModel } from './mode-model.ts';
import { randomMode } from './offspring.ts';
import type { Mode, Project } from './project.ts';
import { fitStocks } from './stocks.ts';

/** Random modes that are repaired before the question is given to a linear model. */
const tries = 20;

/** Modes that the stocks suffice for, by luck; undefined when none were found so. */
export const guessModes = (project: Project, random: () => number): Mode[] | undefined => {
  for (let count = 0; count < tries; count++) {
    const modes = project.jobs.map((job) => randomMode(job, random));
    if (fitStocks(project, modes, random)) return modes;
  }
  return undefined;
};

interface Relaxation {
  readonly status: MipResult['status'];
  /** No schedule ends before it. */
  readonly bound: number;
  /** Modes that the stocks suffice for; undefined when it is infeasible, as the project then is, or was cut short. */
  readonly modes: Mode[] | undefined;
}

/** The bound and the modes of the model without time. */
export const relax = async (
  project: Project,
  atLeast: number,
  { config, work, timeLimit }: { config: Config; work: Work; timeLimit: number },
): Promise<Relaxation> => {
  const { model, modesOf } = modeModel(project, atLeast);
  const result = await solveMip(model, {
    ...mipOptions(config, work),
    gapRel: undefined,
    timeLimit,
    say: () => {},
  });
  return {
    status: result.status,
    bound: Math.max(atLeast, roundUp(project, result.bound ?? atLeast)),
    modes: result.values && modesOf(result.values),
  };
};
