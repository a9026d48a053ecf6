import {
  addDays,
  addMonths,
  firstDayOf,
  lastDayOf,
  monthOf,
  parseIsoDay,
  previousBusinessDay,
  toBrazilianDay,
  type IsoDay,
} from '@dumont/contracts/calendar';
import type { Pipeline } from '@dumont/contracts/pipelines/pipelines';

/** Both ends as `YYYY-MM-DD`, or empty while the field is. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

export type PeriodPreset = 'previousDay' | 'previousWeek' | 'previousMonth';
export const periodPresets: readonly PeriodPreset[] = ['previousDay', 'previousWeek', 'previousMonth'];

/** `yesterday`: D-1, the last business day before today. */
export const presetPeriod = (preset: PeriodPreset, yesterday: IsoDay): Period => {
  if (preset === 'previousDay') return { from: yesterday, to: yesterday };
  if (preset === 'previousWeek') {
    let from = yesterday;
    for (let day = 1; day < 5; day += 1) from = previousBusinessDay(from);
    return { from, to: yesterday };
  }
  // The month before the one that today is in: on the first business day D-1 is still in it.
  const month = addMonths(monthOf(addDays(yesterday, 1)), -1);
  return { from: firstDayOf(month), to: lastDayOf(month) };
};

export const periodProblem = (
  { from, to }: Period,
  today: IsoDay,
): 'periodMissing' | 'periodReversed' | 'periodFuture' | undefined => {
  if (parseIsoDay(from) === undefined || parseIsoDay(to) === undefined) return 'periodMissing';
  if (from > to) return 'periodReversed';
  return from > today ? 'periodFuture' : undefined;
};

/** The dates that a pipeline takes, as it wants them: the first two are the ends of the period. */
export const dateParams = (pipeline: Pick<Pipeline, 'parameters'>, period: Period): Record<string, string> =>
  Object.fromEntries(
    pipeline.parameters.map(({ name }, index) => [
      name,
      toBrazilianDay(
        name === 'data_final' || (name !== 'data_inicial' && index > 0) ? period.to : period.from,
      ),
    ]),
  );
