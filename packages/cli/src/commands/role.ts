import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';

export const registerRole = (program: Command, open: OpenContext): void => {
  const role = program.command('role').summary('see roles').description('Roles and what they may do.');
  role
    .command('list')
    .alias('ls')
    .summary('list roles with their grants')
    .description('List all roles with their grants.')
    .action(async (_options: unknown, command: Command) => {
      const { out, client } = open(command);
      const { items } = await (await client()).listRoles();
      await out.list(
        items,
        [
          { header: 'ROLE', value: (row) => row.name, tone: () => 'strong' },
          { header: 'KIND', value: (row) => (row.builtIn ? 'built in' : 'custom') },
          { header: 'MEMBERS', value: (row) => row.members, align: 'right' },
          {
            header: 'MAY',
            value: (row) => (row.grants.includes('*') ? 'everything' : row.grants.join(', ') || 'nothing'),
            flexible: true,
          },
          { header: 'DESCRIPTION', value: (row) => row.description, flexible: true },
        ],
        'There are no roles.',
      );
    });
};
