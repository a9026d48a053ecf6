import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { usageError } from '../../failure.ts';
import { harmless } from '../../output/text.ts';
import { formatTime } from '../../output/units.ts';
import { findMachine, machineReference } from './find-machine.ts';
import { type IdleAfter, idleAfter, idlePolicyOf } from './idle.ts';

interface SetOptions {
  readonly name?: string;
  readonly idleAfter?: IdleAfter;
  readonly sleepAt?: string;
  readonly wakeAt?: string;
  readonly timeZone?: string;
}

const cron = (text: string): string | null => (text === 'never' ? null : text);

export const registerMachineSet = (machine: Command, open: OpenContext): void => {
  machine
    .command('set')
    .summary('change its label, and when it sleeps and wakes')
    .description('Change the label of a machine, and when it sleeps and wakes by itself.')
    .argument('<machine>', machineReference)
    .option('--name <label>', 'what to call it')
    .option('--idle-after <duration>', 'put it to sleep when idle for so long, or never', idleAfter)
    .option('--sleep-at <cron>', 'put it to sleep at these times, such as "0 20 * * 1-5", or never')
    .option('--wake-at <cron>', 'wake it at these times, or never')
    .option('--time-zone <zone>', 'in which these times are meant, such as America/Sao_Paulo')
    .action(async (word: string, options: SetOptions, command: Command) => {
      if (Object.keys(options).length === 0) {
        throw usageError('What is to change? See: dumont machine set --help');
      }
      const context = open(command);
      const { id } = await findMachine(context, word);
      const client = await context.client();
      const changed = await client.updateInstance({
        params: { id },
        body: {
          ...(options.name === undefined ? {} : { label: options.name }),
          ...idlePolicyOf(options.idleAfter),
          ...(options.sleepAt === undefined ? {} : { sleep_cron: cron(options.sleepAt) }),
          ...(options.wakeAt === undefined ? {} : { wake_cron: cron(options.wakeAt) }),
          ...(options.timeZone === undefined ? {} : { time_zone: options.timeZone }),
        },
      });
      const { next_sleep_at: sleeps, next_wake_at: wakes } = changed.schedule;
      await context.out.result(changed, () =>
        [
          `"${harmless(changed.label)}" is changed.`,
          ...(sleeps === null ? [] : [`It sleeps next at ${formatTime(sleeps)}.`]),
          ...(wakes === null ? [] : [`It wakes next at ${formatTime(wakes)}.`]),
        ].join(' '),
      );
    });
};
