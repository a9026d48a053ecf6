import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { CliError } from '../../failure.ts';
import { harmless } from '../../output/text.ts';
import { findRunId, runReference } from './find-run.ts';
import { describeEnd, watchRun } from './watch.ts';

export const registerCancel = (run: Command, open: OpenContext): void => {
  run
    .command('cancel')
    .summary('end a run and every process of it')
    .description('Cancel a run: every process of it ends. "dumont run rerun" starts it again.')
    .argument('<run>', runReference)
    .option('-w, --wait', 'wait until it has ended')
    .action(async (reference: string, options: { wait?: boolean }, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const id = await findRunId(client, reference);
      const cancelled = await client.cancelRun({ params: { id } });
      if (options.wait !== true) {
        await out.result(
          cancelled,
          () => `Run ${cancelled.number} (${harmless(cancelled.subject)}) is being cancelled.`,
        );
        return;
      }
      const end = await watchRun(context, { run: cancelled });
      await out.result(end, () => describeEnd(end, out.style, host.clock.now()));
      // It may have come to its own end just before.
      if (end.state !== 'cancelled') {
        throw new CliError('cli.not_cancelled', `Run ${end.number} had ended already: ${end.state}.`);
      }
    });
};
