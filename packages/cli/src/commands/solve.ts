import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { saysNone } from '@dumont/contracts/optimization/without-solution';
import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { usageError } from '../failure.ts';
import { shortId } from '../input/find-one.ts';
import { describeExecution } from '../output/execution-words.ts';
import { harmless } from '../output/text.ts';
import { readDocument, writeDocument } from './documents.ts';
import { configOption, configText } from './execution/config.ts';
import { reportExecution } from './execution/watch.ts';

interface SolveOptions {
  readonly config?: readonly string[];
  readonly name?: string;
  readonly check?: boolean;
  readonly wait: boolean;
  readonly out?: string;
}

/** `burma14` of `data/burma14.json`. */
const nameOf = (file: string): string => (file === '-' ? 'stdin' : basename(file).replace(/\.json$/i, ''));

export const registerSolve = (program: Command, open: OpenContext): void => {
  program
    .command('solve')
    .summary('upload data and solve it with an app')
    .description(
      'Upload data, solve it with an app, and wait for the answer. Ends with 1 unless it is solved. Ctrl-C leaves it going on.',
    )
    .argument('<app>', 'the solver app; "dumont app list" shows them')
    .argument('<file>', 'JSON in the form of the app; "-" reads stdin')
    .addOption(configOption())
    .option('--name <text>', 'name of the problem and the execution (default: the name of the file)')
    .option('--check', 'only check the data, do not solve')
    .option('--no-wait', 'do not wait: it goes on by itself')
    .option('-O, --out <file>', 'save the solution here; "-" prints it')
    .addHelpText(
      'after',
      `
Examples:
  dumont app example tsp burma14 --out burma14.json
  dumont solve tsp burma14.json --config solver=mip --config timeLimit=60 --out route.json`,
    )
    .action(async (app: string, file: string, options: SolveOptions, command: Command) => {
      const context = open(command);
      const { host, out } = context;
      if (!options.wait && options.out !== undefined)
        throw usageError('--out needs the answer: it does not go with --no-wait.');
      const data = await readDocument(host, file);
      const config = await configText(host, options.config);
      const client = await context.client();
      const name = options.name ?? nameOf(file);
      const problem = await client.createProblemInstance({
        body: { ...(await context.inProject()), app, name, data },
      });
      const begun = await client.createExecution({
        body: {
          instanceId: problem.id,
          name,
          ...(config === undefined ? {} : { config }),
          task: options.check === true ? 'check' : 'solve',
        },
        idempotencyKey: randomUUID(),
      });
      const id = shortId(begun.id);
      if (!options.wait) {
        await out.result(begun, () => describeExecution(begun, out.style, host.clock.now()));
        return out.note(`Watch it: dumont execution watch ${id}`);
      }
      await out.note(`Execution ${id} (${harmless(name)}) is ${begun.state}.`);
      const end = await reportExecution(context, begun, { aside: options.out === '-' });
      if (end.state !== 'solved' || end.dataHasFindings) return;
      if (options.check === true) return out.note('Its checks found nothing.');
      if (saysNone(end)) return;
      if (options.out === undefined) return out.note(`Its solution: dumont execution solution ${id}`);
      await writeDocument(
        context,
        client.stream('getExecutionPart', { params: { id: begun.id, part: 'solution' } }),
        options.out,
      );
    });
};
