import type { Model } from './model.ts';

/** One shift of a driver with a trailer, from the base to the base; its times follow from where it goes and when it starts. */
export interface Shift {
  readonly driver: number;
  readonly trailer: number;
  readonly start: number;
  readonly end: number;
  readonly stops: readonly Stop[];
  /** The stop, or the number of stops for the way back, before which there is a layover; -1 without one. */
  readonly layoverBefore: number;
  /** Minutes driven on that leg until the layover. */
  readonly drivenBeforeLayover: number;
  readonly cost: number;
}

/** What is delivered or loaded depends on the whole plan: see `deliveries.ts`, which writes the last two. */
export interface Stop {
  readonly place: number;
  readonly trailer: number;
  readonly arrival: number;
  readonly departure: number;
  /** Time step of the arrival. */
  readonly step: number;
  /** The stops that follow it in the shift. */
  following: readonly Stop[];
  /** Time step of the next delivery to the same place, the horizon without one. */
  nextStep: number;
  /** Loaded; negative when delivered. */
  quantity: number;
}

export interface Course {
  readonly driver: number;
  readonly trailer: number;
  readonly start: number;
  readonly places: readonly number[];
}

export const placesOf = ({ stops }: Shift): number[] => stops.map(({ place }) => place);

/**
 * The shift at its earliest times: waits for customers to open, and takes its one layover as late as the driving time
 * allows. Undefined when it breaks a rule that concerns this shift alone.
 */
export const timeShift = (
  { drivers, trailers, places, horizon, unit, minutes, kilometres }: Model,
  { driver: driverNumber, trailer: trailerNumber, start, places: course }: Course,
): Shift | undefined => {
  const driver = drivers[driverNumber];
  const trailer = trailers[trailerNumber];
  if (driver === undefined || trailer === undefined || !driver.trailers.includes(trailerNumber))
    return undefined;
  const mayLayover = course.some((number) => places[number]?.tank?.allowsLayover === true);
  const stops: Stop[] = [];
  let clock = start;
  let here = 0;
  let driven = 0;
  let distance = 0;
  let layoverBefore = -1;
  let drivenBeforeLayover = 0;
  for (let index = 0; index <= course.length; index++) {
    const next = course[index] ?? 0;
    const leg = minutes(here, next);
    driven += leg;
    if (driven > driver.maxDriving) {
      if (layoverBefore >= 0 || !mayLayover) return undefined;
      layoverBefore = index;
      drivenBeforeLayover = driver.maxDriving - (driven - leg);
      driven -= driver.maxDriving;
      clock += driver.layoverMinutes;
      if (driven > driver.maxDriving) return undefined;
    }
    clock += leg;
    distance += kilometres(here, next);
    here = next;
    const place = places[next];
    if (index === course.length || place === undefined) break;
    if (place.admits[trailerNumber] !== true) return undefined;
    if (place.tank !== undefined) {
      const arrivals = place.tank.arrivals.find(({ end }) => end >= clock);
      if (arrivals === undefined) return undefined;
      clock = Math.max(clock, arrivals.start);
    }
    if (clock >= horizon * unit) return undefined;
    stops.push({
      place: next,
      trailer: trailerNumber,
      arrival: clock,
      departure: clock + place.setup,
      step: Math.floor(clock / unit),
      following: [],
      nextStep: horizon,
      quantity: 0,
    });
    clock += place.setup;
  }
  if (!driver.windows.some((window) => window.start <= start && clock <= window.end)) return undefined;
  for (const [index, stop] of stops.entries()) stop.following = stops.slice(index + 1);
  const hasLayover = layoverBefore >= 0;
  const worked = clock - start - (hasLayover ? driver.layoverMinutes : 0);
  return {
    driver: driverNumber,
    trailer: trailerNumber,
    start,
    end: clock,
    stops,
    layoverBefore,
    drivenBeforeLayover,
    cost:
      distance * trailer.kilometreCost + worked * driver.minuteCost + (hasLayover ? driver.layoverCost : 0),
  };
};
