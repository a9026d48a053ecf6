import type { Client } from '@dumont/contracts/client';
import type { Offer } from '@dumont/contracts/market/offers';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { closest } from '../../input/closest.ts';
import { formatDollars, formatShare } from '../../output/units.ts';
import { amountUpTo, wholeNumber } from '../arguments.ts';
import { addNeeds, type NeedsOptions, sharedNeeds } from './needs.ts';

interface SearchOptions extends NeedsOptions {
  readonly up?: number;
  readonly disk: number;
  readonly limit: number;
}

/** ` (did you mean "RTX 4090"?)` where no GPU of that name was offered lately; nothing else. */
export const closestGpu = async (client: Client, name: string | undefined): Promise<string> => {
  if (name === undefined) return '';
  const { gpus } = await client.listMarketGpus();
  const known = gpus.map((gpu) => gpu.name);
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]+/g, ' ');
  return known.some((gpu) => plain(gpu) === plain(name)) ? '' : closest(name, known);
};

const ourExperience = (offer: Offer): string | null => {
  if (offer.is_blacklisted) return `never: ${offer.blacklist_reason ?? 'blacklisted'}`;
  if (offer.success_rate === null) return null;
  return `${offer.reliability_status} (${formatShare(offer.success_rate)} of ${offer.total_attempts})`;
};

/** `dumont offer list` and `dumont machine offers` are the same search. */
export const registerOfferSearch = (group: Command, open: OpenContext, name: string): Command =>
  addNeeds(
    group
      .command(name)
      .summary('list what could be rented now')
      .description('List what could be rented now, best first. The price holds the disk asked for.'),
  )
    .option('--up <Mbps>', 'of its link at least', amountUpTo(1_000_000))
    .addOption(
      new Option('--disk <GB>', 'that the price holds').argParser(wholeNumber(8, 100_000)).default(50),
    )
    .addOption(
      new Option('-n, --limit <number>', 'at most so many offers')
        .argParser(wholeNumber(1, 1000))
        .default(20),
    )
    .action(async (options: SearchOptions, command: Command) => {
      const context = open(command);
      const { out } = context;
      const client = await context.client();
      const { offers } = await client.listOffers({
        query: {
          ...(await context.inProject()),
          ...sharedNeeds(options),
          ...(options.up === undefined ? {} : { min_inet_up: options.up }),
          ...(options.verified === true ? { verified_only: 'true' as const } : {}),
          ...(options.staticIp === true ? { static_ip: 'true' as const } : {}),
          min_disk: options.disk,
          limit: options.limit,
        },
      });
      const hint = offers.length > 0 ? '' : await closestGpu(client, options.gpu);
      await out.list(
        offers,
        [
          { header: 'OFFER', value: (row) => row.id },
          { header: 'GPU', value: (row) => `${row.num_gpus}x ${row.gpu_name}`, tone: () => 'strong' },
          { header: 'VRAM', value: (row) => `${Math.round(row.gpu_ram / 1024)} GB`, align: 'right' },
          { header: '$/H', value: (row) => formatDollars(row.dph_total), align: 'right' },
          { header: 'CPU', value: (row) => Math.round(row.cpu_cores), align: 'right' },
          { header: 'RAM', value: (row) => `${Math.round(row.cpu_ram / 1024)} GB`, align: 'right' },
          { header: 'DISK', value: (row) => `${Math.round(row.disk_space)} GB`, align: 'right' },
          { header: 'DOWN', value: (row) => `${Math.round(row.inet_down)} Mbps`, align: 'right' },
          { header: 'WHERE', value: (row) => row.geolocation, flexible: true },
          {
            header: 'RELIABLE',
            value: (row) => (row.reliability === null ? null : formatShare(row.reliability)),
            align: 'right',
          },
          { header: 'HOST', value: (row) => row.machine_id },
          {
            header: 'OUR EXPERIENCE',
            value: ourExperience,
            tone: (row) => (row.is_blacklisted ? 'bad' : 'plain'),
            flexible: true,
          },
        ],
        `Nothing like that is offered at the moment${hint}. Ask for less, or look at: dumont market prices`,
      );
    });
