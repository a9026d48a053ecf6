import type { Model, Tank } from './model.ts';
import type { Shift, Stop } from './shift.ts';

/** What a plan costs and brings, once each stop delivers or loads as much as it sensibly can. */
export interface Worth {
  readonly cost: number;
  readonly delivered: number;
  /** Tanks that fall below their safety level, orders that are not met, deliveries that are too small. */
  readonly gaps: readonly Gap[];
}

export interface Gap {
  readonly place: number;
  /** First time step in which it is felt. */
  readonly step: number;
  readonly missing: number;
}

const nothing = 1e-6;

/**
 * Goes through all stops in the order of their arrivals and writes their quantities. Trailers are filled at sources. A
 * customer gets what fits into the tank, but of what those after it on the same load need until they are next visited no
 * more than it needs itself.
 */
export const allotDeliveries = (model: Model, plan: readonly Shift[]): Worth => {
  const stops = plan.flatMap((shift) => shift.stops).toSorted((one, other) => one.arrival - other.arrival);
  const stock = model.places.map(({ tank }) => tank?.initial ?? 0);
  const loads = model.trailers.map(({ initial }) => initial);
  const ordered = model.places.map(({ tank }) => tank?.orders.map(() => 0) ?? []);
  const gaps: Gap[] = [];
  tellNextSteps(model, stops);
  let delivered = 0;
  for (const stop of stops) {
    const load = loads[stop.trailer] ?? 0;
    const place = model.places[stop.place];
    if (place?.tank === undefined) {
      stop.quantity = Math.max(0, Math.floor((model.trailers[stop.trailer]?.capacity ?? 0) - load));
    } else {
      noteShortage(model, gaps, stop.place, stock[stop.place] ?? 0, stop.step);
      const { tank } = place;
      const room = roomAt(tank, stop, stock[stop.place] ?? 0, ordered[stop.place] ?? []);
      const needed = neededAt(tank, stop, stock[stop.place] ?? 0, ordered[stop.place] ?? []);
      let promised = 0;
      for (const later of stop.following) {
        const other = model.places[later.place]?.tank;
        if (other === undefined) break;
        promised += neededAt(other, later, stock[later.place] ?? 0, ordered[later.place] ?? []);
      }
      const least = tank.isCallIn ? 0 : Math.ceil(tank.least);
      const most = Math.max(0, Math.floor(Math.min(room, load)));
      const amount = Math.min(most, Math.max(Math.ceil(needed), Math.floor(load - promised)));
      const given = most < least ? 0 : Math.max(least, amount);
      if (given < least) gaps.push({ place: stop.place, step: stop.step, missing: least });
      stop.quantity = -given;
      stock[stop.place] = (stock[stop.place] ?? 0) + given;
      delivered += given;
      if (tank.isCallIn) noteOrdered(tank, stop.arrival, given, ordered[stop.place] ?? []);
    }
    loads[stop.trailer] = load + stop.quantity;
  }
  for (const [place, { tank }] of model.places.entries()) {
    if (tank === undefined) continue;
    if (!tank.isCallIn) noteShortage(model, gaps, place, stock[place] ?? 0, model.horizon);
    else
      for (const [index, order] of tank.orders.entries()) {
        const missing = order.least - (ordered[place]?.[index] ?? 0);
        if (missing > nothing) gaps.push({ place, step: Math.floor(order.end / model.unit), missing });
      }
  }
  return { cost: plan.reduce((sum, { cost }) => sum + cost, 0), delivered, gaps };
};

/** What arrives within an order is of that order. */
const noteOrdered = ({ orders }: Tank, arrival: number, given: number, sums: number[]): void => {
  for (const [index, { start, end }] of orders.entries())
    if (start <= arrival && arrival <= end) sums[index] = (sums[index] ?? 0) + given;
};

const tellNextSteps = ({ places, horizon }: Model, stops: readonly Stop[]): void => {
  const next = places.map(() => horizon);
  for (let index = stops.length - 1; index >= 0; index--) {
    const stop = stops[index];
    if (stop === undefined) continue;
    stop.nextStep = next[stop.place] ?? horizon;
    next[stop.place] = stop.step;
  }
};

/** What a tank can take at this stop. */
const roomAt = (
  { capacity, used, isCallIn, orders }: Tank,
  { arrival, step }: Stop,
  stock: number,
  had: readonly number[],
): number => {
  // A tank that has run dry takes no more than it holds, all the same.
  if (!isCallIn) return Math.min(capacity, capacity - stock + (used[step] ?? 0));
  let room = Number.POSITIVE_INFINITY;
  for (const [index, { start, end, most }] of orders.entries())
    if (start <= arrival && arrival <= end) room = Math.min(room, most - (had[index] ?? 0));
  return Number.isFinite(room) ? room : 0;
};

/** What must be brought to it at this stop, so that it lasts until the next one. */
const neededAt = (
  { safety, used, isCallIn, orders }: Tank,
  { arrival, nextStep }: Stop,
  stock: number,
  had: readonly number[],
): number => {
  if (!isCallIn) return Math.max(0, safety + (used[nextStep - 1] ?? 0) - stock - nothing);
  let needed = 0;
  for (const [index, { start, end, least }] of orders.entries())
    if (start <= arrival && arrival <= end) needed = Math.max(needed, least - (had[index] ?? 0) - nothing);
  return needed;
};

/** The level is lowest in the last time step before a delivery, as what is used is never negative. */
const noteShortage = ({ places }: Model, gaps: Gap[], place: number, stock: number, before: number): void => {
  const tank = places[place]?.tank;
  if (tank === undefined || tank.isCallIn || before === 0) return;
  const missing = tank.safety + (tank.used[before - 1] ?? 0) - stock;
  if (missing <= nothing) return;
  gaps.push({ place, step: firstStepAbove(tank.used, stock - tank.safety + nothing), missing });
};

const firstStepAbove = (used: Float64Array, limit: number): number => {
  let low = 0;
  let high = used.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((used[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
};
