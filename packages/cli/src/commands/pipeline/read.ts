import type { System } from '@dumont/contracts/pipelines/pipelines';
import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { notFound } from '../../failure.ts';
import { closest } from '../../input/closest.ts';
import type { Column } from '../../output/table.ts';
import { toneOfState, wordOfState } from '../../output/run-words.ts';
import { harmless } from '../../output/text.ts';
import { formatDuration, formatRelative } from '../../output/units.ts';

const pipelineColumn: Column<System> = { header: 'PIPELINE', value: (row) => row.pipelineId };

/** What keeps a system from running, in few words; what is set but does not work reads as the server says it. */
const lacksOf = (system: System): string | null => {
  const missing = [
    ...system.credentials.filter(({ saved }) => !saved).map(({ key }) => `credential ${key}`),
    ...system.paths.filter(({ saved }) => !saved).map(({ name }) => `folder ${name}`),
  ];
  const said = missing.length === 0 ? system.problems : missing;
  return said.length === 0 ? null : said.join(', ');
};

export const registerPipelineRead = (pipeline: Command, open: OpenContext): void => {
  pipeline
    .command('list')
    .alias('ls')
    .summary('list pipelines')
    .description('List pipelines, and the manifests that could not be read.')
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const { out } = context;
      const client = await context.client();
      const { items, broken } = await client.listPipelines({ query: await context.inProject() });
      await out.list(
        items,
        [
          { header: 'PIPELINE', value: (row) => row.id, tone: () => 'strong' },
          { header: 'NAME', value: (row) => row.name.en, flexible: true },
          {
            header: 'SYSTEMS',
            value: (row) =>
              `${row.systems.filter(({ active }) => active).length} of ${row.systems.length} on`,
          },
          { header: 'TIME LIMIT', value: (row) => formatDuration(row.timeoutSeconds), align: 'right' },
          { header: 'DESCRIPTION', value: (row) => row.description.en, flexible: true },
        ],
        'There are no pipelines. A pipeline is a folder with a manifest.json in one of DUMONT_PIPELINES.',
      );
      for (const { folder, path, reason } of broken) {
        await out.warn(`${harmless(folder)} cannot be used: ${harmless(path)}: ${harmless(reason)}`);
      }
    });
  pipeline
    .command('systems')
    .summary('list systems with their last run')
    .description('List the systems of all pipelines, or of one, with their last run and what they lack.')
    .argument('[pipeline]', 'only of this one')
    .action(async (pipelineId: string | undefined, _options: unknown, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const { items } = await client.listPipelines({ query: await context.inProject() });
      const ids = items.map(({ id }) => id);
      if (pipelineId !== undefined && !ids.includes(pipelineId)) {
        throw notFound(`There is no pipeline "${pipelineId}"${closest(pipelineId, ids)}.`);
      }
      const systems = items
        .filter(({ id }) => pipelineId === undefined || id === pipelineId)
        .flatMap((item) => item.systems.toSorted((a, b) => a.order - b.order));
      const now = host.clock.now();
      await out.list(
        systems,
        [
          { header: 'SYSTEM', value: (row) => row.id, tone: () => 'strong' },
          ...(pipelineId === undefined ? [pipelineColumn] : []),
          {
            header: 'IS',
            value: (row) => (row.active ? 'on' : 'off'),
            tone: (row) => (row.active ? 'good' : 'quiet'),
          },
          {
            header: 'LAST RUN',
            value: (row) =>
              row.lastRun === null
                ? 'never'
                : `${row.lastRun.number} ${wordOfState(row.lastRun.state, out.style)}, ${formatRelative(row.lastRun.at, now)}`,
            tone: (row) => (row.lastRun === null ? 'quiet' : toneOfState(row.lastRun.state)),
          },
          {
            header: 'LACKS',
            value: lacksOf,
            tone: (row) => (row.problems.length === 0 ? 'quiet' : 'warning'),
            flexible: true,
          },
          { header: 'NAME', value: (row) => row.name.en, flexible: true },
        ],
        'There are no systems. See: dumont pipeline list',
      );
      if (systems.some(({ problems }) => problems.length > 0)) {
        await out.note(
          'What is lacking is set by: dumont pipeline credentials set, dumont pipeline paths set',
        );
      }
    });
};
