import {
  readFigure,
  readId,
  readParameter,
  readRows,
  type NodeId,
  type PictureProps,
} from './picture-data.ts';
import type { Fields } from '../document-tables.ts';

/** What a driver does, in the order of the legend. */
export const doings = ['drive', 'load', 'deliver', 'layover', 'wait'] as const;
export type Doing = (typeof doings)[number];

export interface Bar {
  readonly doing: Doing;
  /** Minutes since the beginning of the horizon. */
  readonly start: number;
  readonly end: number;
  /** Where it is done, or driven to. */
  readonly location: NodeId;
  /** Loaded or delivered. */
  readonly amount: number;
}

export interface ShiftBars {
  readonly id: NodeId;
  readonly driver: NodeId;
  readonly trailer: NodeId;
  readonly start: number;
  readonly end: number;
  readonly bars: readonly Bar[];
}

export interface ShiftPlan {
  readonly drivers: readonly NodeId[];
  readonly shifts: readonly ShiftBars[];
  /** Minutes. */
  readonly horizon: number;
  readonly deliveries: number;
  readonly delivered: number;
}

/** The shifts of an inventory routing plan as bars in time. Drivers without shifts have a line, too. */
export const readShiftPlan = ({ instance, solution }: PictureProps): ShiftPlan | undefined => {
  const rows = readRows(solution, 'info_shifts', ['id_shift', 'driver', 'trailer', 'departure_time']);
  const steps = readRows(solution, 'details_shifts', [
    'id_shift',
    'position',
    'location',
    'arrival',
    'departure',
  ]);
  if (rows === undefined || steps === undefined) return undefined;
  const sources = new Set(
    (readRows(instance, 'sources', ['index']) ?? []).map((row) => readId(row, 'index')),
  );
  const customers = new Set(
    (readRows(instance, 'customers', ['index']) ?? []).map((row) => readId(row, 'index')),
  );
  const times = new Map(
    (readRows(instance, 'matrices', ['L1', 'L2', 'time']) ?? []).map((row) => [
      `${readId(row, 'L1')} ${readId(row, 'L2')}`,
      readFigure(row, 'time'),
    ]),
  );
  const layovers = new Map(
    (readRows(instance, 'drivers', ['index', 'LayoverDuration']) ?? []).map((row) => [
      readId(row, 'index'),
      readFigure(row, 'LayoverDuration'),
    ]),
  );
  const ofShift = Map.groupBy(steps, (row) => readId(row, 'id_shift'));
  const doingAt = (location: NodeId): Doing =>
    sources.has(location) ? 'load' : customers.has(location) ? 'deliver' : 'wait';
  const shifts = rows.map((row): ShiftBars => {
    const id = readId(row, 'id_shift');
    const driver = readId(row, 'driver');
    const own = (ofShift.get(id) ?? []).toSorted(
      (one, other) => readFigure(one, 'position') - readFigure(other, 'position'),
    );
    const bars = own.flatMap((step, index) => {
      const before = own[index - 1];
      const location = readId(step, 'location');
      const work: Bar = {
        doing: doingAt(location),
        start: readFigure(step, 'arrival'),
        end: readFigure(step, 'departure'),
        location,
        amount: Math.abs(readFigure(step, 'quantity')),
      };
      if (before === undefined) return [work];
      const travel = times.get(`${readId(before, 'location')} ${readId(step, 'location')}`) ?? 0;
      return [...wayBars(before, step, travel, layovers.get(driver) ?? 0), work];
    });
    const start = readFigure(row, 'departure_time');
    return {
      id,
      driver,
      trailer: readId(row, 'trailer'),
      start,
      end: own.at(-1) === undefined ? start : readFigure(own.at(-1) ?? {}, 'arrival'),
      bars: bars.filter((bar) => bar.end > bar.start),
    };
  });
  const known = (readRows(instance, 'drivers', ['index']) ?? []).map((row) => readId(row, 'index'));
  const served = steps.filter((row) => customers.has(readId(row, 'location')));
  return {
    drivers: [...new Set([...known, ...shifts.map(({ driver }) => driver)])],
    shifts,
    horizon: Math.max(
      (readParameter(instance, 'horizon') ?? 0) * (readParameter(instance, 'unit') ?? 60),
      ...shifts.map(({ end }) => end),
    ),
    deliveries: served.length,
    delivered: served.reduce((sum, row) => sum - readFigure(row, 'quantity'), 0),
  };
};

/** The way to a step: driving, where there is a layover in two parts, and what is waited on arrival. */
const wayBars = (before: Fields, step: Fields, travel: number, layover: number): Bar[] => {
  const start = readFigure(before, 'departure');
  const arrival = readFigure(step, 'arrival');
  const bar = (doing: Doing, from: number, to: number): Bar => ({
    doing,
    start: from,
    end: Math.min(to, arrival),
    location: readId(step, 'location'),
    amount: 0,
  });
  if (step['layover_before'] !== 1)
    return [bar('drive', start, start + travel), bar('wait', start + travel, arrival)];
  const first = readFigure(step, 'driving_time_before_layover');
  const rest = start + (Number.isFinite(first) ? first : 0);
  return [
    bar('drive', start, rest),
    bar('layover', rest, rest + layover),
    bar('drive', rest + layover, start + travel + layover),
    bar('wait', start + travel + layover, arrival),
  ];
};
