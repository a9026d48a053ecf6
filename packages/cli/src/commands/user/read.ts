import type { User } from '@dumont/contracts/identity/users';
import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { formatFields } from '../../output/table.ts';
import { harmless } from '../../output/text.ts';
import { formatRelative, formatTime } from '../../output/units.ts';
import { limitOption, noteMore, readUpTo } from '../pages.ts';
import { findUser } from './find-user.ts';

interface ListOptions {
  readonly search?: string;
  readonly disabled?: boolean;
  readonly limit: number;
}

const rolesOf = (user: User): string =>
  [
    ...(user.installationRole === null ? [] : [`${user.installationRole} (everywhere)`]),
    ...user.projects.map(({ role, projectName }) => `${role} (${projectName})`),
  ].join(', ') || 'none';

export const registerUserRead = (user: Command, open: OpenContext): void => {
  user
    .command('list')
    .alias('ls')
    .summary('list users')
    .description('List users, newest first.')
    .option('--search <text>', 'only with this in name, user name or e-mail')
    .option('--disabled', 'only disabled ones')
    .addOption(limitOption('users'))
    .action(async (options: ListOptions, command: Command) => {
      const { out, host, client: connect } = open(command);
      const client = await connect();
      const query = {
        ...(options.search === undefined ? {} : { search: options.search }),
        ...(options.disabled === true ? { disabled: 'true' as const } : {}),
      };
      const { items, more } = await readUpTo(options.limit, (page) =>
        client.listUsers({ query: { ...query, ...page } }),
      );
      const now = host.clock.now();
      await out.list(
        items,
        [
          { header: 'USER', value: (row) => row.number, align: 'right' },
          { header: 'E-MAIL', value: (row) => row.email, tone: () => 'strong', flexible: true },
          { header: 'NAME', value: (row) => row.name, flexible: true },
          {
            header: 'STATE',
            value: (row) => row.state,
            tone: (row) => (row.state === 'active' ? 'plain' : 'warning'),
          },
          { header: 'ROLES', value: rolesOf, flexible: true },
          {
            header: 'LAST LOGIN',
            value: (row) => (row.lastLoginAt === null ? 'never' : formatRelative(row.lastLoginAt, now)),
          },
        ],
        'No user is like that.',
      );
      await noteMore(out, more, options.limit);
    });
  user
    .command('show')
    .summary('show one user')
    .description('Show one user.')
    .argument('<user>', 'e-mail, user name, number or id')
    .action(async (word: string, _options: unknown, command: Command) => {
      const { out, client } = open(command);
      const found = await findUser(await client(), word);
      await out.result(found, () =>
        formatFields(
          [
            ['User', `${found.number} (${found.id})`],
            ['Name', harmless(found.name)],
            ['E-mail', harmless(found.email)],
            ['User name', harmless(found.username)],
            ['State', found.state],
            ['Signs in by', found.source === 'local' ? 'password' : found.source],
            ['Roles', rolesOf(found)],
            ['Last login', found.lastLoginAt === null ? 'never' : formatTime(found.lastLoginAt)],
            ['Made', formatTime(found.createdAt)],
          ],
          out.style,
        ),
      );
    });
};
