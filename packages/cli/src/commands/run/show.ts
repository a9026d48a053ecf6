import type { Run } from '@dumont/contracts/runs/runs';
import type { Command } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { toneOfState, wordOfState } from '../../output/run-words.ts';
import { formatFields, formatTable } from '../../output/table.ts';
import { harmless } from '../../output/text.ts';
import { formatDuration, formatTime, secondsBetween } from '../../output/units.ts';
import { getRun, runReference } from './find-run.ts';

const optional = (text: string | null): string | undefined => (text === null ? undefined : harmless(text));

const formatRun = (run: Run, { out, host }: Context): string => {
  const { style } = out;
  const now = host.clock.now();
  const took =
    run.startedAt === null ? undefined : formatDuration(secondsBetween(run.startedAt, run.finishedAt, now));
  const fields = formatFields(
    [
      ['Run', `${run.number} (${run.id})`],
      ['What', `${run.kind} ${harmless(run.subject)}`],
      ['State', style.paint(toneOfState(run.state), wordOfState(run.state, style))],
      ['Error', run.error === null ? undefined : `${harmless(run.error.message)} (${run.error.code})`],
      ['Waits for', optional(run.waitingFor)],
      [
        'Progress',
        run.progress === null
          ? undefined
          : `${run.progressEstimated ? 'about ' : ''}${Math.round(run.progress)} %`,
      ],
      ['Message', optional(run.message)],
      ['Exit code', run.exitCode ?? undefined],
      ['Queued', formatTime(run.queuedAt)],
      ['Started', run.startedAt === null ? undefined : formatTime(run.startedAt)],
      ['Ended', run.finishedAt === null ? undefined : formatTime(run.finishedAt)],
      ['Took', took],
      ['Attempt', run.maxAttempts > 1 ? `${run.attempt} of ${run.maxAttempts}` : undefined],
      ['Time limit', run.timeoutSeconds === null ? undefined : formatDuration(run.timeoutSeconds)],
      ['Executor', run.executor],
      [
        'By',
        run.createdBy === null
          ? run.scheduleId === null
            ? undefined
            : 'a schedule'
          : harmless(run.createdBy.name),
      ],
      ['Runs again', run.rerunOf ?? undefined],
      ['Log lines', run.logLines],
      ['Parameters', Object.keys(run.params).length === 0 ? undefined : harmless(JSON.stringify(run.params))],
    ],
    style,
  );
  if (run.parts.length === 0) return fields;
  const parts = formatTable(
    run.parts,
    [
      { header: 'SYSTEM', value: (part) => part.name },
      {
        header: 'STATE',
        value: (part) => wordOfState(part.state, style),
        tone: (part) => toneOfState(part.state),
      },
      {
        header: 'PROGRESS',
        value: (part) =>
          part.progress === null ? null : `${part.estimated ? '~' : ''}${Math.round(part.progress)} %`,
        align: 'right',
      },
      { header: 'MESSAGE', value: (part) => part.message, flexible: true },
    ],
    style,
    out.columns,
  );
  return `${fields}\n\n${parts}`;
};

export const registerShow = (run: Command, open: OpenContext): void => {
  run
    .command('show')
    .summary('show one run')
    .description('Show one run: state, progress by system, times, parameters.')
    .argument('<run>', runReference)
    .action(async (reference: string, _options: unknown, command: Command) => {
      const context = open(command);
      const found = await getRun(await context.client(), reference);
      await context.out.result(found, () => formatRun(found, context));
    });
};
