import type { SolverApp } from '@dumont/contracts/optimization/apps';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../context.ts';
import { notFound } from '../failure.ts';
import { closest } from '../input/closest.ts';
import { memberText } from '../input/member-text.ts';
import { formatFields } from '../output/table.ts';
import { harmless } from '../output/text.ts';
import { formatDuration } from '../output/units.ts';
import { writeDocument } from './documents.ts';

const schemas = ['instance', 'solution', 'config', 'instance_checks', 'solution_checks', 'kpis'] as const;

const findApp = (items: readonly SolverApp[], id: string): SolverApp => {
  const found = items.find((app) => app.id === id);
  if (found !== undefined) return found;
  const ids = items.map((app) => app.id);
  throw notFound(`There is no solver app "${id}"${closest(id, ids)}. See: dumont app list`);
};

const registerList = (app: Command, open: OpenContext): void => {
  app
    .command('list')
    .alias('ls')
    .summary('list solver apps')
    .description('List the solver apps, and folders that were meant to be one.')
    .action(async (_options: unknown, command: Command) => {
      const { out, client } = open(command);
      const { items, broken } = await (await client()).listApps();
      await out.list(
        items,
        [
          { header: 'APP', value: (row) => row.id, tone: () => 'strong' },
          { header: 'NAME', value: (row) => row.name.en },
          { header: 'SOLVERS', value: (row) => row.solvers.join(', '), flexible: true },
          {
            header: 'EXAMPLES',
            value: (row) => row.examples.map(({ name }) => name).join(', '),
            flexible: true,
          },
          { header: 'STARTS', value: (row) => (row.startable ? 'here' : 'elsewhere') },
        ],
        'There are no solver apps.',
      );
      for (const { folder, reason } of broken)
        await out.warn(`the app in ${harmless(folder)} cannot be used: ${harmless(reason)}`);
    });
};

export const registerApp = (program: Command, open: OpenContext): void => {
  const app = program
    .command('app')
    .summary('apps that solve problems, with examples')
    .description('Solver apps: what they solve, by which solvers, with examples to begin with.');
  registerList(app, open);
  app
    .command('show')
    .summary('show one app, or one of its schemas')
    .description(
      'Show one app: solvers, time limit, examples; or the JSON Schema of what it takes and answers.',
    )
    .argument('<app>', 'its id')
    .addOption(new Option('--schema <name>', 'print this schema').choices(schemas))
    .action(async (id: string, options: { schema?: (typeof schemas)[number] }, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const found = findApp((await client.listApps()).items, id);
      if (options.schema !== undefined) {
        const { [options.schema]: schema } = await client.getAppSchemas({ params: { id } });
        return out.write(`${JSON.stringify(schema, undefined, 2)}\n`);
      }
      await out.result(found, () =>
        formatFields(
          [
            ['App', found.id],
            ['Name', found.name.en],
            ['Description', harmless(found.description.en)],
            ['Solvers', found.solvers.length === 0 ? undefined : found.solvers.join(', ')],
            ['Time limit', formatDuration(found.timeLimitSeconds)],
            ['Starts', found.startable ? 'on the server' : 'elsewhere: a worker registered it'],
            ...found.examples.map(
              ({ name, description }) => ['Example', harmless(`${name}  ${description.en}`.trim())] as const,
            ),
          ],
          out.style,
        ),
      );
    });
  app
    .command('example')
    .summary('print or save the data of an example')
    .description('Print the data of an example as JSON, or save it: what "dumont solve" takes.')
    .argument('<app>', 'its id')
    .argument('[example]', 'its name (default: the first)')
    .option('-O, --out <file>', 'save it here instead of printing it')
    .addHelpText(
      'after',
      `
Example:
  dumont app example tsp | dumont solve tsp - --name first`,
    )
    .action(async (id: string, word: string | undefined, options: { out?: string }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { examples } = findApp((await client.listApps()).items, id);
      const name = word ?? examples[0]?.name;
      if (name === undefined) throw notFound(`The app ${id} has no examples.`);
      const response = await client.stream('getAppExample', { params: { id, name } });
      const instance = memberText(await response.text(), 'instance') ?? 'null';
      await writeDocument(context, Promise.resolve(new Response(instance)), options.out);
    });
};
