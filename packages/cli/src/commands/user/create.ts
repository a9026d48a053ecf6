import { type Command, Option } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { askNewPassword, generatePassword } from '../../input/new-password.ts';
import { readSecretFromStdin } from '../../input/prompt.ts';
import { harmless } from '../../output/text.ts';
import { findUser } from './find-user.ts';

interface PasswordOptions {
  readonly passwordStdin?: boolean;
  readonly generate?: boolean;
}

interface ResetOptions extends PasswordOptions {
  readonly keepTokens?: boolean;
}

interface CreateOptions extends PasswordOptions {
  readonly name?: string;
  readonly username?: string;
  readonly role: string;
  readonly installationRole?: string;
  readonly keepPassword?: boolean;
}

/** The first password: made here (and told once), from stdin, or typed twice. */
const readPassword = async (
  { host }: Context,
  options: PasswordOptions,
): Promise<{ password: string; generated: boolean }> => {
  if (options.generate === true) return { password: generatePassword(), generated: true };
  const password =
    options.passwordStdin === true
      ? await readSecretFromStdin(host)
      : await askNewPassword(host, 'Give --generate or --password-stdin.');
  return { password, generated: false };
};

const generateOption = (): Option =>
  new Option('--generate', 'make a password and print it').conflicts('passwordStdin');

export const registerUserCreate = (user: Command, open: OpenContext): void => {
  user
    .command('create')
    .summary('make a user')
    .description(
      'Make a user. They must change the password when they sign in first, unless --keep-password.',
    )
    .argument('<email>', 'what they sign in with')
    .option('--name <name>', 'their name (default: the part before the @)')
    .option('--username <name>', 'user name (default: the e-mail)')
    .option('--role <role>', 'role in the project "default", or none', 'viewer')
    .option('--installation-role <role>', 'role for the whole installation, such as admin')
    .addOption(generateOption())
    .option('--password-stdin', 'read the password from stdin (default: ask)')
    .option('--keep-password', 'they need not change it: for accounts of machines')
    .action(async (email: string, options: CreateOptions, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { password, generated } = await readPassword(context, options);
      const made = await client.createUser({
        body: {
          email,
          name: options.name ?? (email.split('@')[0] || email),
          password,
          mustChangePassword: options.keepPassword !== true,
          ...(options.username === undefined ? {} : { username: options.username }),
          defaultProjectRole: options.role === 'none' ? null : options.role,
          installationRole: options.installationRole ?? null,
        },
      });
      await context.out.result(generated ? { ...made, password } : made, () =>
        generated ? password : `User ${made.number} (${harmless(made.email)}) is made.`,
      );
      if (generated) {
        await context.out.note(
          `User ${made.number} (${harmless(made.email)}) is made with this password, shown this once.`,
        );
      }
    });
  user
    .command('password')
    .summary('give a user another password')
    .description('Give a user another password, when theirs is lost. Their sessions and API tokens end.')
    .argument('<user>', 'e-mail, user name, number or id')
    .addOption(generateOption())
    .option('--password-stdin', 'read the password from stdin (default: ask)')
    .option('--keep-tokens', 'their API tokens go on')
    .action(async (word: string, options: ResetOptions, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const found = await findUser(client, word);
      const { password, generated } = await readPassword(context, options);
      const changed = await client.updateUser({
        params: { id: found.id },
        body: { password, ...(options.keepTokens === true ? { revokeTokens: false } : {}) },
      });
      await context.out.result(generated ? { ...changed, password } : changed, () =>
        generated ? password : `The password of ${harmless(found.email)} is changed.`,
      );
      if (generated)
        await context.out.note(`The password of ${harmless(found.email)} is now this, shown this once.`);
    });
};
