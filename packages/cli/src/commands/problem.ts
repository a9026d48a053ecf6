import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { shortId } from '../input/find-one.ts';
import { confirm } from '../input/prompt.ts';
import { formatFields } from '../output/table.ts';
import { harmless } from '../output/text.ts';
import { formatRelative, formatSize, formatTime } from '../output/units.ts';
import { writeDocument } from './documents.ts';
import { limitOption, noteMore, readUpTo } from './pages.ts';
import { findProblem, problemReference } from './problem/find-problem.ts';

interface ListOptions {
  readonly app?: string;
  readonly search?: string;
  readonly limit: number;
}

const registerRead = (problem: Command, open: OpenContext): void => {
  problem
    .command('list')
    .alias('ls')
    .summary('list problems, newest first')
    .description('List problems, newest first.')
    .option('--app <app>', 'only of this app')
    .option('--search <text>', 'only with this in the name')
    .addOption(limitOption('problems'))
    .action(async ({ app, search, limit }: ListOptions, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const query = {
        ...(app === undefined ? {} : { app }),
        ...(search === undefined ? {} : { search }),
        ...(await context.inProject()),
      };
      const { items, more } = await readUpTo(limit, (page) =>
        client.listProblemInstances({ query: { ...query, ...page } }),
      );
      const now = host.clock.now();
      await out.list(
        items,
        [
          { header: 'PROBLEM', value: (row) => shortId(row.id), tone: () => 'strong' },
          { header: 'NAME', value: (row) => row.name, flexible: true },
          { header: 'APP', value: (row) => row.app },
          { header: 'SIZE', value: (row) => formatSize(row.dataBytes), align: 'right' },
          { header: 'CREATED', value: (row) => formatRelative(row.createdAt, now) },
          { header: 'BY', value: (row) => row.createdBy.name, flexible: true },
        ],
        Object.keys(query).length === 0
          ? 'No problems yet. Begin: dumont solve APP FILE (see: dumont app list)'
          : 'No problem is like that.',
      );
      await noteMore(out, more, limit);
    });
  problem
    .command('show')
    .summary('show one problem')
    .description('Show one problem: its app, size and hash.')
    .argument('<problem>', problemReference)
    .action(async (word: string, _options: unknown, command: Command) => {
      const { out, client } = open(command);
      const found = await findProblem(await client(), word);
      await out.result(found, () =>
        formatFields(
          [
            ['Problem', found.id],
            ['Name', harmless(found.name)],
            ['Description', found.description === '' ? undefined : harmless(found.description)],
            ['App', found.app],
            ['Size', formatSize(found.dataBytes)],
            ['Hash of the data', found.dataHash],
            ['Compatible id', found.key],
            ['By', harmless(found.createdBy.name)],
            ['Created', formatTime(found.createdAt)],
          ],
          out.style,
        ),
      );
    });
  problem
    .command('data')
    .summary('print or save the data')
    .description('Print the data of a problem as JSON, as it was given, or save it.')
    .argument('<problem>', problemReference)
    .option('-O, --out <file>', 'save it here instead of printing it')
    .action(async (word: string, options: { out?: string }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { id } = await findProblem(client, word);
      await writeDocument(context, client.stream('getProblemInstanceData', { params: { id } }), options.out);
    });
};

export const registerProblem = (program: Command, open: OpenContext): void => {
  const problem = program
    .command('problem')
    .summary('data that was uploaded to be solved')
    .description('Problems: instances of data that apps solve. "dumont solve" uploads them.');
  registerRead(problem, open);
  problem
    .command('delete')
    .alias('rm')
    .summary('delete a problem')
    .description('Delete a problem with its executions; those at work are stopped. Cases made of it stay.')
    .argument('<problem>', problemReference)
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: { yes?: boolean }, command: Command) => {
      const { out, host, client: connect } = open(command);
      const client = await connect();
      const { id, name } = await findProblem(client, word);
      await confirm(
        host,
        `Problem ${shortId(id)} (${harmless(name)}) is deleted for good, with its executions.`,
        options,
      );
      await client.deleteProblemInstance({ params: { id } });
      await out.result({ id, deleted: true }, () => `Problem ${shortId(id)} is deleted.`);
    });
};
