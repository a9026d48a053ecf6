import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { findOne, shortId } from '../../input/find-one.ts';
import { harmless } from '../../output/text.ts';
import { formatRelative } from '../../output/units.ts';

export const registerMarketBlacklist = (market: Command, open: OpenContext): void => {
  const blacklist = market
    .command('blacklist')
    .summary('hosts that are never rented from')
    .description('Hosts that are never rented from.');
  blacklist
    .command('list')
    .alias('ls')
    .summary('list them')
    .description('List hosts that are never rented from, newest first.')
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const { items } = await (await context.client()).listBlacklist({ query: await context.inProject() });
      const now = context.host.clock.now();
      await context.out.list(
        items,
        [
          { header: 'HOST', value: (row) => row.machineId, tone: () => 'strong' },
          { header: 'PROVIDER', value: (row) => row.provider },
          { header: 'SINCE', value: (row) => formatRelative(row.createdAt, now) },
          { header: 'WHY', value: (row) => row.reason, flexible: true },
          { header: 'ID', value: (row) => shortId(row.id) },
        ],
        'No host is blacklisted. Add one: dumont market blacklist add HOST --reason "slow disk"',
      );
    });
  blacklist
    .command('add')
    .summary('never rent from a host again')
    .description('Never rent from a host again. One that is on the list gets the new reason.')
    .argument('<host>', 'as the column HOST of "dumont offer list" shows')
    .requiredOption('--reason <text>', 'why, for the others')
    .action(async (machineId: string, { reason }: { reason: string }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const made = await client.addToBlacklist({
        body: { ...(await context.inProject()), machineId, reason },
      });
      await context.out.result(
        made,
        () => `Nothing is rented from host ${harmless(made.machineId)} any more.`,
      );
    });
  blacklist
    .command('remove')
    .alias('rm')
    .summary('let a host be rented from again')
    .description('Let a host be rented from again.')
    .argument('<host>', 'the host, or the id of the entry')
    .action(async (word: string, _options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { items } = await client.listBlacklist({ query: await context.inProject() });
      const { id, machineId } = findOne('blacklisted host', items, word, (entry) => entry.machineId);
      await client.removeFromBlacklist({ params: { id } });
      await context.out.result(
        { id, machineId, removed: true },
        () => `Host ${harmless(machineId)} may be rented from again.`,
      );
    });
};
