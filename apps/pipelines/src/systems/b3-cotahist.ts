import { copyNull, copyRow, type RowSink } from '../lib/copy.ts';
import {
  addDays,
  businessDaysBetween,
  firstDayOf,
  type IsoDay,
  lastDayOf,
  monthsBetween,
  parseCompactDay,
} from '@dumont/contracts/calendar';
import type { RowCounts, RowProblem } from '../lib/delimited.ts';
import { PipelineFailure } from '../lib/failure.ts';
import { NotFoundFailure } from '../lib/http-status.ts';
import { readLatin1Lines } from '../lib/lines.ts';
import { addRowCounts, loadFile, rowProblemReporter, type LoadResult } from '../lib/load.ts';
import type { SourceFile } from '../lib/source.ts';
import type { LoadTransaction } from '../lib/staging.ts';
import type { SystemContext } from '../lib/system.ts';
import { zipMembers } from '../lib/zip.ts';

const lineLength = 245;

type Shape = 'text' | 'day' | 'integer' | 'price';

/** Record 01 of COTAHIST: column, first and last character counted from 1, as B3's layout document gives them. */
const layout: readonly (readonly [name: string, first: number, last: number, shape: Shape])[] = [
  ['dt', 3, 10, 'day'],
  ['codbdi', 11, 12, 'text'],
  ['codneg', 13, 24, 'text'],
  ['tpmerc', 25, 27, 'text'],
  ['nomres', 28, 39, 'text'],
  ['especi', 40, 49, 'text'],
  ['prazot', 50, 52, 'text'],
  ['preabe', 57, 69, 'price'],
  ['premax', 70, 82, 'price'],
  ['premin', 83, 95, 'price'],
  ['premed', 96, 108, 'price'],
  ['preult', 109, 121, 'price'],
  ['preofc', 122, 134, 'price'],
  ['preofv', 135, 147, 'price'],
  ['totneg', 148, 152, 'integer'],
  ['quatot', 153, 170, 'integer'],
  ['voltot', 171, 188, 'price'],
  ['preexe', 189, 201, 'price'],
  ['datven', 203, 210, 'day'],
  ['fatcot', 211, 217, 'integer'],
  ['codisi', 231, 242, 'text'],
  ['dismes', 243, 245, 'integer'],
];

const columns = layout.map(([name]) => name);
const required = new Set(['dt', 'codbdi', 'codneg', 'tpmerc']);
/** Stands for "never" in DATVEN. */
const noDay = '99991231';

const readers: Readonly<Record<Shape, (raw: string) => string | undefined>> = {
  text: (raw) => raw.trimEnd(),
  day: (raw) => (raw === noDay || /^[0 ]*$/.test(raw) ? copyNull : parseCompactDay(raw)),
  integer: (raw) => (/^\d+$/.test(raw) ? raw : raw.trim() === '' ? copyNull : undefined),
  // Two decimals without a point.
  price: (raw) => (/^\d+$/.test(raw) ? `${raw.slice(0, -2)}.${raw.slice(-2)}` : undefined),
};

type Problem = Pick<RowProblem, 'column' | 'reason'>;

function quoteRow(line: string): string | Problem {
  const values: string[] = [];
  for (const [name, first, last, shape] of layout) {
    const raw = line.slice(first - 1, last);
    const value = readers[shape](raw);
    const empty = value === '' || value === copyNull;
    if (value === undefined || (empty && required.has(name)))
      return { column: name.toUpperCase(), reason: `"${raw}" is not a ${shape}` };
    values.push(value);
  }
  return values.map((value) => (value === copyNull ? value : copyRow([value]))).join('\t');
}

/** Record 99 says how many records the file has, 00 and 99 included: a file cut between two lines shows by it. */
async function readQuotes(
  bytes: AsyncIterable<Buffer>,
  file: string,
  sink: RowSink,
  onProblem: (problem: RowProblem) => void,
): Promise<RowCounts> {
  const counts: RowCounts = { read: 0, rejected: 0 };
  let records = 0;
  let announced: number | undefined;
  await readLatin1Lines(
    bytes,
    file,
    (line, number) => {
      const type = line.slice(0, 2);
      if (line.trim() === '' || line === '\u001a') return;
      records += 1;
      if (number === 1 && type !== '00')
        throw new PipelineFailure(`${file} is not a COTAHIST file: no record 00`);
      if (type === '99') announced = Number(line.slice(31, 42));
      if (type === '00' || type === '99') return;
      counts.read += 1;
      const known = type === '01' && line.length === lineLength;
      const row = known
        ? quoteRow(line)
        : { column: 'TIPREG', reason: `is not a record 01 of ${lineLength} characters` };
      if (typeof row === 'string') sink.write(row);
      else {
        counts.rejected += 1;
        onProblem({ ...row, line: number, content: line });
      }
    },
    () => sink.flush(),
  );
  if (announced === undefined) throw new PipelineFailure(`${file} is cut: it has no record 99`);
  if (announced !== records)
    throw new PipelineFailure(
      `${file} is not complete: record 99 says ${announced} records, ${records} came`,
    );
  return counts;
}

async function load(
  context: SystemContext,
  file: SourceFile,
  transaction: LoadTransaction,
): Promise<LoadResult> {
  await transaction.createStaging('staged_price', 'funds.price', columns);
  let counts: RowCounts = { read: 0, rejected: 0 };
  for await (const member of zipMembers(file.path, file.name)) {
    const onProblem = rowProblemReporter(context, member.name);
    const read = await transaction.copy('staged_price', columns, (sink) =>
      readQuotes(member.read(), member.name, sink, onProblem),
    );
    counts = addRowCounts(counts, read);
  }
  const merged = await transaction.merge({
    staging: 'staged_price',
    target: 'funds.price',
    columns,
    key: ['codneg', 'dt', 'codbdi', 'tpmerc', 'prazot'],
    dated: true,
  });
  return { ...merged, counts };
}

/** Banks are open on these two days, the exchange is not. */
function hasSession(day: IsoDay): boolean {
  return !day.endsWith('-12-24') && !day.endsWith('-12-31');
}

/** The fewest files that hold the period: whole past years, whole past months, single days. */
export function quoteFiles(from: IsoDay, to: IsoDay, today: IsoDay): string[] {
  const names: string[] = [];
  let day = from;
  while (day <= to) {
    const year = day.slice(0, 4);
    const [month = ''] = monthsBetween(day, day);
    const yearEnd = `${year}-12-31`;
    const monthEnd = lastDayOf(month);
    const isDone = (end: IsoDay) => end <= to && end < today;
    if (day === `${year}-01-01` && isDone(yearEnd)) {
      names.push(`COTAHIST_A${year}.ZIP`);
      day = addDays(yearEnd, 1);
    } else if (day === firstDayOf(month) && isDone(monthEnd)) {
      names.push(`COTAHIST_M${month.slice(4)}${year}.ZIP`);
      day = addDays(monthEnd, 1);
    } else {
      const last = monthEnd < to ? monthEnd : to;
      for (const single of businessDaysBetween(day, last).filter(hasSession))
        names.push(`COTAHIST_D${single.slice(8)}${single.slice(5, 7)}${single.slice(0, 4)}.ZIP`);
      day = addDays(last, 1);
    }
  }
  return names;
}

/** B3 historical quotes: prices of each paper and day. */
export async function b3Cotahist(context: SystemContext): Promise<void> {
  const source = context.source('b3');
  const { from, to } = context.arguments;
  const names = quoteFiles(from, to, context.today);
  if (names.length === 0) context.log.warn('the exchange had no session in the period');
  const missing: string[] = [];
  for (const [index, name] of names.entries()) {
    context.log.progress(index, names.length, name);
    try {
      await loadFile(context, {
        source,
        name,
        kind: 'zip',
        version: 1,
        load: (file, transaction) => load(context, file, transaction),
      });
    } catch (error) {
      if (!(error instanceof NotFoundFailure)) throw error;
      context.report({ file: name, outcome: 'not_published' });
      missing.push(error.message);
    }
  }
  context.log.progress(names.length, names.length, 'done');
  if (missing.length > 0)
    throw new PipelineFailure(
      `not published: ${missing.join(', ')}; the exchange keeps single days of this year only, and publishes in the evening`,
    );
}
