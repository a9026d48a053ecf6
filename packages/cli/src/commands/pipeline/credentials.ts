import type { Credential } from '@dumont/contracts/pipelines/settings';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { usageError } from '../../failure.ts';
import { askSecret, confirm, readSecretFromStdin } from '../../input/prompt.ts';
import { harmless } from '../../output/text.ts';
import { formatRelative } from '../../output/units.ts';

interface SetOptions {
  readonly address?: string;
  readonly username?: string;
  readonly password?: boolean;
  readonly passwordStdin?: boolean;
  readonly mayLeaveHost?: boolean;
}

const registerSet = (credentials: Command, open: OpenContext): void => {
  credentials
    .command('set')
    .summary('save a credential')
    .description(
      'Save a credential. What is not given stays; the password is asked for, unless it is there already.',
    )
    .argument('<key>', 'one of "dumont pipeline credentials list"')
    .option('--address <url>', 'where to sign in')
    .option('-u, --username <name>', 'as whom')
    .addOption(
      new Option('--password', 'ask for the password, also when one is saved').conflicts('passwordStdin'),
    )
    .option('--password-stdin', 'read the password from stdin')
    .option('--may-leave-host', 'runs on rented machines and clusters may have it')
    .option('--no-may-leave-host', 'it stays on the host of the server')
    .action(async (key: string, options: SetOptions, command: Command) => {
      const context = open(command);
      const { host } = context;
      const client = await context.client();
      const query = await context.inProject();
      const { items } = await client.listCredentials({ query });
      const before: Credential | undefined = items.find((item) => item.key === key);
      const nothingElse =
        options.address === undefined && options.username === undefined && options.mayLeaveHost === undefined;
      const ask = options.password === true || nothingElse || before?.hasPassword === false;
      let password: string | undefined;
      if (options.passwordStdin === true) password = await readSecretFromStdin(host);
      else if (ask && (options.password === true || nothingElse || host.stdin.isTTY === true)) {
        password = await askSecret(host, `Password of ${harmless(key)}: `, 'Give it with --password-stdin.');
        if (password === '') throw usageError('The password is empty. Nothing was saved.');
      }
      const saved = await client.putCredential({
        params: { key },
        query,
        body: {
          ...(options.address === undefined ? {} : { url: options.address }),
          ...(options.username === undefined ? {} : { username: options.username }),
          ...(password === undefined ? {} : { password }),
          ...(options.mayLeaveHost === undefined ? {} : { mayLeaveHost: options.mayLeaveHost }),
        },
      });
      await context.out.result(saved, () => `Credential ${harmless(saved.key)} is saved.`);
      if (!saved.hasPassword)
        await context.out.note('It has no password yet: add one with --password-stdin.');
      await context.out.note(`Try it: dumont pipeline credentials test ${harmless(saved.key)}`);
    });
};

export const registerCredentials = (pipeline: Command, open: OpenContext): void => {
  const credentials = pipeline
    .command('credentials')
    .alias('creds')
    .summary('what systems sign in with')
    .description('Credentials that systems sign in with. A saved password is never shown again.');
  credentials
    .command('list', { isDefault: true })
    .summary('list them (default)')
    .description('List the credentials that systems ask for, saved or not.')
    .action(async (_options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const { items } = await client.listCredentials({ query: await context.inProject() });
      const now = context.host.clock.now();
      await context.out.list(
        items,
        [
          { header: 'CREDENTIAL', value: (row) => row.key, tone: () => 'strong' },
          {
            header: 'SAVED',
            value: (row) => (row.updatedAt === null ? 'no' : formatRelative(row.updatedAt, now)),
            tone: (row) => (row.saved ? 'plain' : 'warning'),
          },
          { header: 'USER', value: (row) => row.username || null, flexible: true },
          { header: 'PASSWORD', value: (row) => (row.hasPassword ? '********' : null) },
          { header: 'ADDRESS', value: (row) => row.url || null, flexible: true },
          { header: 'LEAVES HOST', value: (row) => (row.mayLeaveHost ? 'may' : 'no') },
          { header: 'SYSTEMS', value: (row) => row.systems.join(', '), flexible: true },
        ],
        'No system asks for a credential.',
      );
    });
  registerSet(credentials, open);
  credentials
    .command('test')
    .summary('try to sign in with a credential')
    .description('Try to sign in with a saved credential. Exit code 1 when that fails.')
    .argument('<key>', 'which one')
    .action(async (key: string, _options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const tested = await client.testCredential({ params: { key }, query: await context.inProject() });
      const { style } = context.out;
      await context.out.result(
        tested,
        () =>
          `${tested.ok ? style.paint('good', 'Works') : style.paint('bad', 'Does not work')}: ${harmless(tested.explanation)} (${Math.round(tested.durationMs)} ms)`,
      );
      if (!tested.ok) context.outcome.exitCode = exitCodes.failed;
    });
  credentials
    .command('delete')
    .alias('rm')
    .summary('forget a credential')
    .description('Forget a credential. Systems that need it do not run until it is saved again.')
    .argument('<key>', 'which one')
    .option('-y, --yes', 'do not ask')
    .action(async (key: string, options: { yes?: boolean }, command: Command) => {
      const context = open(command);
      const client = await context.client();
      await confirm(context.host, `The credential ${harmless(key)} is forgotten for good.`, options);
      await client.deleteCredential({ params: { key }, query: await context.inProject() });
      await context.out.result({ key, deleted: true }, () => `Credential ${harmless(key)} is forgotten.`);
    });
};
