import { type Appraisal, judge, type Judged } from './appraisal.ts';
import type { Gap } from './deliveries.ts';
import type { Model } from './model.ts';
import { type Plan, replaceShifts } from './plan.ts';
import { type Course, placesOf, type Shift, timeShift } from './shift.ts';

/** A shift that takes the place of another, or comes in addition. */
interface Change {
  readonly gone: readonly Shift[];
  readonly course: Course;
}

/** Shifts that are changed, and windows of each driver that are begun, to close one gap: the last ones before it. */
const shiftsTried = 8;
const windowsTried = 3;

/**
 * The best of the ways to bring something to where it is missing, in time: a stop more in a shift, with or without
 * loading before it, or one more shift. `passed` is the chance that a way is not looked at.
 */
export const closeGap = (
  model: Model,
  appraisal: Appraisal,
  plan: Plan,
  gap: Gap,
  random: () => number,
  passed: number,
): Judged | undefined => {
  let best: Judged | undefined;
  for (const { gone, course } of [...stopsMore(model, plan, gap), ...shiftsMore(model, plan, gap)]) {
    if (passed > 0 && random() < passed) continue;
    const shift = timeShift(model, course);
    if (shift === undefined || !isInTime(shift, gap)) continue;
    const changed = replaceShifts(model, plan, gone, [shift]);
    if (changed === undefined) continue;
    const judged = judge(model, appraisal, changed);
    if (best === undefined || judged.score < best.score) best = judged;
  }
  return best;
};

const isInTime = ({ stops }: Shift, { place, step }: Gap): boolean =>
  stops.some((stop) => stop.place === place && stop.step <= step);

/** Courses that go to the customer: with what is in the trailer, or by a source before it. */
const legsTo = (model: Model, place: number): number[][] => [
  [place],
  ...sourcesOf(model).map((source) => [source, place]),
];

export const sourcesOf = ({ places }: Model): number[] =>
  places.flatMap(({ isSource }, number) => (isSource ? [number] : []));

const stopsMore = (model: Model, plan: Plan, { place, step }: Gap): Change[] => {
  const latest = (step + 1) * model.unit;
  const before = plan.filter(({ start }) => start < latest).slice(-shiftsTried);
  return before.flatMap((shift) => {
    const places = placesOf(shift);
    return legsTo(model, place).flatMap((legs) =>
      Array.from({ length: places.length + 1 }, (_, at) => ({
        gone: [shift],
        course: { ...shift, places: places.toSpliced(at, 0, ...legs) },
      })),
    );
  });
};

const shiftsMore = (model: Model, plan: Plan, { place, step }: Gap): Change[] => {
  const latest = (step + 1) * model.unit - 1;
  return model.drivers.flatMap(({ windows, trailers, rest }, driver) =>
    trailers.flatMap((trailer) =>
      windows
        .filter(({ start }) => start <= latest)
        .slice(-windowsTried)
        .flatMap((window) => {
          const ends = plan.flatMap((shift) => [
            ...(shift.driver === driver ? [shift.end + rest] : []),
            ...(shift.trailer === trailer ? [shift.end] : []),
          ]);
          const inside = ends.filter((end) => end > window.start && end < window.end);
          return legsTo(model, place).flatMap((places) => {
            const travel = minutesOf(model, places);
            const late = Math.min(latest, window.end) - travel;
            return [window.start, ...inside, ...(late > window.start ? [late] : [])].map((start) => ({
              gone: [],
              course: { driver, trailer, start, places },
            }));
          });
        }),
    ),
  );
};

/** From leaving the base to arriving at the last of the places. */
const minutesOf = ({ minutes, places }: Model, course: readonly number[]): number =>
  course.reduce(
    (sum, place, index) =>
      sum + minutes(course[index - 1] ?? 0, place) + (places[course[index - 1] ?? 0]?.setup ?? 0),
    0,
  );

/** Closes gaps, the earliest that can be first, as long as that betters the plan. */
export const closeGaps = (
  model: Model,
  appraisal: Appraisal,
  given: Judged,
  random: () => number,
  { passed, most }: { readonly passed: number; readonly most: number },
): Judged => {
  let judged = given;
  for (let count = 0; count < most && judged.worth.gaps.length > 0; count++) {
    const better = closeFirst(model, appraisal, judged, random, passed);
    if (better === undefined) return judged;
    judged = better;
  }
  return judged;
};

/** Hours after a gap has begun within which it is ended, where it cannot be kept from beginning. */
const hoursLate = [0, 12, 24, 72];

/** The plan without the earliest of its gaps that can be closed, or be made smaller; undefined when none can. */
export const closeFirst = (
  model: Model,
  appraisal: Appraisal,
  { plan, worth, score }: Judged,
  random: () => number,
  passed: number,
): Judged | undefined => {
  const gaps = worth.gaps.toSorted((one, other) => one.step - other.step);
  for (const hours of hoursLate)
    for (const gap of gaps) {
      const step = gap.step + Math.round((hours * 60) / model.unit);
      const better = closeGap(model, appraisal, plan, { ...gap, step }, random, passed);
      if (better !== undefined && better.score < score) return better;
    }
  return undefined;
};
