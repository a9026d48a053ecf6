import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import { confirm } from '../../input/prompt.ts';
import { describeExecution } from '../../output/execution-words.ts';
import { harmless } from '../../output/text.ts';
import { configOption, configText } from './config.ts';
import { executionReference, findExecution } from './find-execution.ts';
import { reportExecution } from './watch.ts';

export const registerExecutionChange = (execution: Command, open: OpenContext): void => {
  execution
    .command('stop')
    .summary('stop an execution')
    .description('Stop an execution. A solver that has a solution by then answers it.')
    .argument('<execution>', executionReference)
    .action(async (word: string, _options: unknown, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const { id } = await findExecution(client, word);
      const stopped = await client.stopExecution({ params: { id } });
      await out.result(
        stopped,
        () => `Execution ${shortId(id)} (${harmless(stopped.name)}) is being stopped.`,
      );
    });
  execution
    .command('relaunch')
    .summary('solve again')
    .description(
      'Solve again, with another configuration if one is given. The answer that is there is dropped.',
    )
    .argument('<execution>', executionReference)
    .addOption(configOption())
    .option('--no-wait', 'do not wait: it goes on by itself')
    .option('-y, --yes', 'do not ask')
    .action(
      async (
        word: string,
        options: { config?: readonly string[]; wait: boolean; yes?: boolean },
        command: Command,
      ) => {
        const context = open(command);
        const { out, host } = context;
        const client = await context.client();
        const found = await findExecution(client, word);
        const config = await configText(host, options.config);
        await confirm(
          host,
          `The answer of execution ${shortId(found.id)} (${harmless(found.name)}) is dropped.`,
          options,
        );
        const begun = await client.relaunchExecution({
          params: { id: found.id },
          body: config === undefined ? {} : { config },
        });
        if (options.wait) return void (await reportExecution(context, begun));
        await out.result(begun, () => describeExecution(begun, out.style, host.clock.now()));
      },
    );
  execution
    .command('delete')
    .alias('rm')
    .summary('delete an execution')
    .description('Delete an execution with its solution; one at work is stopped first. The problem stays.')
    .argument('<execution>', executionReference)
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: { yes?: boolean }, command: Command) => {
      const { out, host, client: connect } = open(command);
      const client = await connect();
      const { id, name } = await findExecution(client, word);
      await confirm(host, `Execution ${shortId(id)} (${harmless(name)}) is deleted for good.`, options);
      await client.deleteExecution({ params: { id } });
      await out.result({ id, deleted: true }, () => `Execution ${shortId(id)} is deleted.`);
    });
};
