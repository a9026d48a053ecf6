import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { harmless } from '../../output/text.ts';

export const registerPaths = (pipeline: Command, open: OpenContext): void => {
  const paths = pipeline
    .command('paths')
    .summary('folders that systems write to')
    .description('Folders on the server that systems write to.');
  paths
    .command('list', { isDefault: true })
    .summary('list them (default)')
    .description('List the folders, what is wrong with them, and the roots they must lie in.')
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const { out } = context;
      const client = await context.client();
      const { items, roots } = await client.listPaths({ query: await context.inProject() });
      await out.list(
        items,
        [
          { header: 'NAME', value: (row) => row.name, tone: () => 'strong' },
          { header: 'FOLDER', value: (row) => row.path, flexible: true },
          { header: 'TROUBLE', value: (row) => row.problem, tone: () => 'warning', flexible: true },
          { header: 'SYSTEMS', value: (row) => row.systems.join(', ') || null, flexible: true },
        ],
        'No system asks for a folder.',
      );
      await out.note(
        `Folders must lie in: ${roots.map(harmless).join(', ') || 'nowhere (see DUMONT_PATH_ROOTS)'}`,
      );
    });
  paths
    .command('set')
    .summary('set a folder')
    .description(
      'Set a folder. It must exist (or be made with --create), be writable, and lie in an allowed root.',
    )
    .argument('<name>', 'which setting')
    .argument('<folder>', 'a folder on the server')
    .option('--create', 'make it if it is not there')
    .action(async (name: string, folder: string, options: { create?: boolean }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const saved = await client.putPath({
        params: { name },
        query: await context.inProject(),
        body: { path: folder, create: options.create === true },
      });
      await context.out.result(saved, () => `${harmless(saved.name)} is ${harmless(saved.path ?? '')}.`);
    });
  paths
    .command('clear')
    .summary('take a folder away')
    .description('Take a folder setting away; the folder itself stays.')
    .argument('<name>', 'which setting')
    .action(async (name: string, _options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const saved = await client.putPath({
        params: { name },
        query: await context.inProject(),
        body: { path: null },
      });
      await context.out.result(saved, () => `${harmless(saved.name)} is not set any more.`);
    });
};
