import type { Execution } from '@dumont/contracts/optimization/executions';
import type { Context } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { watchState } from '../../follow/watch-state.ts';
import { shortId } from '../../input/find-one.ts';
import { describeExecution, hasExecutionEnded, wordsOfFindings } from '../../output/execution-words.ts';
import { createProgressLine } from '../../output/progress.ts';
import { sayingHowToReturn } from '../leave.ts';

/** Waits for an execution with a progress line. Ctrl-C leaves it going on. */
export const watchExecution = async (context: Context, begun: Execution): Promise<Execution> => {
  const { host, out, client } = context;
  const connected = await client();
  const id = shortId(begun.id);
  return sayingHowToReturn(
    `Left; execution ${id} goes on. Watch it again: dumont execution watch ${id}. Stop it: dumont execution stop ${id}`,
    async () => {
      await using progress = createProgressLine(host, out.noteStyle);
      return await watchState<Execution>(host, {
        read: () => connected.getExecution({ params: { id: begun.id } }),
        hasEnded: hasExecutionEnded,
        onState: async ({ state, runId, createdAt }) => {
          // Its run knows how far it is; who may not read runs waits without that.
          const run =
            runId === null
              ? undefined
              : await connected.getRun({ params: { id: runId } }).catch(() => undefined);
          progress.show({
            label: `execution ${state}`,
            percent: run?.progress ?? null,
            message: run?.message ?? null,
            since: createdAt,
          });
        },
      });
    },
  );
};

/**
 * Waits for an execution and reports its end; it is a failure for the shell where it has no answer. `aside` leaves
 * stdout to something else.
 */
export const reportExecution = async (
  context: Context,
  begun: Execution,
  { aside = false }: { readonly aside?: boolean } = {},
): Promise<Execution> => {
  const { out, host, outcome } = context;
  const end = hasExecutionEnded(begun) ? begun : await watchExecution(context, begun);
  const text = () => describeExecution(end, out.style, host.clock.now());
  await (aside ? out.note(text()) : out.result(end, text));
  // Data with faults is not solved, whatever is said of the rest of it.
  if (end.state !== 'solved' || end.dataHasFindings) outcome.exitCode = exitCodes.failed;
  if (wordsOfFindings(end) !== undefined) {
    const part = end.dataHasFindings ? 'instance_checks' : 'solution_checks';
    await out.note(`What they found: dumont execution solution ${shortId(end.id)} --part ${part}`);
  }
  return end;
};
