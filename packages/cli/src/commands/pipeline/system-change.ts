import type { System } from '@dumont/contracts/pipelines/pipelines';
import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { harmless } from '../../output/text.ts';
import { collectAssignments } from '../arguments.ts';
import { findSystem, optionValue } from '../run/pipeline-params.ts';

const registerSwitch = (pipeline: Command, open: OpenContext, word: 'enable' | 'disable'): void => {
  const state = word === 'enable' ? 'on' : 'off';
  pipeline
    .command(word)
    .summary(`switch systems ${state}`)
    .description(`Switch systems ${state}.`)
    .argument('<systems...>', 'which ones')
    .action(async (ids: string[], _options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const query = await context.inProject();
      const { items } = await client.listPipelines({ query });
      // All names are checked before the first one is switched.
      const known = items.flatMap(({ systems }) => systems);
      const chosen = ids.map((id) => findSystem(known, id));
      const changed: System[] = [];
      for (const { id } of chosen) {
        changed.push(
          await client.updateSystem({ params: { id }, query, body: { active: word === 'enable' } }),
        );
      }
      await context.out.result(changed, () =>
        changed.map(({ id }) => `${harmless(id)} is ${state}.`).join('\n'),
      );
    });
};

export const registerSystemChange = (pipeline: Command, open: OpenContext): void => {
  registerSwitch(pipeline, open, 'enable');
  registerSwitch(pipeline, open, 'disable');
  pipeline
    .command('option')
    .summary('set options of a system')
    .description('Set options of a system for all runs to come; without any, show them.')
    .argument('<system>', 'whose')
    .argument('[options...]', 'name=value', collectAssignments)
    .action(
      async (
        systemId: string,
        given: (readonly [string, string])[] | undefined,
        _options: unknown,
        command: Command,
      ) => {
        const context = open(command);
        const { out } = context;
        const client = await context.client();
        const query = await context.inProject();
        const { items } = await client.listPipelines({ query });
        let system = findSystem(
          items.flatMap(({ systems }) => systems),
          systemId,
        );
        if (given !== undefined && given.length > 0) {
          const before = system;
          const options = Object.fromEntries(
            given.map(([name, value]) => [name, optionValue(before, name, value)]),
          );
          system = await client.updateSystem({ params: { id: systemId }, query, body: { options } });
        }
        await out.list(
          system.options,
          [
            { header: 'OPTION', value: (row) => row.name, tone: () => 'strong' },
            { header: 'VALUE', value: (row) => String(row.value) },
            { header: 'DEFAULT', value: (row) => String(row.default) },
            {
              header: 'MAY BE',
              value: (row) => (row.type === 'boolean' ? 'true, false' : (row.choices?.join(', ') ?? 'text')),
            },
            { header: 'DESCRIPTION', value: (row) => row.description.en, flexible: true },
          ],
          `The system ${harmless(system.id)} has no options.`,
        );
      },
    );
  pipeline
    .command('reload')
    .summary('read the manifests again')
    .description('Read all manifests again, after a change on the disk of the server.')
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const counts = await client.reloadPipelines();
      await context.out.result(counts, () => `${counts.loaded} pipelines loaded, ${counts.broken} broken.`);
      if (counts.broken > 0) await context.out.note('What is wrong with them: dumont pipeline list');
    });
};
