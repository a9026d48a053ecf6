import type { Run } from '@dumont/contracts/runs/runs';
import type { Context } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { CliError } from '../../failure.ts';
import { openEventStream } from '../../follow/event-stream.ts';
import { followRun, type LogFilter } from '../../follow/follow-run.ts';
import { formatLogLine } from '../../output/log-line.ts';
import { createProgressLine, type ProgressView } from '../../output/progress.ts';
import { hasEnded, toneOfState, wordOfState } from '../../output/run-words.ts';
import type { Style } from '../../output/style.ts';
import { harmless } from '../../output/text.ts';
import { formatDuration, secondsBetween } from '../../output/units.ts';

export interface WatchOptions {
  readonly run: Run;
  /** Print log lines from here on; undefined for none. */
  readonly after?: number;
  readonly filter?: LogFilter;
  readonly fullTime?: boolean;
}

const viewOf = (run: Run): ProgressView => {
  const part = run.parts.find(({ state }) => state === 'running');
  const said = run.waitingFor === null ? (part?.message ?? run.message) : `waits for ${run.waitingFor}`;
  return {
    label: `run ${run.number} ${run.state}`,
    percent: run.progress,
    message: part !== undefined && said !== null ? `${part.label}: ${said}` : said,
    since: run.startedAt,
  };
};

/** `✓ Run 128 (fund-data) succeeded after 12 s` */
export const describeEnd = (run: Run, style: Style, now: Date): string => {
  const state = style.paint(toneOfState(run.state), wordOfState(run.state, style));
  const took =
    run.startedAt === null
      ? ''
      : ` after ${formatDuration(secondsBetween(run.startedAt, run.finishedAt, now))}`;
  const why = run.error === null ? '' : `: ${harmless(run.error.message)} (${run.error.code})`;
  return `Run ${run.number} (${harmless(run.subject)}) ${state}${took}${why}`;
};

/** Watches a run to its end, with a progress line, and its log if asked. Ctrl-C leaves it running. */
export const watchRun = async (context: Context, options: WatchOptions): Promise<Run> => {
  const { host, out } = context;
  const session = await context.session();
  const { run } = options;
  await using progress = createProgressLine(host, out.noteStyle);
  if (!hasEnded(run.state)) progress.show(viewOf(run));
  try {
    return await followRun(
      {
        client: session.client,
        clock: host.clock,
        interrupted: host.interrupted,
        openStream: async () =>
          openEventStream(session.url, await session.bearer(), host.clock, host.interrupted),
      },
      {
        runId: run.id,
        filter: options.filter ?? {},
        ...(options.after === undefined ? {} : { after: options.after }),
        onRun: async (next) => progress.show(viewOf(next)),
        onLines: (lines) =>
          progress.above(async () => {
            if (out.json) {
              for (const line of lines) await out.jsonLine(line);
              return;
            }
            const text = lines.map((line) => formatLogLine(line, out.style, options.fullTime === true));
            await out.write(`${text.join('\n')}\n`);
          }),
        onPolling: (reason) =>
          progress.above(() =>
            out.note(`Live events cannot be had (${reason}); asking every second instead.`),
          ),
      },
    );
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCodes.interrupted) {
      const { number } = run;
      throw new CliError(
        error.code,
        `Left; run ${number} goes on. Watch it again: dumont run logs ${number} -f. Cancel it: dumont run cancel ${number}`,
        exitCodes.interrupted,
      );
    }
    throw error;
  }
};

/** What a started run is followed by: nothing, its end, or its log and its end. */
export const reportStarted = async (
  context: Context,
  run: Run,
  how: { wait?: boolean; follow?: boolean },
): Promise<void> => {
  const { out, host } = context;
  if (how.wait !== true && how.follow !== true) {
    await out.result(run, () => `Run ${run.number} (${harmless(run.subject)}) is ${run.state}.`);
    await out.note(`Watch it: dumont run logs ${run.number} -f`);
    return;
  }
  await out.note(`Run ${run.number} (${harmless(run.subject)}) is ${run.state}.`);
  const end = await watchRun(context, { run, ...(how.follow === true ? { after: 0 } : {}) });
  // With a log of JSON lines before it, the run is one more line; alone it is a document.
  if (out.json && how.follow === true) await out.jsonLine(end);
  else await out.result(end, () => describeEnd(end, out.style, host.clock.now()));
  if (end.state !== 'succeeded') context.outcome.exitCode = exitCodes.failed;
};
