import { createHash } from 'node:crypto';
import { copyRow } from '../lib/copy.ts';
import { addDays, type IsoDay, parseBrazilianDay, toBrazilianDay } from '@dumont/contracts/calendar';
import { createFieldParser } from '../lib/fields.ts';
import { PipelineFailure } from '../lib/failure.ts';
import { NotFoundFailure } from '../lib/http-status.ts';
import { loadFile, rowProblemReporter, type LoadResult } from '../lib/load.ts';
import type { Source } from '../lib/source.ts';
import type { LoadTransaction } from '../lib/staging.ts';
import type { SystemContext } from '../lib/system.ts';

/** The service refuses a daily series over more than ten years in one request. */
const maxDaysPerRequest = 3650;

interface Window {
  readonly series: string;
  readonly from: IsoDay;
  readonly to: IsoDay;
}

interface Observation {
  readonly data: string;
  readonly valor: string;
}

function parseSeries(text: string): string[] {
  const codes = text.split(/[\s,;]+/).filter((code) => code !== '');
  const wrong = codes.filter((code) => !/^\d{1,6}$/.test(code));
  if (codes.length === 0 || wrong.length > 0)
    throw new PipelineFailure(`option series: "${text}" must list series numbers, such as 11,12,433`);
  return codes;
}

function windows(series: string, from: IsoDay, to: IsoDay): Window[] {
  const list: Window[] = [];
  for (let start = from; start <= to; start = addDays(start, maxDaysPerRequest + 1)) {
    const end = addDays(start, maxDaysPerRequest);
    list.push({ series, from: start, to: end < to ? end : to });
  }
  return list;
}

function isObservation(value: unknown): value is Observation {
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    'valor' in value &&
    typeof value.data === 'string' &&
    typeof value.valor === 'string'
  );
}

function fetchText(source: Source, { series, from, to }: Window): Promise<string> {
  // A folder mirrors a series as one file with all its days.
  if (source.isFolder) return source.getText(`bcdata.sgs.${series}.json`);
  return source.getText(`dados/serie/bcdata.sgs.${series}/dados`, {
    formato: 'json',
    dataInicial: toBrazilianDay(from),
    dataFinal: toBrazilianDay(to),
  });
}

function parseObservations(text: string, shown: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // Under load the service answers 200 with a page.
    throw new PipelineFailure(`${shown} answered with something that is no JSON`, {
      temporary: true,
      cause: error,
    });
  }
  if (!Array.isArray(value))
    throw new PipelineFailure(`${shown} answered with JSON that is no list of values`);
  return value;
}

const parseNumber = createFieldParser('number');

async function load(
  context: SystemContext,
  window: Window,
  name: string,
  values: readonly unknown[],
  transaction: LoadTransaction,
): Promise<LoadResult> {
  const columns = ['series', 'dt', 'value'];
  const counts = { read: 0, rejected: 0 };
  const onProblem = rowProblemReporter(context, name);
  await transaction.createStaging('staged_benchmark', 'funds.benchmark', columns);
  await transaction.copy('staged_benchmark', columns, async (sink) => {
    for (const [index, value] of values.entries()) {
      const day = isObservation(value) ? parseBrazilianDay(value.data) : undefined;
      if (day !== undefined && (day < window.from || day > window.to)) continue;
      counts.read += 1;
      const number = isObservation(value) ? parseNumber(value.valor) : undefined;
      if (day === undefined || number === undefined) {
        counts.rejected += 1;
        const reason = 'is not {"data": "DD/MM/YYYY", "valor": "number"}';
        onProblem({ line: index + 1, column: '', reason, content: JSON.stringify(value) });
      } else sink.write(copyRow([window.series, day, number]));
      await sink.flush();
    }
  });
  const merged = await transaction.merge({
    staging: 'staged_benchmark',
    target: 'funds.benchmark',
    columns,
    key: ['series', 'dt'],
    dated: true,
  });
  return { ...merged, counts };
}

async function loadWindow(context: SystemContext, source: Source, window: Window): Promise<void> {
  const { series, from, to } = window;
  const name = `bcdata.sgs.${series} ${from} ${to}`;
  let text: string;
  try {
    text = await fetchText(source, window);
  } catch (error) {
    // For a span without values the service answers 404, which is no failure: IPCA appears once a month.
    if (!(error instanceof NotFoundFailure) || source.isFolder) throw error;
    context.log.warn(
      `series ${series} has no value from ${toBrazilianDay(from)} to ${toBrazilianDay(to)} yet`,
    );
    context.report({ file: name, outcome: 'not_published' });
    return;
  }
  const values = parseObservations(text, `${source.shown} series ${series}`);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const file = { path: '', name, sizeBytes: Buffer.byteLength(text), sha256 };
  await loadFile(context, {
    source: { ...source, get: () => Promise.resolve(file) },
    name,
    kind: 'other',
    version: 1,
    load: (_file, transaction) => load(context, window, name, values, transaction),
  });
}

/** Central bank time series: the benchmarks that a quota is compared with. */
export async function bcbSgs(context: SystemContext): Promise<void> {
  const source = context.source('bcb');
  const { from, to } = context.arguments;
  const list = parseSeries(String(context.options['series'])).flatMap((series) => windows(series, from, to));
  for (const [index, window] of list.entries()) {
    context.log.progress(index, list.length, `series ${window.series}`);
    await loadWindow(context, source, window);
  }
  context.log.progress(list.length, list.length, 'done');
}
