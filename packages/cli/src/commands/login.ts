import { ApiError, type Client, createClient } from '@dumont/contracts/client';
import type { Me } from '@dumont/contracts/identity/auth';
import { type Command, Option } from 'commander';
import type { Context, OpenContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliError, usageError } from '../failure.ts';
import { askNewPassword } from '../input/new-password.ts';
import { askLine, askSecret, readSecretFromStdin } from '../input/prompt.ts';
import { harmless } from '../output/text.ts';
import type { Credentials } from '../session/config-file.ts';
import { createFetch } from '../session/fetch.ts';
import { isLoopback, normalizeUrl } from '../session/server-url.ts';
import { signInWithProvider } from '../session/provider-login.ts';
import { createAnonymousClient, credentialsFrom } from '../session/session.ts';

interface LoginOptions {
  readonly email?: string;
  readonly passwordStdin?: boolean;
  readonly token?: string;
  readonly oidc?: boolean;
  readonly browser: boolean;
}

const clientWith = (context: Context, url: string, token: string): Client =>
  createClient({
    baseUrl: url,
    fetch: createFetch(context.host),
    headers: () => ({ authorization: `Bearer ${token}` }),
  });

/** Says how else one may sign in, where passwords are not taken or not the only way. */
const offerProvider = async (
  { host, out }: Context,
  client: Client,
  options: LoginOptions,
): Promise<void> => {
  const methods = await client.authMethods();
  const names = harmless(methods.oidc.map(({ name }) => name).join(' or '));
  if (methods.password) {
    if (names === '' || host.stdin.isTTY !== true || options.email !== undefined) return;
    return out.note(`To sign in with ${names} instead: dumont login --oidc`);
  }
  throw new CliError(
    'cli.no_password_login',
    names === ''
      ? 'This server takes no passwords. Make an API token in the console (Settings, API tokens) and give it: dumont login --token -'
      : `This server signs in with ${names}: dumont login --oidc`,
  );
};

/** A password that an administrator chose must be changed before anything else works. */
const changePasswordNow = async (context: Context, url: string, token: string, current: string) => {
  const { host, out } = context;
  if (host.stdin.isTTY !== true) {
    await out.warn(
      'The password must be changed before anything else works: run dumont login in a terminal.',
    );
    return;
  }
  await out.note('This password must be changed now.');
  const next = await askNewPassword(host, 'There is no terminal.');
  await clientWith(context, url, token).changePassword({ body: { current, next } });
  await out.note('The password is changed.');
};

const withPassword = async (
  context: Context,
  url: string,
  options: LoginOptions,
): Promise<{ user: Me; credentials: Credentials }> => {
  const { host } = context;
  const client = createAnonymousClient(host, url);
  await offerProvider(context, client, options);
  const name = options.email ?? (await askLine(host, 'E-mail or user name: ', 'Give --email.'));
  if (name === '') throw usageError('An e-mail or user name is needed.');
  const password =
    options.passwordStdin === true
      ? await readSecretFromStdin(host)
      : await askSecret(host, 'Password: ', 'Give it with --password-stdin, or use --token -.');
  if (password === '') throw usageError('A password is needed.');
  const who = name.includes('@') ? { email: name } : { username: name };
  const session = await client.login({ body: { ...who, password } });
  if (!('access_token' in session)) throw new CliError('cli.login', 'The server answered no token.');
  if (session.user.mustChangePassword) await changePasswordNow(context, url, session.access_token, password);
  return { user: session.user, credentials: credentialsFrom(session, host.clock.now()) };
};

const withToken = async (
  context: Context,
  url: string,
  given: string,
): Promise<{ user: Me; credentials: Credentials }> => {
  const token = given === '-' ? await readSecretFromStdin(context.host) : given;
  try {
    const user = await clientWith(context, url, token).me();
    return { user, credentials: { kind: 'token', token } };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    throw new CliError('cli.token', `${url} does not take this token.`, exitCodes.notSignedIn, error);
  }
};

const enter = (
  context: Context,
  url: string,
  options: LoginOptions,
): Promise<{ user: Me; credentials: Credentials }> => {
  if (options.oidc === true) return signInWithProvider(context, url, options);
  return options.token === undefined
    ? withPassword(context, url, options)
    : withToken(context, url, options.token);
};

export const registerLogin = (program: Command, open: OpenContext): void => {
  program
    .command('login')
    .summary('sign in to a server')
    .description(
      'Sign in with e-mail and password, in the browser with an identity provider, or with an API token. What is needed to stay signed in is kept in $XDG_CONFIG_HOME/dumont/config.json, readable by you alone.',
    )
    .argument('[server]', 'its address (default: --url, DUMONT_URL, or this computer)')
    .option('-e, --email <name>', 'e-mail or user name (default: asked for)')
    .option('--password-stdin', 'read the password from stdin')
    .addOption(
      new Option('--token <token>', 'sign in with an API token; "-" reads it from stdin').conflicts([
        'email',
        'passwordStdin',
      ]),
    )
    .addOption(
      new Option('--oidc', "sign in with the server's identity provider, in the browser").conflicts([
        'email',
        'passwordStdin',
        'token',
      ]),
    )
    .option('--no-browser', 'with --oidc: print the address only, and paste the code that its page shows')
    .action(async (server: string | undefined, options: LoginOptions, command: Command) => {
      const context = open(command);
      const { out, configFile, host } = context;
      const url = await context.url(server === undefined ? undefined : normalizeUrl(server));
      if (url.startsWith('http:') && !isLoopback(url)) {
        await out.warn(`${url} is not encrypted: others on the way can read what is sent.`);
      }
      if (!options.browser && options.oidc !== true) throw usageError('--no-browser belongs to --oidc.');
      const { user, credentials } = await enter(context, url, options);
      const label = `${user.name} <${user.email}>`;
      await configFile.change(async (config) => [
        { ...config, current: url, profiles: { ...config.profiles, [url]: { credentials, user: label } } },
        undefined,
      ]);
      if (host.environment['DUMONT_TOKEN']) {
        await out.warn('DUMONT_TOKEN is set and goes before this login.');
      }
      await out.result({ server: url, user }, () => `Signed in to ${url} as ${label}.`);
    });
};
