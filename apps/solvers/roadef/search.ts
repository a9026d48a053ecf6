import type { Work } from '../src/lib/app.ts';
import { createBreathing } from '../src/lib/breathing.ts';
import { type Appraisal, firstAppraisal, judge, type Judged, ratioOf, scoreOf } from './appraisal.ts';
import { closeFirst, closeGaps } from './insertion.ts';
import type { Model } from './model.ts';
import { anyMove } from './moves.ts';
import type { Plan } from './plan.ts';

/** Rounds of the search when nothing is said. */
export const defaultRounds = 100_000;

/**
 * How much worse a plan may be than the current one to be gone on with, in typical trips: at the beginning of each half of
 * the search, and at its end. The gentle half betters large plans in the time that there is; the warm one begins with the
 * best plan anew and leads out of where small ones are caught.
 */
const warm = [0.01, 0.1];
const cold = 0.0005;

const heatAt = (done: number): { readonly part: number; readonly heat: number } => {
  const part = Math.min(warm.length - 1, Math.floor(done * warm.length));
  const top = warm[part] ?? cold;
  return { part, heat: top * (cold / top) ** (done * warm.length - part) };
};

/** The part of the ways to close a gap that the search does not look at. */
const passed = 0.7;

/** Less that is missing, or else a better ratio. */
const isBetter = (one: Judged, other: Judged): boolean => {
  const missing = ({ worth: { gaps } }: Judged): number => gaps.reduce((sum, gap) => sum + gap.missing, 0);
  const difference = missing(one) - missing(other);
  if (Math.abs(difference) > 1e-6) return difference < 0;
  return ratioOf(one.worth) < ratioOf(other.worth) - 1e-12;
};

/** Urgent customers first: closes the earliest gap in the best way, until there is none that can be closed. */
export const constructPlan = async (model: Model, given: Plan, work: Work): Promise<Judged> => {
  const breathing = createBreathing();
  const appraisal = firstAppraisal(model);
  let judged = judge(model, appraisal, given);
  const steps = Math.max(1, model.horizon);
  while (judged.worth.gaps.length > 0 && !work.signal.aborted && work.secondsLeft() > 0) {
    const better = closeFirst(model, appraisal, judged, work.random, 0);
    if (better === undefined) break;
    judged = better;
    if (!breathing.isDue()) continue;
    await breathing.breathe();
    work.progress(Math.min(...judged.worth.gaps.map(({ step }) => step), steps) / steps);
  }
  return judged;
};

/**
 * Simulated annealing (Kirkpatrick et al., Science 220, 1983): one small change, then whatever it left without product is
 * brought in the best of some ways. Cools with the rounds or the time, whichever is used up sooner.
 */
export const searchPlan = async (
  model: Model,
  start: Judged,
  rounds: number,
  work: Work,
): Promise<Judged> => {
  const breathing = createBreathing();
  const seconds = work.secondsLeft();
  const { gapCost } = firstAppraisal(model);
  let appraisal: Appraisal = { gapCost, ratio: ratioOf(start.worth) };
  const again = ({ plan, worth }: Judged): Judged => ({ plan, worth, score: scoreOf(appraisal, worth) });
  let current = again(start);
  let best = current;
  let spent = 0;
  let part = 0;
  for (let round = 0; round < rounds && !work.signal.aborted; round++) {
    if (breathing.isDue()) {
      await breathing.breathe();
      const left = work.secondsLeft();
      spent = Number.isFinite(seconds) ? 1 - left / seconds : 0;
      if (left <= 0) break;
      work.progress(
        Math.max(round / rounds, spent),
        best.worth.gaps.length === 0 ? ratioOf(best.worth) : undefined,
      );
    }
    // The clock counts only where it runs ahead of the rounds: else the same task could end otherwise.
    const done = spent > round / rounds + 0.1 ? spent : round / rounds;
    const { part: now, heat } = heatAt(done);
    if (now !== part) [part, current] = [now, best];
    const changed = anyMove(model, current.plan, work.random);
    if (changed === undefined) continue;
    let candidate = judge(model, appraisal, changed);
    if (candidate.worth.gaps.length > current.worth.gaps.length)
      candidate = closeGaps(model, appraisal, candidate, work.random, { passed, most: 4 });
    if (candidate.score - current.score > -heat * gapCost * Math.log(1 - work.random())) continue;
    current = candidate;
    if (!isBetter(candidate, best)) continue;
    best = candidate;
    appraisal = { gapCost, ratio: ratioOf(best.worth) };
    current = again(current);
    best = again(best);
  }
  return best;
};
