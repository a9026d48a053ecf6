import { sourcesOf } from './insertion.ts';
import type { Model } from './model.ts';
import { type Plan, replaceShifts } from './plan.ts';
import { type Course, placesOf, type Shift, timeShift } from './shift.ts';

/** A plan like the given one but for a small change; undefined when the change breaks a rule. */
export type Move = (model: Model, plan: Plan, random: () => number) => Plan | undefined;

const oneOf = <Value>(values: readonly Value[], random: () => number): Value | undefined =>
  values[Math.floor(random() * values.length)];

/** The plan with this shift driven otherwise; without it when nothing is left of its course. */
const altered = (model: Model, plan: Plan, shift: Shift, change: Partial<Course>): Plan | undefined => {
  const course = { ...shift, places: placesOf(shift), ...change };
  if (!course.places.some((place) => model.places[place]?.isSource === false))
    return replaceShifts(model, plan, [shift], []);
  const timed = timeShift(model, course);
  return timed && replaceShifts(model, plan, [shift], [timed]);
};

const removeStops: Move = (model, plan, random) => {
  const shift = oneOf(plan, random);
  if (shift === undefined) return undefined;
  const places = placesOf(shift);
  const count = random() < 0.7 ? 1 : 2;
  return altered(model, plan, shift, {
    places: places.toSpliced(Math.floor(random() * places.length), count),
  });
};

const addStop: Move = (model, plan, random) => {
  const shift = oneOf(plan, random);
  if (shift === undefined) return undefined;
  const places = placesOf(shift);
  const added = 1 + Math.floor(random() * (model.places.length - 1));
  const source = random() < 0.2 ? oneOf(sourcesOf(model), random) : undefined;
  const legs = source === undefined ? [added] : [source, added];
  return altered(model, plan, shift, {
    places: places.toSpliced(Math.floor(random() * (places.length + 1)), 0, ...legs),
  });
};

const replaceStop: Move = (model, plan, random) => {
  const shift = oneOf(plan, random);
  if (shift === undefined) return undefined;
  const other = 1 + Math.floor(random() * (model.places.length - 1));
  const places = placesOf(shift);
  return altered(model, plan, shift, { places: places.with(Math.floor(random() * places.length), other) });
};

const moveStop: Move = (model, plan, random) => {
  const from = oneOf(plan, random);
  const into = random() < 0.4 ? from : nearby(plan, from, random);
  if (from === undefined || into === undefined) return undefined;
  const left = placesOf(from);
  const [place = 0] = left.splice(Math.floor(random() * left.length), 1);
  if (from === into)
    return altered(model, plan, from, {
      places: left.toSpliced(Math.floor(random() * (left.length + 1)), 0, place),
    });
  const without = altered(model, plan, from, { places: left });
  const places = placesOf(into);
  return (
    without &&
    altered(model, without, into, {
      places: places.toSpliced(Math.floor(random() * (places.length + 1)), 0, place),
    })
  );
};

const swapStops: Move = (model, plan, random) => {
  const one = oneOf(plan, random);
  const other = nearby(plan, one, random);
  if (one === undefined || other === undefined || one === other) return undefined;
  const [first, second] = [placesOf(one), placesOf(other)];
  const [at, to] = [Math.floor(random() * first.length), Math.floor(random() * second.length)];
  const changed = altered(model, plan, one, { places: first.with(at, second[to] ?? 0) });
  return changed && altered(model, changed, other, { places: second.with(to, first[at] ?? 0) });
};

/** One of the shifts next to this one in time. */
const nearby = (plan: Plan, shift: Shift | undefined, random: () => number): Shift | undefined => {
  if (shift === undefined) return undefined;
  const place = plan.indexOf(shift) + Math.floor(random() * 9) - 4;
  return plan[Math.max(0, Math.min(plan.length - 1, place))];
};

const shiftInTime: Move = (model, plan, random) => {
  const shift = oneOf(plan, random);
  if (shift === undefined) return undefined;
  const most = oneOf([30, 120, 480, 1440], random) ?? 30;
  const start = Math.max(0, shift.start + Math.round((2 * random() - 1) * most));
  return altered(model, plan, shift, { start });
};

/** To another driver, trailer or window. */
const reassign: Move = (model, plan, random) => {
  const shift = oneOf(plan, random);
  const driver = Math.floor(random() * model.drivers.length);
  const trailer = oneOf(model.drivers[driver]?.trailers ?? [], random);
  if (shift === undefined || trailer === undefined) return undefined;
  const windows = model.drivers[driver]?.windows.filter(
    ({ start, end }) => end > shift.start - 2880 && start < shift.end + 2880,
  );
  const start = random() < 0.5 ? shift.start : (oneOf(windows ?? [], random)?.start ?? shift.start);
  return altered(model, plan, shift, { driver, trailer, start });
};

const removeShift: Move = (model, plan, random) => {
  const shift = oneOf(plan, random);
  return shift && replaceShifts(model, plan, [shift], []);
};

/** Several shifts that follow each other. */
const removeShifts: Move = (model, plan, random) => {
  const count = 2 + Math.floor(random() * 3);
  const first = Math.floor(random() * Math.max(1, plan.length - count + 1));
  return replaceShifts(model, plan, plan.slice(first, first + count), []);
};

/** With how often each is tried; what they take away is for `closeGaps` to bring elsewhere. */
const moves: readonly (readonly [Move, number])[] = [
  [removeStops, 16],
  [addStop, 18],
  [replaceStop, 10],
  [moveStop, 16],
  [swapStops, 10],
  [shiftInTime, 14],
  [reassign, 6],
  [removeShift, 6],
  [removeShifts, 4],
];
const total = moves.reduce((sum, [, often]) => sum + often, 0);

export const anyMove: Move = (model, plan, random) => {
  let left = random() * total;
  for (const [move, often] of moves) {
    left -= often;
    if (left < 0) return move(model, plan, random);
  }
  return undefined;
};
