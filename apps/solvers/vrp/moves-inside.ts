import type { Network } from './network.ts';
import type { Route } from './plan.ts';

/** Below it a difference of lengths is a rounding error, and two plans could be exchanged for ever. */
export const tolerance = 1e-7;

/** The longest segment that is moved or exchanged. */
export const longestSegment = 3;

/** The stop at a position; before the first and after the last there is the depot. */
export const stopAt = ({ depot, stops }: Route, position: number): number => stops[position] ?? depot;

/** From `before` through `stops[start..end)`, forwards or turned round, to `after`. */
export const lengthThrough = (
  { cost }: Network,
  stops: readonly number[],
  [start, end]: readonly [number, number],
  isTurned: boolean,
  [before, after]: readonly [number, number],
): number => {
  let length = 0;
  let from = before;
  for (let step = 0; step < end - start; step++) {
    const stop = stops[isTurned ? end - 1 - step : start + step] ?? before;
    length += cost(from, stop);
    from = stop;
  }
  return length + cost(from, after);
};

/** 2-opt: a part of the route is driven the other way round. */
export const turnSegment = (network: Network, route: Route): boolean => {
  const { stops } = route;
  const { cost } = network;
  for (let start = 0; start < stops.length - 1; start++) {
    const before = stopAt(route, start - 1);
    let forwards = 0;
    let backwards = 0;
    for (let end = start + 2; end <= stops.length; end++) {
      const [first, previous, last] = [stopAt(route, start), stopAt(route, end - 2), stopAt(route, end - 1)];
      const after = stopAt(route, end);
      forwards += cost(previous, last);
      backwards += cost(last, previous);
      const removed = cost(before, first) + forwards + cost(last, after);
      const added = cost(before, last) + backwards + cost(first, after);
      if (added - removed > -tolerance) continue;
      route.stops = [...stops.slice(0, start), ...stops.slice(start, end).toReversed(), ...stops.slice(end)];
      return true;
    }
  }
  return false;
};

/** A segment goes to another place of its route. */
export const moveSegment = (network: Network, route: Route): boolean => {
  const { stops } = route;
  for (let size = 1; size <= Math.min(longestSegment, stops.length - 1); size++) {
    for (let start = 0; start + size <= stops.length; start++) {
      const rest = [...stops.slice(0, start), ...stops.slice(start + size)];
      const segment = stops.slice(start, start + size);
      const place = betterPlace(network, { ...route, stops: rest }, segment, start);
      if (place === undefined) continue;
      route.stops = rest.toSpliced(place.at, 0, ...(place.isTurned ? segment.toReversed() : segment));
      return true;
    }
  }
  return false;
};

const betterPlace = (
  network: Network,
  rest: Route,
  segment: readonly number[],
  home: number,
): { at: number; isTurned: boolean } | undefined => {
  const extra = (at: number, isTurned: boolean): number => {
    const ends = [stopAt(rest, at - 1), stopAt(rest, at)] as const;
    const whole = [0, segment.length] as const;
    return lengthThrough(network, segment, whole, isTurned, ends) - network.cost(...ends);
  };
  const limit = extra(home, false) - tolerance;
  for (let at = 0; at <= rest.stops.length; at++) {
    if (extra(at, false) < limit) return { at, isTurned: false };
    if (segment.length > 1 && extra(at, true) < limit) return { at, isTurned: true };
  }
  return undefined;
};

/** A route begins and ends at another depot. */
export const changeDepot = ({ cost, depotCount }: Network, route: Route): boolean => {
  const [first, last] = [route.stops[0], route.stops.at(-1)];
  if (first === undefined || last === undefined) return false;
  const ends = (depot: number): number => cost(depot, first) + cost(last, depot);
  for (let depot = 0; depot < depotCount; depot++) {
    if (ends(depot) >= ends(route.depot) - tolerance) continue;
    route.depot = depot;
    return true;
  }
  return false;
};
