import {
  readFigure,
  readId,
  readParameter,
  readRows,
  type NodeId,
  type PictureProps,
} from './picture-data.ts';

export interface TankLine {
  readonly id: NodeId;
  /** At the end of each time step. */
  readonly levels: readonly number[];
  readonly capacity: number;
  readonly safety: number;
  readonly lowest: number;
  /** The first time step below the safety level. */
  readonly outAt: number | undefined;
}

/** Levels of the tanks of customers that do not order, those that run out first, then those that come nearest to it. */
export const readTankLines = ({ instance, solution }: PictureProps): readonly TankLine[] => {
  const horizon = Math.floor(readParameter(instance, 'horizon') ?? 0);
  const unit = readParameter(instance, 'unit') ?? 60;
  const changes = new Map<NodeId, number[]>();
  const add = (id: NodeId, step: number, amount: number): void => {
    const row = changes.get(id) ?? Array.from({ length: horizon }, () => 0);
    if (step >= 0 && step < horizon) row[step] = (row[step] ?? 0) + amount;
    changes.set(id, row);
  };
  for (const row of readRows(instance, 'forecasts', ['id_customer', 'time', 'forecast']) ?? [])
    add(readId(row, 'id_customer'), readFigure(row, 'time'), -readFigure(row, 'forecast'));
  for (const row of readRows(solution, 'details_shifts', ['location', 'arrival', 'quantity']) ?? [])
    add(readId(row, 'location'), Math.floor(readFigure(row, 'arrival') / unit), -readFigure(row, 'quantity'));
  const lines = (readRows(instance, 'customers', ['index', 'Capacity', 'InitialTankQuantity']) ?? [])
    .filter((row) => row['callIn'] !== 1)
    .map((row): TankLine => {
      const id = readId(row, 'index');
      const safety = 'SafetyLevel' in row ? readFigure(row, 'SafetyLevel') : 0;
      let level = readFigure(row, 'InitialTankQuantity');
      const levels = Array.from({ length: horizon }, (_, step) => {
        level += changes.get(id)?.[step] ?? 0;
        return level;
      });
      const out = levels.findIndex((value) => value < safety - 0.001);
      return {
        id,
        levels,
        capacity: readFigure(row, 'Capacity'),
        safety,
        lowest: levels.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
        outAt: out < 0 ? undefined : out,
      };
    });
  const rank = ({ outAt, lowest, safety, capacity }: TankLine): number =>
    outAt ?? horizon + (lowest - safety) / Math.max(1, capacity);
  return lines.toSorted((one, other) => rank(one) - rank(other));
};
