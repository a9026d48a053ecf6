import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { formatFields, formatTable } from '../output/table.ts';
import { harmless } from '../output/text.ts';

const sources = {
  environment: 'DUMONT_TOKEN',
  session: 'a session (dumont login)',
  token: 'an API token (dumont login --token)',
  none: 'nothing',
};

export const registerWhoami = (program: Command, open: OpenContext): void => {
  program
    .command('whoami')
    .summary('who you are and what you may do')
    .description('Show who you are signed in as, where, and with which roles.')
    .action(async (_options: unknown, command: Command) => {
      const { out, ...context } = open(command);
      const session = await context.session();
      const me = await session.client.me();
      await out.result({ server: session.url, ...me }, () => {
        const fields = formatFields(
          [
            ['User', `${harmless(me.name)} <${harmless(me.email)}>`],
            ['User name', me.username === me.email ? undefined : harmless(me.username)],
            ['Server', session.url],
            ['Signed in by', sources[session.source]],
          ],
          out.style,
        );
        if (me.memberships.length === 0) return `${fields}\n\nYou are not a member of any project yet.`;
        const roles = formatTable(
          me.memberships,
          [
            { header: 'WHERE', value: (row) => row.projectName ?? 'the whole installation' },
            { header: 'ROLE', value: (row) => row.role },
            {
              header: 'MAY',
              value: (row) => (row.grants.includes('*') ? 'everything' : row.grants.join(', ')),
              flexible: true,
            },
          ],
          out.style,
          out.columns,
        );
        return `${fields}\n\n${roles}`;
      });
    });
};
