import { lengthThrough, longestSegment, stopAt, tolerance } from './moves-inside.ts';
import type { Network } from './network.ts';
import { fits, loadOf, type Route } from './plan.ts';

interface Segment {
  readonly start: number;
  readonly end: number;
  readonly load: number;
  /** What is driven between its neighbours now. */
  readonly length: number;
  readonly ends: readonly [number, number];
}

/** All segments of a route that may be moved, also the empty ones between two stops. */
const segmentsOf = (network: Network, route: Route): Segment[] => {
  const found: Segment[] = [];
  for (let start = 0; start <= route.stops.length; start++) {
    let load = 0;
    for (let end = start; end <= Math.min(start + longestSegment, route.stops.length); end++) {
      if (end > start) load += network.demand[stopAt(route, end - 1)] ?? 0;
      const ends = [stopAt(route, start - 1), stopAt(route, end)] as const;
      const length = lengthThrough(network, route.stops, [start, end], false, ends);
      found.push({ start, end, load, length, ends });
    }
  }
  return found;
};

/** Two segments change places, either turned round where that is shorter; with an empty one the other is relocated. */
export const exchangeSegments = (network: Network, one: Route, other: Route): boolean => {
  const others = segmentsOf(network, other);
  for (const mine of segmentsOf(network, one)) {
    for (const theirs of others) {
      if (mine.start === mine.end && theirs.start === theirs.end) continue;
      const shift = theirs.load - mine.load;
      if (!fits(network, one.load + shift) || !fits(network, other.load - shift)) continue;
      const removed = mine.length + theirs.length - tolerance;
      const here = placed(network, other, theirs, mine.ends);
      if (here.length >= removed) continue;
      const there = placed(network, one, mine, theirs.ends);
      if (here.length + there.length >= removed) continue;
      one.stops = one.stops.toSpliced(mine.start, mine.end - mine.start, ...here.stops());
      const back = there.stops();
      other.stops = other.stops.toSpliced(theirs.start, theirs.end - theirs.start, ...back);
      one.load += shift;
      other.load -= shift;
      return true;
    }
  }
  return false;
};

/** The shorter direction in which a segment of `route` is driven between `ends`. */
const placed = (
  network: Network,
  route: Route,
  { start, end }: Segment,
  ends: readonly [number, number],
): { length: number; stops: () => number[] } => {
  const { stops } = route;
  const forwards = lengthThrough(network, stops, [start, end], false, ends);
  const backwards = end - start > 1 ? lengthThrough(network, stops, [start, end], true, ends) : forwards;
  return backwards < forwards
    ? { length: backwards, stops: () => stops.slice(start, end).toReversed() }
    : { length: forwards, stops: () => stops.slice(start, end) };
};

/** 2-opt*: both routes are cut once, and each goes on with the rest of the other; each still ends at its own depot. */
export const exchangeTails = (network: Network, one: Route, other: Route): boolean => {
  if (cutAndJoin(network, one, other, other.stops)) return true;
  return network.isSymmetric && cutAndJoin(network, one, other, other.stops.toReversed());
};

const cutAndJoin = (network: Network, one: Route, other: Route, otherStops: number[]): boolean => {
  const mine = cutsOf(network, one, other.depot, one.stops);
  const theirs = cutsOf(network, other, one.depot, otherStops);
  for (const [cut, here] of mine.entries()) {
    for (const [otherCut, there] of theirs.entries()) {
      const load = here.headLoad + other.load - there.headLoad;
      if (!fits(network, load) || !fits(network, one.load + other.load - load)) continue;
      const before = here.length + there.length;
      const after =
        network.cost(here.last, there.next) +
        there.tailLength +
        network.cost(there.last, here.next) +
        here.tailLength;
      if (after >= before - tolerance) continue;
      const tail = one.stops.slice(cut);
      one.stops = [...one.stops.slice(0, cut), ...otherStops.slice(otherCut)];
      other.stops = [...otherStops.slice(0, otherCut), ...tail];
      other.load = one.load + other.load - load;
      one.load = load;
      return true;
    }
  }
  return false;
};

interface Cut {
  readonly headLoad: number;
  readonly last: number;
  /** First of the rest, or the depot of the route that the rest would go to. */
  readonly next: number;
  /** Of the arc that is cut and the last one home. */
  readonly length: number;
  /** The last arc of the rest once it goes to the other depot; 0 without a rest. */
  readonly tailLength: number;
}

const cutsOf = (network: Network, { depot }: Route, otherDepot: number, stops: readonly number[]): Cut[] => {
  const { cost } = network;
  const end = stops.at(-1) ?? depot;
  return [...stops, depot].map((_, cut) => {
    const last = stops[cut - 1] ?? depot;
    const isWhole = cut === stops.length;
    return {
      headLoad: loadOf(network, stops.slice(0, cut)),
      last,
      next: stops[cut] ?? otherDepot,
      length: isWhole ? cost(last, depot) : cost(last, stops[cut] ?? depot) + cost(end, depot),
      tailLength: isWhole ? 0 : cost(end, otherDepot),
    };
  });
};
