import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import { formatRelative } from '../../output/units.ts';
import { limitOption, noteMore, readUpTo } from '../pages.ts';

export const registerScheduleList = (schedule: Command, open: OpenContext): void => {
  schedule
    .command('list')
    .alias('ls')
    .summary('list schedules')
    .description('List schedules, by name.')
    .addOption(limitOption('schedules'))
    .action(async (options: { limit: number }, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const query = await context.inProject();
      const { items, more } = await readUpTo(options.limit, (page) =>
        client.listSchedules({ query: { ...query, ...page } }),
      );
      const now = host.clock.now();
      await out.list(
        items,
        [
          { header: 'NAME', value: (row) => row.name, tone: () => 'strong', flexible: true },
          { header: 'PIPELINE', value: (row) => row.subject, flexible: true },
          { header: 'WHEN', value: (row) => row.cron },
          { header: 'ZONE', value: (row) => row.timeZone, flexible: true },
          { header: 'DAYS', value: (row) => (row.businessDaysOnly ? 'business' : 'all') },
          {
            header: 'NEXT',
            value: (row) => {
              if (!row.enabled) return 'paused';
              return row.nextFireAt === null ? 'never' : formatRelative(row.nextFireAt, now);
            },
            tone: (row) => (row.enabled ? 'plain' : 'warning'),
          },
          {
            header: 'LAST',
            value: (row) => (row.lastFireAt === null ? 'never' : formatRelative(row.lastFireAt, now)),
          },
          { header: 'TROUBLE', value: (row) => row.lastError, tone: () => 'bad', flexible: true },
          { header: 'ID', value: (row) => shortId(row.id) },
        ],
        'No schedules yet. Make one: dumont schedule create NAME --pipeline PIPELINE --cron "0 7 * * *"',
      );
      await noteMore(out, more, options.limit);
    });
};
