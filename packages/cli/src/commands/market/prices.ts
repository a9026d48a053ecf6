import type { PriceSummary } from '@dumont/contracts/market/prices';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { notFound } from '../../failure.ts';
import type { Column } from '../../output/table.ts';
import { formatDollars, formatRelative, formatTime } from '../../output/units.ts';
import { wholeNumber } from '../arguments.ts';
import { closestGpu } from '../offer/search.ts';
import { ofType, type TypeOption, typeOption } from './type.ts';

interface PricesOptions extends TypeOption {
  readonly hours: number;
}
interface HistoryOptions extends PricesOptions {
  readonly limit: number;
}

const hoursOption = (hours: number): Option =>
  new Option('--hours <number>', 'over the last so many').argParser(wholeNumber(1, 2160)).default(hours);

const unwatched =
  'No prices yet. They are sampled every five minutes of what is watched: dumont market watch list';

const trendOf = (row: PriceSummary): string => {
  if (row.trend === null || row.change_percent === null) {
    return `too few samples (${row.samples} of ${row.samples_needed})`;
  }
  return `${row.trend} ${row.change_percent > 0 ? '+' : ''}${row.change_percent.toFixed(1)} %`;
};

const summaryColumns = (now: Date): readonly Column<PriceSummary>[] => [
  { header: 'GPU', value: (row) => row.gpu_name, tone: () => 'strong', flexible: true },
  { header: 'TYPE', value: (row) => row.machine_type },
  { header: 'NOW', value: (row) => formatDollars(row.current_price), align: 'right' },
  { header: 'LEAST', value: (row) => formatDollars(row.min_price), align: 'right' },
  {
    header: 'MEAN',
    value: (row) => (row.average_price === null ? null : formatDollars(row.average_price)),
    align: 'right',
  },
  {
    header: 'TREND',
    value: trendOf,
    tone: (row) => (row.trend === 'down' ? 'good' : row.trend === 'up' ? 'warning' : 'quiet'),
    flexible: true,
  },
  { header: 'OFFERS', value: (row) => row.total_offers, align: 'right' },
  { header: 'GPUS', value: (row) => row.available_gpus, align: 'right' },
  { header: 'SEEN', value: (row) => formatRelative(row.last_update, now) },
];

export const registerMarketPrices = (market: Command, open: OpenContext): void => {
  market
    .command('prices')
    .summary('present prices and how they moved')
    .description(
      'Present prices: of one GPU for an hour, without disk. Name GPUs to set them beside each other.',
    )
    .argument('[gpus...]', 'such as "RTX 4090" (default: every type that was seen)')
    .addOption(typeOption())
    .addOption(hoursOption(24))
    .action(async (gpus: string[], options: PricesOptions, command: Command) => {
      const { out, host, client: connect } = open(command);
      const client = await connect();
      const query = { hours: options.hours, ...ofType(options) };
      if (gpus.length === 0) {
        const { items } = await client.summarisePrices({ query });
        await out.list(items, summaryColumns(host.clock.now()), unwatched);
        return;
      }
      const compared = await client.comparePrices({ query: { ...query, gpus: gpus.join(',') } });
      if (compared.items.length === 0) {
        const hint = await closestGpu(client, compared.missing[0]);
        throw notFound(
          `No price of ${gpus.join(', ')} was seen in that time${hint}. See: dumont market prices`,
        );
      }
      await out.list(compared.items, summaryColumns(host.clock.now()), unwatched);
      for (const name of compared.missing) {
        await out.note(`No price of ${name} was seen in that time${await closestGpu(client, name)}.`);
      }
    });
  market
    .command('history')
    .summary('prices of a GPU over time')
    .description('What each search found of a GPU, newest first: of one GPU for an hour, without disk.')
    .argument('<gpu>', 'such as "RTX 4090"')
    .addOption(typeOption())
    .addOption(hoursOption(24))
    .addOption(
      new Option('-n, --limit <number>', 'at most so many').argParser(wholeNumber(1, 5000)).default(50),
    )
    .action(async (gpu: string, options: HistoryOptions, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const { snapshots } = await client.listPrices({
        query: { gpu_name: gpu, hours: options.hours, limit: options.limit, ...ofType(options) },
      });
      const hint = snapshots.length > 0 ? '' : await closestGpu(client, gpu);
      await out.list(
        snapshots,
        [
          { header: 'AT', value: (row) => formatTime(row.timestamp) },
          { header: 'TYPE', value: (row) => row.machine_type },
          { header: 'LEAST', value: (row) => formatDollars(row.min_price), align: 'right' },
          { header: '25 %', value: (row) => formatDollars(row.p25_price), align: 'right' },
          {
            header: 'MEDIAN',
            value: (row) => formatDollars(row.median_price),
            align: 'right',
            tone: () => 'strong',
          },
          { header: '75 %', value: (row) => formatDollars(row.p75_price), align: 'right' },
          { header: 'OFFERS', value: (row) => row.total_offers, align: 'right' },
          { header: 'GPUS', value: (row) => row.available_gpus, align: 'right' },
        ],
        `No price of ${gpu} was seen in that time${hint}. Watch it: dumont market watch add "${gpu}"`,
      );
    });
};
