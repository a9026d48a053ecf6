import { businessDaysBetween, type IsoDay, toBrazilianDay } from '@dumont/contracts/calendar';
import { writeText } from './write-zip.ts';

/** `dados/serie/bcdata.sgs.12.json` below `folder`: a value for each business day. */
export function writeSeries(
  folder: string,
  series: number,
  from: IsoDay,
  to: IsoDay,
  value: string,
): Promise<string> {
  const values = businessDaysBetween(from, to).map((day) => ({ data: toBrazilianDay(day), valor: value }));
  return writeText(folder, `dados/serie/bcdata.sgs.${series}.json`, JSON.stringify(values), 'utf8');
}
