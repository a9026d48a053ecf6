import { type Command, InvalidArgumentError } from 'commander';
import type { OpenContext } from '../../context.ts';
import { harmless } from '../../output/text.ts';
import { formatTime } from '../../output/units.ts';
import { durationSeconds } from '../arguments.ts';
import { findMachine, machineReference } from './find-machine.ts';

const mostMinutes = 7 * 24 * 60;

/** Minutes; `off` is none. */
const leaseMinutes = (text: string): number => {
  if (text === 'off') return 0;
  const minutes = Math.ceil(durationSeconds(text) / 60);
  if (minutes > mostMinutes) throw new InvalidArgumentError('it must be at most 7d');
  return minutes;
};

export const registerMachineKeepAlive = (machine: Command, open: OpenContext): void => {
  machine
    .command('keep-alive')
    .summary('keep it awake for a while')
    .description('Keep a machine awake for a while, whatever it does; "off" ends that.')
    .argument('<machine>', machineReference)
    .argument('[duration]', 'from now: 30min, 2h, 7d at most, or off', leaseMinutes, 30)
    .action(async (word: string, minutes: number, _options: unknown, command: Command) => {
      const context = open(command);
      const { id, label } = await findMachine(context, word);
      const client = await context.client();
      const kept = await client.keepAlive({ params: { id }, query: { minutes } });
      const name = `"${harmless(label)}"`;
      const { new_hibernate_at: at } = kept;
      await context.out.result(kept, () => {
        if (at !== null) return `${name} sleeps at ${formatTime(at)} at the earliest.`;
        return minutes === 0
          ? `${name} sleeps when it is idle.`
          : `${name} stays awake: ${harmless(kept.message)}`;
      });
    });
};
