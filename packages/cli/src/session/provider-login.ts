import { createHash, randomBytes } from 'node:crypto';
import type { Client } from '@dumont/contracts/client';
import { routeTable } from '@dumont/contracts/route-table.gen';
import type { Me } from '@dumont/contracts/identity/auth';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { askLine, readSecretFromStdin } from '../input/prompt.ts';
import { harmless } from '../output/text.ts';
import { openBrowser } from './browser.ts';
import type { Credentials } from './config-file.ts';
import { listenOnLoopback } from './loopback.ts';
import { createAnonymousClient, credentialsFrom } from './session.ts';

const secret = (): string => randomBytes(32).toString('base64url');

/** Where the browser begins: the server leads it to the identity provider and back. */
const startAddress = (url: string, provider: string, query: Readonly<Record<string, string>>): string => {
  const path = routeTable.oidcCliStart[1].replace('{provider}', encodeURIComponent(provider));
  return `${url}${path}?${new URLSearchParams(query).toString()}`;
};

const getProvider = async (client: Client, url: string): Promise<{ id: string; name: string }> => {
  const [provider] = (await client.authMethods()).oidc;
  if (provider !== undefined) return provider;
  throw new CliError('cli.no_oidc', `${url} signs in with no identity provider. Use: dumont login ${url}`);
};

/** The code that the page shows, typed or piped. */
const readCode = async ({ host }: Context): Promise<string> =>
  (host.stdin.isTTY === true
    ? await askLine(host, 'Code from the page: ', 'Give it on stdin.')
    : await readSecretFromStdin(host)
  ).trim();

/**
 * Signs in at the server's identity provider, in a browser (RFC 8252). The code that comes back is worth nothing
 * without `verifier`, which never leaves this process but to the server. Without a browser on this computer the
 * address is opened elsewhere and the code is copied by hand.
 */
export const signInWithProvider = async (
  context: Context,
  url: string,
  { browser }: { browser: boolean },
): Promise<{ user: Me; credentials: Credentials }> => {
  const { host, out } = context;
  const client = createAnonymousClient(host, url);
  const provider = await getProvider(client, url);
  const verifier = secret();
  const state = secret();
  const challenge = createHash('sha256').update(verifier).digest('base64url');

  const inBrowserHere = async (): Promise<string> => {
    await using loopback = await listenOnLoopback(host, state);
    const { redirectUri } = loopback;
    const address = startAddress(url, provider.id, { challenge, state, redirectUri });
    const opened = await openBrowser(host, address);
    const say = opened ? 'The browser opens. If it does not, open' : 'Open';
    host.stderr.write(
      `${say} this on this computer to sign in with ${harmless(provider.name)}:\n${address}\n`,
    );
    if (!opened) await out.note('No browser on this computer? Use: dumont login --oidc --no-browser');
    return await loopback.code();
  };
  const elsewhere = async (): Promise<string> => {
    const address = startAddress(url, provider.id, { challenge, state });
    host.stderr.write(
      `Open this in any browser to sign in with ${harmless(provider.name)}, then paste the code that it shows:\n${address}\n`,
    );
    return readCode(context);
  };

  const code = await (browser ? inBrowserHere() : elsewhere());
  const session = await client.exchangeSignInCode({ body: { code, verifier } });
  return { user: session.user, credentials: credentialsFrom(session, host.clock.now()) };
};
