import type { Solution, StepRow } from './data.ts';
import { allotDeliveries } from './deliveries.ts';
import type { Model } from './model.ts';
import { type Shift, timeShift } from './shift.ts';

/** Shifts in the order of their starts, of which no two want a driver or a trailer at once. */
export type Plan = readonly Shift[];

/** The plan with some shifts instead of others; undefined where drivers would not rest, or trailers be at two places. */
export const replaceShifts = (
  { drivers }: Model,
  plan: Plan,
  gone: readonly Shift[],
  added: readonly Shift[],
): Plan | undefined => {
  const kept = plan.filter((shift) => !gone.includes(shift));
  for (const shift of added) {
    const rest = drivers[shift.driver]?.rest ?? 0;
    for (const other of kept) {
      if (other.driver === shift.driver && !areApart(shift, other, rest)) return undefined;
      if (other.trailer === shift.trailer && !areApart(shift, other, 0)) return undefined;
    }
    const place = kept.findLastIndex(({ start }) => start <= shift.start) + 1;
    kept.splice(place, 0, shift);
  }
  return kept;
};

const areApart = (one: Shift, other: Shift, minutes: number): boolean =>
  one.end + minutes <= other.start || other.end + minutes <= one.start;

export const toSolution = (model: Model, plan: Plan): Solution => {
  allotDeliveries(model, plan);
  const loads = model.trailers.map(({ initial }) => initial);
  const details = plan.map((shift, index) => stepsOf(model, shift, index + 1));
  return {
    info_shifts: plan.map(({ driver, trailer, start, stops }, index) => {
      const initial = loads[trailer] ?? 0;
      loads[trailer] = stops.reduce((sum, { quantity }) => sum + quantity, initial);
      return {
        id_shift: index + 1,
        driver: model.drivers[driver]?.id ?? driver,
        trailer: model.trailers[trailer]?.id ?? trailer,
        departure_time: start,
        initial_quantity: initial,
        nb_steps: stops.length + 2,
      };
    }),
    details_shifts: details.flat(),
  };
};

const stepsOf = ({ places, minutes }: Model, shift: Shift, id: number): StepRow[] => {
  const { start, end, stops, layoverBefore, drivenBeforeLayover } = shift;
  const base = { place: 0, quantity: 0 };
  const visits = [
    { ...base, arrival: start, departure: start },
    ...stops,
    { ...base, arrival: end, departure: end },
  ];
  let driven = 0;
  return visits.map(({ place, quantity, arrival, departure }, position) => {
    const before = visits[position - 1];
    if (before !== undefined) driven += minutes(before.place, place);
    const isAfterLayover = layoverBefore >= 0 && position === layoverBefore + 1;
    return {
      id_shift: id,
      day: Math.floor(start / (24 * 60)),
      position,
      location: places[place]?.id ?? place,
      quantity,
      arrival,
      departure,
      layover_before: isAfterLayover ? 1 : 0,
      driving_time_before_layover: isAfterLayover ? drivenBeforeLayover : 0,
      cumulated_driving_time: driven,
    };
  });
};

/** The courses of a solution, timed anew; shifts that cannot be driven so are left out. */
export const fromSolution = (model: Model, { info_shifts: shifts, details_shifts: rows }: Solution): Plan => {
  const numberOf = (list: readonly { readonly id: number }[], wanted: number): number =>
    list.findIndex(({ id }) => id === wanted);
  const steps = Map.groupBy(rows, ({ id_shift: id }) => id);
  let plan: Plan = [];
  for (const { id_shift: id, driver, trailer, departure_time: start } of shifts) {
    const places = (steps.get(id) ?? [])
      .toSorted((one, other) => one.position - other.position)
      .map(({ location }) => numberOf(model.places, location))
      .filter((place) => place > 0);
    const shift = timeShift(model, {
      driver: numberOf(model.drivers, driver),
      trailer: numberOf(model.trailers, trailer),
      start,
      places,
    });
    if (shift !== undefined && places.length > 0) plan = replaceShifts(model, plan, [], [shift]) ?? plan;
  }
  return plan;
};
