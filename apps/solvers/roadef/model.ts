import type { Instance, Window } from './data.ts';

/** The instance by numbers of places: the base is 0, then sources, then customers, in the order of their tables. */
export interface Model {
  /** Time steps, and their minutes. */
  readonly horizon: number;
  readonly unit: number;
  readonly places: readonly Place[];
  readonly trailers: readonly ModelTrailer[];
  readonly drivers: readonly ModelDriver[];
  /** Infinity where there is no way. */
  minutes(from: number, to: number): number;
  kilometres(from: number, to: number): number;
}

export interface Place {
  readonly id: number;
  readonly setup: number;
  readonly tank: Tank | undefined;
  readonly isSource: boolean;
  /** By the number of a trailer. */
  readonly admits: readonly boolean[];
}

/** What a customer has. */
export interface Tank {
  readonly isCallIn: boolean;
  readonly allowsLayover: boolean;
  readonly capacity: number;
  readonly initial: number;
  readonly safety: number;
  readonly least: number;
  /** What has been used by the end of each time step. */
  readonly used: Float64Array;
  /** When a trailer may arrive, in order: the opening hours less the set-up time, and of call-in customers within an order. */
  readonly arrivals: readonly Window[];
  readonly orders: readonly ModelOrder[];
}

export interface ModelOrder extends Window {
  readonly most: number;
  /** 0 for one that ends after the horizon: nobody has to serve it. */
  readonly least: number;
}

export interface ModelTrailer {
  readonly id: number;
  readonly capacity: number;
  readonly initial: number;
  readonly kilometreCost: number;
}

export interface ModelDriver {
  readonly id: number;
  readonly rest: number;
  readonly maxDriving: number;
  readonly layoverMinutes: number;
  readonly layoverCost: number;
  readonly minuteCost: number;
  /** In order. */
  readonly windows: readonly Window[];
  /** Numbers of the trailers that this driver drives. */
  readonly trailers: readonly number[];
}

export const readModel = (instance: Instance): Model => {
  const { parameters, bases, sources, customers, trailers, drivers } = instance;
  const { horizon, unit } = parameters;
  const allowed = Map.groupBy(instance.allowedTrailers, ({ id_location: id }) => id);
  const admits = (id: number): boolean[] => {
    const rows = allowed.get(id);
    return trailers.map(({ index }) => rows === undefined || rows.some((row) => row.id_trailer === index));
  };
  const tankOf = readTanks(instance);
  const places: Place[] = [
    ...bases.slice(0, 1).map(({ index }) => ({ id: index, setup: 0, isSource: false, tank: undefined })),
    ...sources.map((row) => ({ id: row.index, setup: row.setupTime, isSource: true, tank: undefined })),
    ...customers.map((row) => ({
      id: row.index,
      setup: row.setupTime,
      isSource: false,
      tank: tankOf(row.index),
    })),
  ].map((place) => ({ ...place, admits: admits(place.id) }));
  const numberOf = new Map(places.map(({ id }, number) => [id, number]));
  const count = places.length;
  const minutes = new Float64Array(count * count).fill(Number.POSITIVE_INFINITY);
  const kilometres = new Float64Array(count * count);
  for (const { L1, L2, time, dist } of instance.matrices) {
    const from = numberOf.get(L1);
    const to = numberOf.get(L2);
    if (from === undefined || to === undefined) continue;
    minutes[from * count + to] = time;
    kilometres[from * count + to] = dist;
  }
  const trailerNumber = new Map(trailers.map(({ index }, number) => [index, number]));
  const ofDriver = Map.groupBy(instance.driversTrailers, ({ id_driver: id }) => id);
  const driverWindows = Map.groupBy(instance.driversTimeWindows, ({ id_driver: id }) => id);
  return {
    horizon,
    unit,
    places,
    minutes: (from, to) => minutes[from * count + to] ?? Number.POSITIVE_INFINITY,
    kilometres: (from, to) => kilometres[from * count + to] ?? 0,
    trailers: trailers.map((row) => ({
      id: row.index,
      capacity: row.Capacity,
      initial: row.InitialQuantity,
      kilometreCost: row.DistanceCost,
    })),
    drivers: drivers.map((row) => ({
      id: row.index,
      rest: row.minInterSHIFTDURATION,
      maxDriving: row.maxDrivingDuration,
      layoverMinutes: row.LayoverDuration,
      layoverCost: row.LayoverCost,
      minuteCost: row.TimeCost,
      windows: inOrder(driverWindows.get(row.index) ?? []),
      trailers: (ofDriver.get(row.index) ?? [])
        .map((pair) => trailerNumber.get(pair.id_trailer))
        .filter((number) => number !== undefined),
    })),
  };
};

const inOrder = (windows: readonly Window[]): Window[] =>
  windows.map(({ start, end }) => ({ start, end })).toSorted((one, other) => one.start - other.start);

const readTanks = (instance: Instance): ((id: number) => Tank | undefined) => {
  const { horizon, unit } = instance.parameters;
  const forecasts = Map.groupBy(instance.forecasts, ({ id_customer: id }) => id);
  const openings = Map.groupBy(instance.customersTimeWindows, ({ id_customer: id }) => id);
  const orders = Map.groupBy(instance.orders, ({ id_customer: id }) => id);
  const used = (id: number): Float64Array => {
    const total = new Float64Array(horizon);
    for (const { time, forecast } of forecasts.get(id) ?? [])
      if (time >= 0 && time < horizon) total[time] = (total[time] ?? 0) + forecast;
    for (let step = 1; step < horizon; step++) total[step] = (total[step] ?? 0) + (total[step - 1] ?? 0);
    return total;
  };
  const customers = new Map(instance.customers.map((row) => [row.index, row]));
  return (id) => {
    const row = customers.get(id);
    if (row === undefined) return undefined;
    const isCallIn = row.callIn === 1;
    const asked = (orders.get(id) ?? []).map((order) => ({
      start: order.earliestTime,
      end: order.latestTime,
      most: order.Quantity,
      least: order.latestTime > horizon * unit ? 0 : (order.Quantity * order.orderQuantityFlexibility) / 100,
    }));
    const open = inOrder(openings.get(id) ?? []).map(({ start, end }) => ({
      start,
      end: end - row.setupTime,
    }));
    const within = open.flatMap((window) =>
      asked.map((order) => ({
        start: Math.max(window.start, order.start),
        end: Math.min(window.end, order.end),
      })),
    );
    return {
      isCallIn,
      allowsLayover: row.LayoverCustomer === 1,
      capacity: row.Capacity,
      initial: row.InitialTankQuantity,
      safety: row.SafetyLevel ?? 0,
      least: row.MinOperationQuantity ?? 0,
      used: used(id),
      arrivals: inOrder((isCallIn ? within : open).filter(({ start, end }) => start <= end)),
      orders: asked,
    };
  };
};
