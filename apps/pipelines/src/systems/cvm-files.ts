import {
  addMonths,
  type IsoDay,
  type MonthKey,
  monthsBetween,
  toMonthText,
} from '@dumont/contracts/calendar';
import type { LoadRequest } from '../lib/load.ts';
import { loadFile } from '../lib/load.ts';
import { PipelineFailure } from '../lib/failure.ts';
import { NotFoundFailure } from '../lib/http-status.ts';
import type { SystemContext } from '../lib/system.ts';

/** Where one kind of document lies on the commission's site. */
export interface MonthlyFiles {
  /** `FI/DOC/INF_DIARIO/DADOS` */
  readonly folder: string;
  /** `inf_diario_fi`, followed by `_YYYYMM.zip`; in `HIST` below the folder, by `_YYYY.zip`. */
  readonly stem: string;
  /** The report of a month appears from this day on: days after the end of the month, or after its first day. */
  readonly publication: { readonly after: 'month_start' | 'month_end'; readonly days: number };
}

export const priorMonthsOption = 'meses_anteriores';

/** First day on which the file of `month` can be expected. */
export function expectedFrom(files: MonthlyFiles, month: MonthKey): IsoDay {
  const start = files.publication.after === 'month_start' ? month : addMonths(month, 1);
  return `${start.slice(0, 4)}-${start.slice(4)}-${String(1 + files.publication.days).padStart(2, '0')}`;
}

/**
 * The months to load: those of the period and, by option, some before it, because the commission restates them.
 * Where none of the period can be published yet, the newest one that can: a nightly run asks for yesterday, and the
 * portfolio of this month appears in the next.
 */
export function monthsToLoad(context: SystemContext, files: MonthlyFiles): MonthKey[] {
  const { from, to } = context.arguments;
  const period = monthsBetween(from, to);
  const due = period.filter((month) => expectedFrom(files, month) <= context.today);
  for (const month of period.filter((candidate) => !due.includes(candidate)))
    context.log.warn(
      `${toMonthText(month)} is not published yet: expected from ${expectedFrom(files, month)}, run again then`,
    );
  let newest = due.at(-1);
  if (newest === undefined) {
    newest = period[0] ?? '';
    while (expectedFrom(files, newest) > context.today) newest = addMonths(newest, -1);
    context.log.info(`taking ${toMonthText(newest)}, the newest month that can be published`);
    due.push(newest);
  }
  const prior = Number(context.options[priorMonthsOption] ?? 0);
  const first = due[0] ?? newest;
  const before = Array.from({ length: prior }, (_, index) => addMonths(first, index - prior));
  return [...before, ...due];
}

type MonthLoad = Omit<LoadRequest, 'source' | 'name' | 'kind'>;

/**
 * Loads each month's archive; where the month's own file is gone, the yearly one in `HIST`. The other months still
 * load when one is missing, and the missing ones are named at the end.
 */
export async function loadMonths(
  context: SystemContext,
  files: MonthlyFiles,
  load: MonthLoad,
): Promise<void> {
  const source = context.source('cvm');
  const months = monthsToLoad(context, files);
  const missing: string[] = [];
  const done = new Set<string>();
  for (const [index, month] of months.entries()) {
    context.log.progress(index, months.length, toMonthText(month));
    const monthly = `${files.folder}/${files.stem}_${month}.zip`;
    const yearly = `${files.folder}/HIST/${files.stem}_${month.slice(0, 4)}.zip`;
    try {
      await loadFile(context, { ...load, source, name: monthly, kind: 'zip' });
    } catch (error) {
      if (!(error instanceof NotFoundFailure)) throw error;
      if (done.has(yearly)) continue;
      try {
        await loadFile(context, { ...load, source, name: yearly, kind: 'zip' });
        done.add(yearly);
      } catch (inner) {
        if (!(inner instanceof NotFoundFailure)) throw inner;
        context.report({ file: monthly, outcome: 'not_published' });
        missing.push(`${toMonthText(month)} (${error.message})`);
      }
    }
  }
  context.log.progress(months.length, months.length, 'done');
  if (missing.length > 0)
    throw new PipelineFailure(
      `not published: ${missing.join(', ')}; check the period, or run again when ${source.shown} has the month`,
    );
}
