import type { MachineEvent } from '@dumont/contracts/machines/operations';
import type { Command } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import { formatTable } from '../../output/table.ts';
import { formatDollars, formatTime, formatTimeOfDay } from '../../output/units.ts';
import { limitOption, noteMore, readUpTo } from '../pages.ts';
import { findMachine, machineReference } from './find-machine.ts';

const figure = (value: number | null, unit: string): string | null =>
  value === null ? null : `${Math.round(value * 10) / 10} ${unit}`;

/** The figures that justified what was done. */
const formatEvidence = (event: MachineEvent, { out }: Context): string => {
  const table = formatTable(
    event.evidence,
    [
      { header: 'AT', value: (row) => formatTimeOfDay(row.at) },
      { header: 'GPU', value: (row) => figure(row.gpu_percent, '%'), align: 'right' },
      { header: 'CPU', value: (row) => figure(row.cpu_percent, '%'), align: 'right' },
      { header: 'DISK', value: (row) => figure(row.disk_mbps, 'MB/s'), align: 'right' },
      { header: 'NETWORK', value: (row) => figure(row.network_mbps, 'MB/s'), align: 'right' },
      { header: 'LAST KEY', value: (row) => figure(row.input_seconds_ago, 's before'), align: 'right' },
    ],
    out.style,
    out.columns,
  );
  return `${event.event_type.replaceAll('_', ' ')} at ${formatTime(event.at)}, because:\n${table}`;
};

export const registerMachineEvents = (machine: Command, open: OpenContext): void => {
  machine
    .command('events')
    .summary('its story: why did it sleep?')
    .description('What happened to a machine, newest first: why did it sleep, what did that save?')
    .argument('<machine>', machineReference)
    .option('--evidence', 'also the figures that it was put to sleep for')
    .addOption(limitOption('events'))
    .action(async (word: string, options: { evidence?: boolean; limit: number }, command: Command) => {
      const context = open(command);
      const { out } = context;
      const { id } = await findMachine(context, word);
      const client = await context.client();
      const { items, more } = await readUpTo(options.limit, (query) =>
        client.listMachineEvents({ params: { id }, query }),
      );
      await out.list(
        items,
        [
          { header: 'AT', value: (row) => formatTime(row.at) },
          { header: 'WHAT', value: (row) => row.event_type.replaceAll('_', ' '), tone: () => 'strong' },
          { header: 'BECAUSE', value: (row) => row.reason },
          { header: 'MESSAGE', value: (row) => row.message, flexible: true },
          {
            header: '$/H',
            value: (row) => (row.dph_total === null ? null : formatDollars(row.dph_total)),
            align: 'right',
          },
          {
            header: 'SAVED',
            value: (row) => (row.savings_usd === null ? null : formatDollars(row.savings_usd, 2)),
            align: 'right',
          },
          {
            header: 'SNAPSHOT',
            value: (row) => (row.snapshot_id === null ? null : shortId(row.snapshot_id)),
          },
        ],
        'Nothing has happened to it yet.',
      );
      await noteMore(out, more, options.limit);
      if (options.evidence !== true || out.json) return;
      for (const event of items.filter(({ evidence }) => evidence.length > 0)) {
        await out.write(`\n${formatEvidence(event, context)}\n`);
      }
    });
};
