import { businessDaysBetween, firstDayOf, lastDayOf, type MonthKey } from '@dumont/contracts/calendar';
import { cnpjOf, createRandom, maskCnpj } from './random.ts';
import { writeZip } from './write-zip.ts';

export const newDailyHeader =
  'TP_FUNDO_CLASSE;CNPJ_FUNDO_CLASSE;ID_SUBCLASSE;DT_COMPTC;VL_TOTAL;VL_QUOTA;VL_PATRIM_LIQ;CAPTC_DIA;RESG_DIA;NR_COTST';
export const oldDailyHeader =
  'TP_FUNDO;CNPJ_FUNDO;DT_COMPTC;VL_TOTAL;VL_QUOTA;VL_PATRIM_LIQ;CAPTC_DIA;RESG_DIA;NR_COTST';

export interface DailyOptions {
  readonly month: MonthKey;
  readonly funds: number;
  readonly seed?: number;
  /** The header and columns from before RCVM 175. */
  readonly oldHeader?: boolean;
  /** As the registry writes them. */
  readonly bareCnpj?: boolean;
  /** This many rows differ from the file without the option, as when the month is restated. */
  readonly restatedRows?: number;
  /** Rows that no reader can take: wrong date, decimal comma, missing field, and so on, in turn. */
  readonly brokenRows?: number;
  /** Rows whose key comes a second time, with another quota. */
  readonly duplicateRows?: number;
  /** Every tenth fund reports by two subclasses instead of as a class. */
  readonly subclasses?: boolean;
  /** Leave out the last fund, as when a fund is taken back. */
  readonly withoutLastFund?: boolean;
}

const fromEnd = (fields: readonly string[], place: number, value: string) =>
  fields.toSpliced(fields.length - place, 1, value);

const breakages: readonly ((fields: readonly string[]) => readonly string[])[] = [
  (fields) => fromEnd(fields, 7, '2025-02-30'),
  (fields) => fromEnd(fields, 5, '1,234567'),
  (fields) => fields.slice(0, -1),
  (fields) => fields.with(1, '00.000.000/0000-99'),
  (fields) => fromEnd(fields, 1, 'doze'),
];

/** The rows of one month: fund by fund, day by day, as the site orders them. */
export function* dailyLines(options: DailyOptions): Generator<string> {
  const { month, seed = 1, oldHeader = false } = options;
  const days = businessDaysBetween(firstDayOf(month), lastDayOf(month));
  const random = createRandom(seed + Number(month));
  let restated = options.restatedRows ?? 0;
  let broken = 0;
  let repeated = options.duplicateRows ?? 0;
  yield oldHeader ? oldDailyHeader : newDailyHeader;
  const funds = options.funds - (options.withoutLastFund === true ? 1 : 0);
  for (let fund = 0; fund < funds; fund += 1) {
    const cnpj = options.bareCnpj === true ? cnpjOf(fund) : maskCnpj(cnpjOf(fund));
    const ids =
      options.subclasses === true && !oldHeader && fund % 10 === 9 ? [`A${fund}`, `B${fund}`] : [''];
    for (const id of ids) {
      let quota = 1 + random.next() * 9;
      const shares = random.integer(10_000, 50_000_000);
      let holders = random.integer(1, 5000);
      for (const day of days) {
        quota *= 1 + (random.next() - 0.48) / 100;
        const inflow = random.next() < 0.3 ? random.integer(0, 900_000) / 10 : 0;
        const outflow = random.next() < 0.2 ? random.integer(0, 500_000) / 10 : 0;
        holders = Math.max(1, holders + random.integer(-2, 3));
        const change = restated > 0 ? 1 : 0;
        restated -= change;
        const netWorth = (shares * quota + change * 1000).toFixed(2);
        const key = oldHeader ? ['FI', cnpj, day] : ['CLASSES - FIF', cnpj, id, day];
        const fields = [
          ...key,
          (Number(netWorth) * 1.001).toFixed(2),
          quota.toFixed(12),
          netWorth,
          inflow.toFixed(2),
          outflow.toFixed(2),
          String(holders),
        ];
        if (repeated > 0) {
          repeated -= 1;
          yield fromEnd(fields, 5, '0.000000000001').join(';');
        }
        yield fields.join(';');
        if (broken < (options.brokenRows ?? 0)) {
          yield (breakages[broken % breakages.length] ?? ((same) => same))(fields).join(';');
          broken += 1;
        }
      }
    }
  }
}

/** `dados/FI/DOC/INF_DIARIO/DADOS/inf_diario_fi_YYYYMM.zip` below `folder`. */
export function writeDaily(folder: string, options: DailyOptions): Promise<string> {
  const name = `inf_diario_fi_${options.month}`;
  return writeZip(folder, `dados/FI/DOC/INF_DIARIO/DADOS/${name}.zip`, [
    { name: `${name}.csv`, lines: dailyLines(options) },
  ]);
}
