import type { Instance, InstanceStatus } from '@dumont/contracts/machines/instances';
import type { Candidate, Operation } from '@dumont/contracts/machines/operations';
import { type Command, Option } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import {
  candidateTones,
  gpusOf,
  hasOperationEnded,
  machineStatusNames,
  operationWords,
  toneOfMachine,
  wordOfMachine,
} from '../../output/machine-words.ts';
import type { Style } from '../../output/style.ts';
import { formatFields, formatTable } from '../../output/table.ts';
import { harmless } from '../../output/text.ts';
import { formatDollars, formatDuration, formatRelative, formatTime } from '../../output/units.ts';
import { findMachine, listMachines, machineReference } from './find-machine.ts';

const maybe = <Value>(value: Value | null, format: (value: Value) => string): string | undefined =>
  value === null ? undefined : format(value);

const percent = (value: number): string => `${Math.round(value)} %`;

const describeOperation = (operation: Operation): string => {
  const [going] = operationWords[operation.kind];
  const said = operation.error ?? operation.message;
  const state = hasOperationEnded(operation)
    ? `${operation.kind} ${operation.status}`
    : `${going} (${operation.status.replace('_', ' ')})`;
  return said === null ? state : `${state}: ${harmless(said)}`;
};

/** What is being done, or was done last. */
const workRow = (operation: Operation): readonly [string, string] => [
  hasOperationEnded(operation) ? 'Last work' : 'Work',
  describeOperation(operation),
];

/** `if idle for 3 min 00 s, at 12:04:05` */
const describeSleep = (machine: Instance): string => {
  const { idle_policy: policy, will_hibernate_at: at, keep_alive_until: kept } = machine;
  if (!policy.enabled) return 'never by itself';
  const rule = `when idle for ${formatDuration(policy.window_seconds)}`;
  if (at !== null) return `${rule}; idle now, so at ${formatTime(at)}`;
  return kept === null ? rule : `${rule}, but not before ${formatTime(kept)}`;
};

const formatMachine = (machine: Instance, style: Style, now: Date): string =>
  formatFields(
    [
      ['Machine', `${harmless(machine.label)} (${machine.id})`],
      ['State', style.paint(toneOfMachine(machine.status), wordOfMachine(machine.status, style))],
      ['Since', `${formatTime(machine.status_since)} (${formatRelative(machine.status_since, now)})`],
      ...(machine.operation === null ? [] : [workRow(machine.operation)]),
      ['Trouble', maybe(machine.problem, harmless)],
      ['GPU', maybe(gpusOf(machine), harmless)],
      ['GPU memory', maybe(machine.gpu_ram, (mb) => `${Math.round(mb / 1024)} GB each`)],
      ['CPU', maybe(machine.cpu_cores, (cores) => `${cores} cores`)],
      ['Memory', maybe(machine.cpu_ram, (gb) => `${Math.round(gb)} GB`)],
      ['Disk', `${machine.disk_size} GB`],
      ['Link', maybe(machine.inet_down, (down) => `${Math.round(down)} Mbps down`)],
      ['Where', maybe(machine.geolocation, harmless)],
      ['At work', machine.gpu_util === null && machine.cpu_util === null ? undefined : workOf(machine)],
      [
        'Costs',
        `${formatDollars(machine.total_dph)} an hour, ${formatDollars(machine.cost_total, 2)} so far`,
      ],
      ['SSH', maybe(machine.ssh_command, harmless)],
      ['Last beat', maybe(machine.last_heartbeat, (at) => formatRelative(at, now))],
      ['Sleeps', machine.status === 'destroyed' ? undefined : describeSleep(machine)],
      ['Sleeps at', maybe(machine.schedule.next_sleep_at, formatTime)],
      ['Wakes at', maybe(machine.schedule.next_wake_at, formatTime)],
      ['Last snapshot', maybe(machine.snapshot_id, shortId)],
      ['Image', harmless(machine.image)],
      ['Provider', maybe(machine.provider, (name) => `${name} ${machine.provider_instance_id ?? ''}`.trim())],
      ['Made', formatTime(machine.created_at)],
    ],
    style,
  );

const workOf = ({ gpu_util: gpu, cpu_util: cpu, gpu_temp: temperature }: Instance): string =>
  [
    ...(gpu === null ? [] : [`GPU ${percent(gpu)}`]),
    ...(temperature === null ? [] : [`${Math.round(temperature)} °C`]),
    ...(cpu === null ? [] : [`CPU ${percent(cpu)}`]),
  ].join(', ');

const formatRace = (candidates: readonly Candidate[], { out }: Context): string =>
  formatTable(
    candidates,
    [
      { header: 'BATCH', value: (row) => row.batch, align: 'right' },
      { header: 'HOST', value: (row) => row.machine_id },
      { header: 'GPU', value: (row) => `${row.num_gpus}x ${row.gpu_name}` },
      { header: '$/H', value: (row) => formatDollars(row.dph_total), align: 'right' },
      { header: 'WHERE', value: (row) => row.geolocation, flexible: true },
      {
        header: 'STATE',
        value: (row) => (row.is_winner ? `${row.state} (won)` : row.state),
        tone: (row) => candidateTones[row.state],
      },
      { header: 'WHY', value: (row) => row.failure, flexible: true },
    ],
    out.style,
    out.columns,
  );

export const registerMachineRead = (machine: Command, open: OpenContext): void => {
  machine
    .command('list')
    .alias('ls')
    .summary('list machines, newest first')
    .description('List machines, newest first; those that are destroyed only with --status destroyed.')
    .addOption(new Option('--status <status>', 'only these').choices(machineStatusNames))
    .action(async (options: { status?: InstanceStatus }, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const found = await listMachines(context, options.status);
      const now = host.clock.now();
      await out.list(
        found,
        [
          { header: 'MACHINE', value: (row) => row.label, tone: () => 'strong', flexible: true },
          {
            header: 'STATUS',
            value: (row) => wordOfMachine(row.status, out.style),
            tone: (row) => toneOfMachine(row.status),
          },
          { header: 'SINCE', value: (row) => formatRelative(row.status_since, now) },
          { header: 'GPU', value: gpusOf },
          { header: 'BUSY', value: (row) => maybe(row.gpu_util, percent), align: 'right' },
          { header: '$/H', value: (row) => formatDollars(row.total_dph), align: 'right' },
          { header: 'SO FAR', value: (row) => formatDollars(row.cost_total, 2), align: 'right' },
          { header: 'WHERE', value: (row) => row.geolocation, flexible: true },
          { header: 'SLEEPS', value: (row) => maybe(row.will_hibernate_at, (at) => formatRelative(at, now)) },
          { header: 'TROUBLE', value: (row) => row.problem, tone: () => 'bad', flexible: true },
          { header: 'ID', value: (row) => shortId(row.id) },
        ],
        options.status === undefined
          ? 'No machines yet. Rent one: dumont machine deploy --gpu "RTX 4090" --max-price 0.6'
          : 'No machine is like that.',
      );
      const perHour = found.reduce((sum, { total_dph: rate }) => sum + rate, 0);
      if (perHour > 0) await out.note(`Together they cost ${formatDollars(perHour)} an hour.`);
    });
  machine
    .command('show')
    .summary('show one machine')
    .description('Show one machine: state, what is in it, what it costs, what is being done with it.')
    .argument('<machine>', machineReference)
    .action(async (word: string, _options: unknown, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const found = await findMachine(context, word);
      const { operation } = found;
      const race =
        operation === null || hasOperationEnded(operation)
          ? []
          : (await client.getOperation({ params: { id: found.id, operationId: operation.id } })).candidates;
      await out.result(found, () => {
        const fields = formatMachine(found, out.style, host.clock.now());
        return race.length === 0 ? fields : `${fields}\n\n${formatRace(race, context)}`;
      });
    });
};
