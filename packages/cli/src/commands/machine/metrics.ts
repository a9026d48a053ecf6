import type { MachineMetricPoint } from '@dumont/contracts/machines/agent';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { sparkline } from '../../output/sparkline.ts';
import { formatTable } from '../../output/table.ts';
import { formatDuration, formatRelative } from '../../output/units.ts';
import { amountUpTo } from '../arguments.ts';
import { findMachine, machineReference } from './find-machine.ts';

type Figure = Exclude<keyof MachineMetricPoint, 'at'>;

/** `most`: the top of its chart; undefined where the values say. */
const figures: Readonly<
  Record<Figure, { readonly name: string; readonly unit: string; readonly most?: number }>
> = {
  gpu_percent: { name: 'GPU', unit: '%', most: 100 },
  gpu_memory_percent: { name: 'GPU memory', unit: '%', most: 100 },
  gpu_temperature: { name: 'GPU temperature', unit: '°C' },
  cpu_percent: { name: 'CPU', unit: '%', most: 100 },
  memory_percent: { name: 'Memory', unit: '%', most: 100 },
  disk_percent: { name: 'Disk used', unit: '%', most: 100 },
  disk_mbps: { name: 'Disk', unit: 'MB/s' },
  network_mbps: { name: 'Network', unit: 'MB/s' },
};

const chartColumns = 40;

const summarise = (figure: Figure, points: readonly MachineMetricPoint[]) => {
  const { name, unit, most } = figures[figure];
  const values = points.map((point) => point[figure]);
  const known = values.filter((value) => value !== null);
  const show = (value: number | undefined): string | null =>
    value === undefined ? null : `${value.toFixed(1)} ${unit}`;
  const top = known.length === 0 ? 0 : Math.max(...known);
  return {
    name,
    last: show(known.at(-1)),
    least: show(known.length === 0 ? undefined : Math.min(...known)),
    mean: show(known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length),
    most: show(known.length === 0 ? undefined : top),
    chart: sparkline(values, most ?? top, chartColumns),
  };
};

export const registerMachineMetrics = (machine: Command, open: OpenContext): void => {
  machine
    .command('metrics')
    .summary('how busy it was')
    .description('How busy a machine was: GPU, CPU, memory, disk, network. --json has every point.')
    .argument('<machine>', machineReference)
    .addOption(
      new Option('--hours <number>', 'over the last so many, 720 at most')
        .argParser(amountUpTo(720))
        .default(1),
    )
    .action(async (word: string, { hours }: { hours: number }, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const { id } = await findMachine(context, word);
      const client = await context.client();
      const found = await client.getInstanceMetrics({ params: { id }, query: { hours } });
      const { points, resolution_seconds: resolution } = found;
      const last = points.at(-1);
      if (last === undefined && !out.json) return out.note('Nothing was heard of it in that time.');
      await out.result(found, () =>
        formatTable(
          (Object.keys(figures) as Figure[]).map((figure) => summarise(figure, points)),
          [
            { header: 'FIGURE', value: (row) => row.name, tone: () => 'strong' },
            { header: 'LAST', value: (row) => row.last, align: 'right' },
            { header: 'LEAST', value: (row) => row.least, align: 'right' },
            { header: 'MEAN', value: (row) => row.mean, align: 'right' },
            { header: 'MOST', value: (row) => row.most, align: 'right' },
            ...(out.style.signs
              ? [{ header: 'OVER TIME', value: (row: { chart: string }) => row.chart }]
              : []),
          ],
          out.style,
          out.columns,
        ),
      );
      if (last !== undefined) {
        const every = resolution === null ? '' : `, one each ${formatDuration(resolution)}`;
        await out.note(
          `${points.length} points${every}; the last one ${formatRelative(last.at, host.clock.now())}.`,
        );
      }
    });
};
