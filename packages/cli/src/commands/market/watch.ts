import type { Client } from '@dumont/contracts/client';
import type { MarketWatch } from '@dumont/contracts/market/watches';
import { type Command, InvalidArgumentError } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { findOne, shortId } from '../../input/find-one.ts';
import { harmless } from '../../output/text.ts';
import { formatDollars, formatRelative } from '../../output/units.ts';
import { positiveNumber } from '../arguments.ts';
import { closestGpu } from '../offer/search.ts';

const alert = (text: string): number | null => {
  if (text === 'none') return null;
  try {
    return positiveNumber(text);
  } catch {
    throw new InvalidArgumentError('it must be dollars an hour, such as 0.35, or none');
  }
};

const describeAlert = (price: number | null): string =>
  price === null
    ? 'raises no price alert'
    : `raises an alert whenever one GPU is offered below ${formatDollars(price)} an hour`;

const findWatch = async (context: Context, client: Client, word: string): Promise<MarketWatch> => {
  const { items } = await client.listWatches({ query: await context.inProject() });
  return findOne('watched GPU', items, word, ({ gpuName }) => gpuName);
};

export const registerMarketWatch = (market: Command, open: OpenContext): void => {
  const watch = market
    .command('watch')
    .summary('GPUs whose prices are sampled')
    .description('GPUs whose prices are sampled every five minutes, and raise an alert where one is set.');
  watch
    .command('list')
    .alias('ls')
    .summary('list what is watched')
    .description('List what is watched, by name.')
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const { items } = await (await context.client()).listWatches({ query: await context.inProject() });
      const now = context.host.clock.now();
      await context.out.list(
        items,
        [
          { header: 'GPU', value: (row) => row.gpuName, tone: () => 'strong', flexible: true },
          {
            header: 'ALERT BELOW',
            value: (row) => (row.alertBelowUsd === null ? null : formatDollars(row.alertBelowUsd)),
            align: 'right',
          },
          {
            header: 'SAMPLED',
            value: (row) => (row.lastSampledAt === null ? 'not yet' : formatRelative(row.lastSampledAt, now)),
          },
          { header: 'ID', value: (row) => shortId(row.id) },
        ],
        'Nothing is watched. Watch a GPU: dumont market watch add "RTX 4090"',
      );
    });
  watch
    .command('add')
    .summary('watch a GPU')
    .description('Watch a GPU: its prices are sampled from now on.')
    .argument('<gpu>', 'as offers name it, such as "RTX 4090"')
    .option('--alert-below <dollars>', 'raise an alert below this price of one GPU for an hour', alert)
    .action(async (gpu: string, options: { alertBelow?: number | null }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const hint = await closestGpu(client, gpu);
      const made = await client.createWatch({
        body: { ...(await context.inProject()), gpuName: gpu, alertBelowUsd: options.alertBelow ?? null },
      });
      if (hint !== '') await context.out.warn(`No ${harmless(gpu)} was offered lately${hint}.`);
      await context.out.result(
        made,
        () => `${harmless(made.gpuName)} is watched; it ${describeAlert(made.alertBelowUsd)}.`,
      );
    });
  watch
    .command('alert')
    .summary('change the price alert of a watched GPU')
    .description('Raise an alert whenever a watched GPU is offered below a price, or do so no longer.')
    .argument('<gpu>', 'its name or id')
    .argument('<dollars>', 'of one GPU for an hour, or none', alert)
    .action(async (word: string, price: number | null, _options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { id } = await findWatch(context, client, word);
      const changed = await client.updateWatch({ params: { id }, body: { alertBelowUsd: price } });
      await context.out.result(
        changed,
        () => `${harmless(changed.gpuName)} ${describeAlert(changed.alertBelowUsd)}.`,
      );
    });
  watch
    .command('remove')
    .alias('rm')
    .summary('watch a GPU no longer')
    .description('Watch a GPU no longer. Its price history stays.')
    .argument('<gpu>', 'its name or id')
    .action(async (word: string, _options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { id, gpuName } = await findWatch(context, client, word);
      await client.deleteWatch({ params: { id } });
      await context.out.result(
        { id, gpuName, removed: true },
        () => `${harmless(gpuName)} is watched no longer.`,
      );
    });
};
