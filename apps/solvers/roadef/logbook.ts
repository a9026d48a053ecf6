import type { Customer, Driver, Instance, Solution, StepRow, Trailer } from './data.ts';

/** A shift as a solution lists it, beside the rows of the instance that it names. */
export interface ListedShift {
  readonly id: number;
  readonly start: number;
  /** When it is back. */
  readonly end: number;
  readonly initial: number;
  readonly driver: Driver | undefined;
  readonly trailer: Trailer | undefined;
  /** By their positions. */
  readonly steps: readonly StepRow[];
}

/** In the order of their departures. Of what is listed twice the first is taken. */
export const readShifts = (instance: Instance, solution: Solution): ListedShift[] => {
  const drivers = new Map(instance.drivers.map((row) => [row.index, row]));
  const trailers = new Map(instance.trailers.map((row) => [row.index, row]));
  const stepsOf = Map.groupBy(solution.details_shifts, ({ id_shift: id }) => id);
  return firstOf(solution.info_shifts, ({ id_shift: id }) => id)
    .map((row) => {
      const steps = firstOf(stepsOf.get(row.id_shift) ?? [], ({ position }) => position).toSorted(
        (one, other) => one.position - other.position,
      );
      return {
        id: row.id_shift,
        start: row.departure_time,
        end: steps.at(-1)?.arrival ?? row.departure_time,
        initial: row.initial_quantity,
        driver: drivers.get(row.driver),
        trailer: trailers.get(row.trailer),
        steps,
      };
    })
    .toSorted((one, other) => one.start - other.start);
};

const firstOf = <Row>(rows: readonly Row[], keyOf: (row: Row) => number): Row[] =>
  [...Map.groupBy(rows, keyOf).values()].flatMap(([row]) => (row === undefined ? [] : [row]));

/** What is where. */
export interface Sites {
  readonly base: number | undefined;
  /** By the index of a source or customer. */
  readonly setup: ReadonlyMap<number, number>;
  readonly sources: ReadonlySet<number>;
  readonly customers: ReadonlyMap<number, Customer>;
  /** Undefined where there is no way. */
  wayBetween(from: number, to: number): { readonly time: number; readonly dist: number } | undefined;
}

export const readSites = ({ bases, sources, customers, matrices }: Instance): Sites => {
  const ways = new Map(matrices.map((row) => [`${row.L1} ${row.L2}`, row]));
  return {
    base: bases[0]?.index,
    setup: new Map([...sources, ...customers].map(({ index, setupTime }) => [index, setupTime])),
    sources: new Set(sources.map(({ index }) => index)),
    customers: new Map(customers.map((row) => [row.index, row])),
    wayBetween: (from, to) => ways.get(`${from} ${to}`),
  };
};

export const isPlace = ({ base, setup }: Sites, location: number): boolean =>
  location === base || setup.has(location);

/** Each step but the first, with the one before it. */
export const legsOf = ({ steps }: ListedShift): { readonly from: StepRow; readonly to: StepRow }[] =>
  steps.slice(1).map((to, index) => ({ from: steps[index] ?? to, to }));

export const layoversOf = ({ steps }: ListedShift): number =>
  steps.filter((step) => step.layover_before === 1).length;
