import type { BaseConfig, SolverApp } from '../src/lib/app.ts';
import { pause } from '../src/lib/pause.ts';

interface Instance {
  /** Seconds. */
  readonly seconds?: number;
}

interface Solution {
  /** Seconds. */
  readonly sleep: number;
}

interface Config extends BaseConfig {
  readonly seconds?: number;
}

/** How often it says how far it is, and looks whether it is to end. */
const everySeconds = 0.25;
/** Timers go off some milliseconds around their time. */
const tolerance = 0.005;

/** Sleeps. The objective is how long it did, in seconds. */
export const app: SolverApp<Instance, Solution, Config> = {
  checkInstance: () => ({}),
  solve: async ({ instance, config }, work) => {
    const limit = work.secondsLeft();
    const wanted = config.seconds ?? instance.seconds ?? limit;
    work.say(`sleeps ${wanted.toFixed(1)} s`);
    const slept = (): number => limit - work.secondsLeft();
    while (slept() < wanted - tolerance && !work.signal.aborted) {
      work.progress(slept() / wanted);
      await pause(Math.min(everySeconds, wanted - slept()), work.signal);
    }
    const isDone = slept() >= wanted - tolerance;
    const time = isDone ? wanted : Math.round(slept() * 1000) / 1000;
    return { status: isDone ? 'optimal' : 'feasible', solution: { sleep: time } };
  },
  checkSolution: () => ({}),
  objective: (_, { sleep }) => sleep,
};
