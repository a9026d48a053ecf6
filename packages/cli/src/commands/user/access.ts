import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { confirm } from '../../input/prompt.ts';
import { harmless } from '../../output/text.ts';
import { findUser } from './find-user.ts';

export const registerUserAccess = (user: Command, open: OpenContext): void => {
  user
    .command('disable')
    .summary('lock a user out')
    .description(
      'Disable a user: their sessions and API tokens end within a second. "dumont user enable" lets them in again.',
    )
    .argument('<user>', 'e-mail, user name, number or id')
    .option('--keep-tokens', 'their API tokens rest until "dumont user enable" instead of ending')
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: { yes?: boolean; keepTokens?: boolean }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const found = await findUser(client, word);
      const email = harmless(found.email);
      const keeps = options.keepTokens === true;
      await confirm(
        context.host,
        keeps ? `All sessions of ${email} end now.` : `All sessions and API tokens of ${email} end now.`,
        options,
      );
      const changed = await client.updateUser({
        params: { id: found.id },
        body: { state: 'disabled', revokeTokens: !keeps },
      });
      await context.out.result(changed, () => `${email} is disabled.`);
    });
  user
    .command('enable')
    .summary('let a user in again')
    .description('Enable a user that was disabled.')
    .argument('<user>', 'e-mail, user name, number or id')
    .action(async (word: string, _options: unknown, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const found = await findUser(client, word);
      const changed = await client.updateUser({ params: { id: found.id }, body: { state: 'active' } });
      await out.result(changed, () => `${harmless(found.email)} is enabled.`);
    });
};
