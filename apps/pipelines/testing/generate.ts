import { parseArgs } from 'node:util';
import { businessDaysBetween, firstDayOf, lastDayOf } from '@dumont/contracts/calendar';
import { writeAnbima401, writeAnbima50 } from './generator/anbima.ts';
import { writeQuotes } from './generator/b3.ts';
import { writeSeries } from './generator/bcb.ts';
import { writeCda, sampleCdaFund } from './generator/cda.ts';
import { writeDaily } from './generator/daily.ts';
import { writeFidc } from './generator/fidc.ts';
import { writeRegistry } from './generator/registry.ts';

/**
 * node apps/pipelines/testing/generate.ts --folder F --month YYYYMM --funds N
 *   [--old-header] [--restated N] [--broken N] [--duplicates N] [--without-block BLC_3]
 *
 * Writes files in the exact formats of the public sites. 24,000 funds make a daily report of half a million rows; the
 * portfolio and FIDC reports have a fiftieth as many funds, each with a position of every kind.
 */
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    month: { type: 'string' },
    funds: { type: 'string', default: '200' },
    'old-header': { type: 'boolean', default: false },
    restated: { type: 'string', default: '0' },
    broken: { type: 'string', default: '0' },
    duplicates: { type: 'string', default: '0' },
    'without-block': { type: 'string', multiple: true, default: [] },
  },
});

const { folder, month } = values;
if (folder === undefined || !/^\d{6}$/.test(month ?? '') || month === undefined)
  throw new Error('--folder F and --month YYYYMM are needed');
const funds = Number(values.funds);
const reports = Math.max(1, Math.min(funds, Math.round(funds / 50)));

const [from, to] = [firstDayOf(month), lastDayOf(month)];
const days = businessDaysBetween(from, to);
const lastDay = days.at(-1) ?? to;

const written = [
  await writeDaily(folder, {
    month,
    funds,
    oldHeader: values['old-header'],
    restatedRows: Number(values.restated),
    brokenRows: Number(values.broken),
    duplicateRows: Number(values.duplicates),
    subclasses: true,
  }),
  await writeCda(folder, {
    month,
    funds: Array.from({ length: reports }, (_, index) => sampleCdaFund(index)),
    withoutBlocks: values['without-block'],
  }),
  await writeFidc(folder, { month, funds: reports, inconsistent: 1 }),
  await writeRegistry(folder, { funds }),
  await writeQuotes(folder, { name: `COTAHIST_M${month.slice(4)}${month.slice(0, 4)}`, days }),
  await writeSeries(folder, 11, from, to, '0.055131'),
  await writeSeries(folder, 12, from, to, '0.055131'),
  await writeAnbima401(folder, { name: `posicao-${lastDay}-fundo-0`, fund: 0, day: lastDay }),
  await writeAnbima50(folder, { name: `posicao-${lastDay}-fundo-1`, fund: 1, day: lastDay }),
];
process.stdout.write(`${written.join('\n')}\n`);
