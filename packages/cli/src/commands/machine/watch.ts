import type { Instance } from '@dumont/contracts/machines/instances';
import type { Candidate, Operation } from '@dumont/contracts/machines/operations';
import type { Command } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { CliError } from '../../failure.ts';
import { watchState } from '../../follow/watch-state.ts';
import { shortId } from '../../input/find-one.ts';
import { shellWord } from '../../input/shell-word.ts';
import {
  candidateTones,
  describeCandidate,
  gpusOf,
  hasOperationEnded,
  operationWords,
} from '../../output/machine-words.ts';
import { createProgressLine, type ProgressView } from '../../output/progress.ts';
import type { Style } from '../../output/style.ts';
import { harmless } from '../../output/text.ts';
import { formatDollars, formatDuration, formatTimeOfDay, secondsBetween } from '../../output/units.ts';
import { sayingHowToReturn } from '../leave.ts';
import { closestGpu } from '../offer/search.ts';
import { findMachine, machineReference } from './find-machine.ts';

type Raced = Operation & { readonly candidates: readonly Candidate[] };

const viewOf = ({ kind, status, progress, message, created_at: since }: Raced): ProgressView => {
  const race = [
    ...(progress.offers_found === null ? [] : [`${progress.offers_found} offers fit`]),
    ...(progress.batch === 0 ? [] : [`batch ${progress.batch}`]),
    ...(progress.machines_created === 0 ? [] : [`${progress.machines_created} rented`]),
    ...(progress.machines_destroyed === 0 ? [] : [`${progress.machines_destroyed} given back`]),
  ].join(', ');
  return {
    label: `${kind}: ${status.replace('_', ' ')}`,
    percent: progress.percent,
    message: message ?? (race || null),
    since,
  };
};

/** `12:04:05  host 10125, 1x RTX 4090, $0.270/h, Taiwan, TW: usable after 23 s, it won` */
const candidateLine = (candidate: Candidate, now: Date, style: Style): string => {
  const { state, ordered_at: ordered, usable_at: usable } = candidate;
  const after = state === 'usable' && usable !== null ? secondsBetween(ordered, usable, now) : undefined;
  const parts = [
    style.paint(candidateTones[state], state) +
      (after === undefined ? '' : ` after ${formatDuration(after)}`),
    ...(candidate.is_winner ? ['it won'] : []),
    ...(candidate.failure === null || candidate.is_winner
      ? []
      : [harmless(candidate.failure.replaceAll('_', ' '))]),
  ];
  const time = style.paint('quiet', formatTimeOfDay(now.toISOString()));
  return `${time}  ${describeCandidate(candidate)}: ${parts.join(', ')}`;
};

/** `12:04:05  snapshotting: the repository does not answer` */
const messageLine = ({ status }: Raced, message: string, now: Date, style: Style): string => {
  const time = style.paint('quiet', formatTimeOfDay(now.toISOString()));
  return `${time}  ${status.replace('_', ' ')}: ${harmless(message)}`;
};

/** Watches an operation to its end: each machine of its race on a line whenever its state changes. */
const watchOperation = async (context: Context, machine: Instance, operation: Operation): Promise<Raced> => {
  const { host, out } = context;
  const client = await context.client();
  await using progress = createProgressLine(host, out.noteStyle);
  const seen = new Map<string, string>();
  let said: string | null = null;
  return await watchState<Raced>(host, {
    read: () => client.getOperation({ params: { id: machine.id, operationId: operation.id } }),
    hasEnded: hasOperationEnded,
    onState: async (next) => {
      const changed = next.candidates.filter(
        ({ id, state, is_winner: won }) => seen.get(id) !== `${state} ${won}`,
      );
      for (const { id, state, is_winner: won } of changed) seen.set(id, `${state} ${won}`);
      if (changed.length > 0) {
        const lines = changed.map((one) => candidateLine(one, host.clock.now(), out.noteStyle));
        await progress.above(() => out.note(lines.join('\n')));
      }
      if (next.message !== null && next.message !== said) {
        const line = messageLine(next, next.message, host.clock.now(), out.noteStyle);
        await progress.above(() => out.note(line));
      }
      said = next.message;
      progress.show(viewOf(next));
    },
  });
};

/** What a user does next with a machine that an operation failed for. */
const afterFailure = (kind: Operation['kind'], name: string): string =>
  kind === 'deploy'
    ? ` Try again: dumont machine wake ${name}. Remove it: dumont machine destroy ${name}`
    : ` See what happened: dumont machine events ${name}`;

const describeEnd = (machine: Instance, operation: Operation, now: Date): string => {
  const name = harmless(machine.label);
  const took = formatDuration(secondsBetween(operation.created_at, operation.finished_at, now));
  if (operation.status === 'cancelled') return `Given up: ${operation.kind} of "${name}", after ${took}.`;
  const head = `"${name}" ${operationWords[operation.kind][1]}`;
  if (operation.kind === 'destroy' && operation.snapshot_id !== null) {
    return `${head} (after ${took}). Its files are in snapshot ${shortId(operation.snapshot_id)}.`;
  }
  if (machine.status !== 'running') return `${head} (after ${took}).`;
  const where = machine.geolocation === null ? '' : ` in ${harmless(machine.geolocation)}`;
  const what = `${gpusOf(machine) ?? 'no GPU'}${where}, ${formatDollars(machine.total_dph)} an hour, after ${took}`;
  const enter = machine.ssh_command === null ? '' : `\n${harmless(machine.ssh_command)}`;
  return `${head}: ${what}.\nEnter it: dumont machine ssh ${shellWord(name)}${enter}`;
};

/** Waits for the end of an operation and reports it; Ctrl-C leaves it going on. */
export const reportOperation = async (
  context: Context,
  machine: Instance,
  operation: Operation,
  wanted: 'completed' | 'cancelled' = 'completed',
): Promise<void> => {
  const { host, out } = context;
  const client = await context.client();
  const name = shellWord(harmless(machine.label));
  const end = await sayingHowToReturn(
    `Left; "${harmless(machine.label)}" goes on ${operationWords[operation.kind][0]}. Watch it again: dumont machine watch ${name}. Give it up: dumont machine cancel ${name}`,
    () => watchOperation(context, machine, operation),
  );
  const after = await client.getInstance({ params: { id: machine.id } });
  if (end.status === 'failed') {
    const { gpu_name: gpu } = after.needs;
    const hint = end.error_code === 'machine.no_offer' && gpu !== null ? await closestGpu(client, gpu) : '';
    const why = harmless(end.error ?? 'nobody knows why').replace(/\.?$/, `${hint}.`);
    if (out.json) await out.result(after, () => '');
    throw new CliError(
      end.error_code ?? 'cli.operation_failed',
      `"${harmless(machine.label)}" could not be ${operationWords[end.kind][0].replace('being ', '')}: ${why}${afterFailure(end.kind, name)}`,
    );
  }
  await out.result(after, () => describeEnd(after, end, host.clock.now()));
  if (end.status !== wanted) context.outcome.exitCode = exitCodes.failed;
};

/** What is begun is followed to its end, or only named with `--no-wait`. */
export const reportBegun = async (
  context: Context,
  machine: Instance,
  operation: Operation,
  options: { readonly wait: boolean },
): Promise<void> => {
  const { out } = context;
  if (options.wait) return reportOperation(context, machine, operation);
  const client = await context.client();
  const after = await client.getInstance({ params: { id: machine.id } });
  const name = harmless(machine.label);
  await out.result(after, () => `"${name}" is ${operationWords[operation.kind][0]}.`);
  await out.note(`Watch it: dumont machine watch ${shellWord(name)}`);
};

export const registerMachineWatch = (machine: Command, open: OpenContext): void => {
  machine
    .command('watch')
    .summary('watch what is being done with a machine')
    .description('Watch what is being done with a machine until its end. Ends with 1 when it fails.')
    .argument('<machine>', machineReference)
    .action(async (word: string, _options: unknown, command: Command) => {
      const context = open(command);
      const found = await findMachine(context, word);
      const { operation } = found;
      if (operation === null) {
        throw new CliError('cli.nothing_going_on', `Nothing is being done with "${harmless(found.label)}".`);
      }
      await reportOperation(context, found, operation);
    });
  machine
    .command('cancel')
    .summary('give up what is being done with a machine')
    .description('Give up what is being done with a machine; what was rented for it is given back.')
    .argument('<machine>', machineReference)
    .option('--no-wait', 'do not wait until everything is given back')
    .action(async (word: string, options: { wait: boolean }, command: Command) => {
      const context = open(command);
      const { out } = context;
      const found = await findMachine(context, word);
      const client = await context.client();
      const { operation } = await client.cancelOperation({ params: { id: found.id } });
      if (options.wait) return reportOperation(context, found, operation, 'cancelled');
      await out.result(operation, () => `${operation.kind} of "${harmless(found.label)}" is being given up.`);
    });
};
