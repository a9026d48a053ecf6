import type { Client } from '@dumont/contracts/client';
import type { Schedule } from '@dumont/contracts/runs/schedules';
import type { Command } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { findOne } from '../../input/find-one.ts';
import { confirm } from '../../input/prompt.ts';
import { harmless } from '../../output/text.ts';
import { formatTime } from '../../output/units.ts';
import { readUpTo } from '../pages.ts';

const findSchedule = async (context: Context, client: Client, word: string): Promise<Schedule> => {
  const query = await context.inProject();
  const { items } = await readUpTo(10_000, (page) => client.listSchedules({ query: { ...query, ...page } }));
  return findOne('schedule', items, word, ({ name }) => name);
};

const registerSwitch = (
  schedule: Command,
  open: OpenContext,
  word: 'pause' | 'resume',
  description: string,
): void => {
  schedule
    .command(word)
    .summary(description.toLowerCase().replace(/\.$/, ''))
    .description(description)
    .argument('<schedule>', 'its name or id')
    .action(async (name: string, _options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const found = await findSchedule(context, client, name);
      const changed = await client.updateSchedule({
        params: { id: found.id },
        body: { enabled: word === 'resume' },
      });
      const next = changed.nextFireAt === null ? '' : ` It runs next at ${formatTime(changed.nextFireAt)}.`;
      await context.out.result(changed, () =>
        word === 'pause'
          ? `Schedule "${harmless(changed.name)}" is paused.`
          : `Schedule "${harmless(changed.name)}" goes on.${next}`,
      );
    });
};

export const registerScheduleChange = (schedule: Command, open: OpenContext): void => {
  registerSwitch(schedule, open, 'pause', 'Pause a schedule.');
  registerSwitch(schedule, open, 'resume', 'Resume a paused schedule.');
  schedule
    .command('delete')
    .alias('rm')
    .summary('delete a schedule')
    .description('Delete a schedule. The runs that it started stay.')
    .argument('<schedule>', 'its name or id')
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: { yes?: boolean }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const found = await findSchedule(context, client, word);
      const name = harmless(found.name);
      await confirm(context.host, `"${name}" will not start ${harmless(found.subject)} any more.`, options);
      await client.deleteSchedule({ params: { id: found.id } });
      await context.out.result(
        { id: found.id, name: found.name, deleted: true },
        () => `Schedule "${name}" is deleted.`,
      );
    });
};
