import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { formatDollars, formatDuration, formatRelative, formatShare } from '../../output/units.ts';
import { wholeNumber } from '../arguments.ts';
import { limitOption, noteMore, readUpTo } from '../pages.ts';

interface HostsOptions {
  readonly gpu?: string;
  readonly where?: string;
  readonly limit: number;
}

export const registerMarketHosts = (market: Command, open: OpenContext): void => {
  market
    .command('hosts')
    .summary('hosts as they were last offered')
    .description('Hosts as they were last offered, with our own experience of them.')
    .option('--gpu <name>', 'only with this GPU')
    .option('--where <place>', 'only in this country or place')
    .addOption(
      new Option('-n, --limit <number>', 'at most so many').argParser(wholeNumber(1, 500)).default(50),
    )
    .action(async (options: HostsOptions, command: Command) => {
      const { out, host, client } = open(command);
      const { items } = await (
        await client()
      ).listMarketHosts({
        query: {
          limit: options.limit,
          ...(options.gpu === undefined ? {} : { gpu_name: options.gpu }),
          ...(options.where === undefined ? {} : { geolocation: options.where }),
        },
      });
      const now = host.clock.now();
      await out.list(
        items,
        [
          { header: 'HOST', value: (row) => row.machine_id, tone: () => 'strong' },
          { header: 'GPU', value: (row) => `${row.num_gpus}x ${row.gpu_name}` },
          { header: '$/GPU/H', value: (row) => formatDollars(row.price), align: 'right' },
          { header: 'WHERE', value: (row) => row.geolocation, flexible: true },
          { header: 'DOWN', value: (row) => `${Math.round(row.inet_down)} Mbps`, align: 'right' },
          {
            header: 'RELIABLE',
            value: (row) => (row.reliability === null ? null : formatShare(row.reliability)),
            align: 'right',
          },
          { header: 'SEEN', value: (row) => formatRelative(row.last_seen, now) },
          {
            header: 'OUR EXPERIENCE',
            value: (row) =>
              row.success_rate === null ? null : `${formatShare(row.success_rate)} of ${row.total_attempts}`,
          },
        ],
        'No host like that was offered lately.',
      );
    });
  market
    .command('attempts')
    .summary('what came of the machines that were waited for')
    .description(
      'What came of the machines that were waited for, newest first. Losers of a race are not among them.',
    )
    .option('--host <id>', 'only of this host')
    .addOption(limitOption('attempts'))
    .action(async (options: { host?: string; limit: number }, command: Command) => {
      const context = open(command);
      const { out } = context;
      const client = await context.client();
      const query = {
        ...(await context.inProject()),
        ...(options.host === undefined ? {} : { machineId: options.host }),
      };
      const { items, more } = await readUpTo(options.limit, (page) =>
        client.listHostAttempts({ query: { ...query, ...page } }),
      );
      const now = context.host.clock.now();
      await out.list(
        items,
        [
          { header: 'AT', value: (row) => formatRelative(row.at, now) },
          { header: 'HOST', value: (row) => row.machineId, tone: () => 'strong' },
          {
            header: 'CAME OF IT',
            value: (row) => row.outcome,
            tone: (row) => (row.outcome === 'usable' ? 'good' : 'bad'),
          },
          { header: 'AFTER', value: (row) => formatDuration(row.seconds), align: 'right' },
          { header: 'WHY', value: (row) => row.failure, flexible: true },
        ],
        'No machine was waited for yet.',
      );
      await noteMore(out, more, options.limit);
    });
};
