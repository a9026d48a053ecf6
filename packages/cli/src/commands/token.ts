import { type Command, Option } from 'commander';
import type { OpenContext } from '../context.ts';
import { findOne } from '../input/find-one.ts';
import { confirm } from '../input/prompt.ts';
import { harmless } from '../output/text.ts';
import { formatRelative, formatTime } from '../output/units.ts';
import { wholeNumber } from './arguments.ts';

interface CreateOptions {
  readonly expiresInDays?: number;
  readonly neverExpires?: boolean;
}

const registerTokenList = (token: Command, open: OpenContext): void => {
  token
    .command('list')
    .alias('ls')
    .summary('list your API tokens')
    .description('List your API tokens.')
    .action(async (_options: unknown, command: Command) => {
      const { out, client, host } = open(command);
      const { items } = await (await client()).listTokens();
      const now = host.clock.now();
      const ended = (row: { expiresAt: string | null }): boolean =>
        row.expiresAt !== null && Date.parse(row.expiresAt) < now.getTime();
      await out.list(
        items,
        [
          { header: 'NAME', value: (row) => row.name, tone: () => 'strong', flexible: true },
          { header: 'STARTS WITH', value: (row) => row.prefix },
          { header: 'MADE', value: (row) => formatRelative(row.createdAt, now) },
          {
            header: 'LAST USED',
            value: (row) => (row.lastUsedAt === null ? 'never' : formatRelative(row.lastUsedAt, now)),
          },
          {
            header: 'ENDS',
            value: (row) => {
              if (row.expiresAt === null) return 'never';
              return ended(row) ? 'has ended' : formatRelative(row.expiresAt, now);
            },
            tone: (row) => (ended(row) ? 'warning' : 'plain'),
          },
          { header: 'ID', value: (row) => row.id },
        ],
        'You have no API tokens. Make one: dumont token create NAME',
      );
    });
};

export const registerToken = (program: Command, open: OpenContext): void => {
  const token = program
    .command('token')
    .summary('API tokens for scripts')
    .description('Your API tokens: for scripts, in DUMONT_TOKEN. A token may do what you may do.');
  registerTokenList(token, open);
  token
    .command('create')
    .summary('make an API token')
    .description('Make an API token. Its value is shown this once; it alone goes to stdout.')
    .argument('<name>', 'what it is for')
    .addOption(
      new Option('--expires-in-days <days>', 'when it ends')
        .argParser(wholeNumber(1, 3650))
        .default(365)
        .conflicts('neverExpires'),
    )
    .option('--never-expires', 'it never ends')
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const { out, client } = open(command);
      const made = await (
        await client()
      ).createToken({
        body: {
          name,
          expiresInDays: options.neverExpires === true ? null : (options.expiresInDays ?? 365),
        },
      });
      await out.result(made, () => made.token);
      const until = made.expiresAt === null ? 'It never ends' : `It ends on ${formatTime(made.expiresAt)}`;
      await out.note(`${until}. It is not shown again; put it where the script reads DUMONT_TOKEN.`);
    });
  token
    .command('revoke')
    .alias('rm')
    .summary('end an API token')
    .description('Revoke an API token: it stops working within a second.')
    .argument('<token>', 'its name or id')
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: { yes?: boolean }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { items } = await client.listTokens();
      const found = findOne('API token', items, word, (item) => item.name);
      const name = harmless(found.name);
      await confirm(context.host, `The token "${name}" (${found.prefix}…) stops working for good.`, options);
      await client.deleteToken({ params: { id: found.id } });
      await context.out.result(
        { id: found.id, name: found.name, revoked: true },
        () => `Token "${name}" is revoked.`,
      );
    });
};
