import type { CostLine } from '@dumont/contracts/machines/cost';
import { type Command, Option } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import { formatFields, formatTable } from '../../output/table.ts';
import { harmless } from '../../output/text.ts';
import { formatDollars, formatDuration, formatShare } from '../../output/units.ts';
import { wholeNumber } from '../arguments.ts';
import { findMachine, machineReference } from './find-machine.ts';

const cents = (amount: number): string => formatDollars(amount, 2);
const unknown = 'nothing slept in that time';

const describeSaved = (saved: number | null, hours: number | null): string =>
  saved === null || hours === null ? unknown : `${cents(saved)} in ${formatDuration(hours * 3600)} of sleep`;

/** What is not charged yet is counted by us until it is. */
const describeCost = (cost: number, estimated: number): string =>
  estimated === 0 ? cents(cost) : `${cents(cost)}, ${cents(estimated)} of it not charged yet`;

interface DayCost {
  readonly date: string;
  readonly gpu: number;
  readonly storage: number;
  readonly traffic: number;
  readonly estimated: number;
}

/** Lines by their day, in the order in which they come. */
const sumByDay = (lines: readonly CostLine[]): readonly DayCost[] => {
  const sumOf = (some: readonly CostLine[]): number =>
    some.reduce((sum, { cost_usd: cost }) => sum + cost, 0);
  const days = Map.groupBy(lines, ({ date }) => date);
  return [...days].map(([date, all]) => ({
    date,
    gpu: sumOf(all.filter(({ kind }) => kind === 'gpu')),
    storage: sumOf(all.filter(({ kind }) => kind === 'storage')),
    traffic: sumOf(all.filter(({ kind }) => kind === 'download' || kind === 'upload')),
    estimated: sumOf(all.filter(({ source }) => source === 'estimate')),
  }));
};

const showMachine = async (context: Context, word: string, days: number): Promise<void> => {
  const { out } = context;
  const client = await context.client();
  const { id, label } = await findMachine(context, word);
  const params = { id };
  const cost = await client.getInstanceCost({ params, query: { days } });
  const savings = await client.getInstanceSavings({ params, query: { days } });
  await out.result({ ...cost, savings }, () => {
    const fields = formatFields(
      [
        ['Machine', `${harmless(label)} (${id})`],
        ['Now', `${formatDollars(cost.dph_now)} an hour`],
        ['So far', describeCost(cost.total_usd, cost.estimated_usd)],
        [`Last ${days} days`, cents(cost.period_usd)],
        ['Saved', describeSaved(savings.savings_usd, savings.hours_saved)],
        ['Rentals', cost.rentals.length],
      ],
      out.style,
    );
    if (cost.lines.length === 0) return fields;
    const table = formatTable(
      sumByDay(cost.lines),
      [
        { header: 'DAY', value: (row) => row.date },
        { header: 'GPU', value: (row) => formatDollars(row.gpu), align: 'right' },
        { header: 'STORAGE', value: (row) => formatDollars(row.storage), align: 'right' },
        { header: 'TRAFFIC', value: (row) => formatDollars(row.traffic), align: 'right' },
        {
          header: 'TOGETHER',
          value: (row) => formatDollars(row.gpu + row.storage + row.traffic),
          align: 'right',
          tone: () => 'strong',
        },
        {
          header: 'NOT CHARGED YET',
          value: (row) => (row.estimated === 0 ? null : formatDollars(row.estimated)),
          align: 'right',
        },
      ],
      out.style,
      out.columns,
    );
    return `${fields}\n\n${table}`;
  });
  if (cost.truncated) await out.note('There are more lines than these: ask for fewer days.');
  if (savings.savings_usd !== null) await out.note(`Baseline: ${savings.baseline}`);
};

/** A wake can cost more than the sleep before it saved. */
const describeShare = (percent: number | null): string => {
  if (percent === null) return '';
  return percent < 0
    ? `, and ${formatShare(-percent / 100)} more was paid`
    : `, ${formatShare(percent / 100)} of which was saved`;
};

const showAll = async (context: Context, days: number): Promise<void> => {
  const { out } = context;
  const client = await context.client();
  const summary = await client.getSavingsSummary({ query: { days } });
  const { machines } = await client.getSavingsBreakdown({ query: { days } });
  await out.result({ ...summary, machines }, () => {
    const { cost_without_sleep_usd: without, savings_percent: percent } = summary;
    const fields = formatFields(
      [
        [`Last ${days} days`, describeCost(summary.cost_usd, summary.estimated_usd)],
        ['Saved', describeSaved(summary.savings_usd, summary.hours_saved)],
        ['Without sleep', without === null ? undefined : `${cents(without)}${describeShare(percent)}`],
        ['Asleep now', summary.asleep_now],
      ],
      out.style,
    );
    if (machines.length === 0) return fields;
    const table = formatTable(
      machines,
      [
        { header: 'MACHINE', value: (row) => row.label, tone: () => 'strong', flexible: true },
        { header: 'COST', value: (row) => cents(row.cost_usd), align: 'right' },
        { header: 'SLEPT', value: (row) => row.hibernations, align: 'right' },
        {
          header: 'SAVED',
          value: (row) => (row.savings_usd === null ? null : cents(row.savings_usd)),
          align: 'right',
        },
        { header: 'ID', value: (row) => shortId(row.instance_id) },
      ],
      out.style,
      out.columns,
    );
    return `${fields}\n\n${table}`;
  });
  if (summary.savings_usd !== null) await out.note(`Baseline: ${summary.baseline}`);
};

export const registerMachineCost = (machine: Command, open: OpenContext): void => {
  machine
    .command('cost')
    .summary('what machines cost, and what their sleep saved')
    .description(
      'What machines cost, from the ledger, and what was not paid while they slept. Days are those of UTC.',
    )
    .argument('[machine]', `only this one: ${machineReference} (default: all)`)
    .addOption(
      new Option('--days <number>', 'over the last so many').argParser(wholeNumber(1, 366)).default(30),
    )
    .action(async (word: string | undefined, { days }: { days: number }, command: Command) => {
      const context = open(command);
      await (word === undefined ? showAll(context, days) : showMachine(context, word, days));
    });
};
