import type { RunState } from '@dumont/contracts/runs/runs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { closest } from '../../input/closest.ts';
import { runStateNames, toneOfState, wordOfState } from '../../output/run-words.ts';
import { formatDuration, formatRelative, secondsBetween } from '../../output/units.ts';
import { day } from '../arguments.ts';
import { limitOption, noteMore, readUpTo } from '../pages.ts';

interface ListOptions {
  readonly state?: readonly RunState[];
  readonly kind?: 'pipeline' | 'model' | 'command';
  readonly subject?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

const states = (text: string, before: readonly RunState[] = []): RunState[] => [
  ...before,
  ...text.split(',').map((word) => {
    const found = runStateNames.find((name) => name === word.trim());
    if (found === undefined) {
      throw new InvalidArgumentError(
        `no state is called ${word}${closest(word, runStateNames)}; there are ${runStateNames.join(', ')}`,
      );
    }
    return found;
  }),
];

const stateOption = (): Option => {
  const option = new Option('--state <states>', 'only these, separated by commas').argParser(states);
  // Set for the help and for completion; `choices()` would refuse a list.
  option.argChoices = [...runStateNames];
  return option;
};

export const registerList = (run: Command, open: OpenContext): void => {
  run
    .command('list')
    .alias('ls')
    .summary('list runs, newest first')
    .description('List runs, newest first.')
    .addOption(stateOption())
    .addOption(new Option('--kind <kind>', 'only this kind').choices(['pipeline', 'model', 'command']))
    .option('--subject <name>', 'only of this pipeline or program')
    .option('--from <day>', 'queued on this day or later', day)
    .option('--to <day>', 'queued on this day or earlier', day)
    .addOption(limitOption('runs'))
    .action(async (options: ListOptions, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const { state, limit, ...filters } = options;
      const query = {
        ...filters,
        ...(state === undefined ? {} : { state: state.join(',') }),
        ...(await context.inProject()),
      };
      const { items, more } = await readUpTo(limit, (page) =>
        client.listRuns({ query: { ...query, ...page } }),
      );
      const now = host.clock.now();
      await out.list(
        items,
        [
          { header: 'RUN', value: (row) => row.number, align: 'right', tone: () => 'strong' },
          {
            header: 'STATE',
            value: (row) => wordOfState(row.state, out.style),
            tone: (row) => toneOfState(row.state),
          },
          {
            header: 'PROGRESS',
            value: (row) =>
              row.progress === null
                ? null
                : `${row.progressEstimated ? '~' : ''}${Math.round(row.progress)} %`,
            align: 'right',
          },
          { header: 'SUBJECT', value: (row) => row.subject, flexible: true },
          { header: 'QUEUED', value: (row) => formatRelative(row.queuedAt, now) },
          {
            header: 'TOOK',
            value: (row) =>
              row.startedAt === null
                ? null
                : formatDuration(secondsBetween(row.startedAt, row.finishedAt, now)),
            align: 'right',
          },
          { header: 'BY', value: (row) => row.createdBy?.name, flexible: true },
          {
            header: 'MESSAGE',
            value: (row) => row.error?.message ?? row.waitingFor ?? row.message,
            flexible: true,
          },
        ],
        Object.keys(query).length === 0
          ? 'No runs yet. Start one: dumont run start PIPELINE (see: dumont pipeline list)'
          : 'No run is like that.',
      );
      await noteMore(out, more, limit);
    });
};
