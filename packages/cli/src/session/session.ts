import { ApiError, type Client, createClient } from '@dumont/contracts/client';
import { exitCodes } from '../exit-codes.ts';
import { CliError } from '../failure.ts';
import type { Host } from '../host.ts';
import type { ConfigFile, Credentials, Profile } from './config-file.ts';
import { createFetch } from './fetch.ts';

/** Signed requests to one server. */
export interface Session {
  readonly url: string;
  readonly client: Client;
  /** Who signs: the environment, what `login` saved, or nobody. */
  readonly source: 'environment' | 'session' | 'token' | 'none';
  /** A token that lives for the next half minute at least; renewed when it does not. */
  bearer(): Promise<string>;
}

/** A token this near to its end is renewed before it is used. */
const marginMs = 30_000;

export const notSignedIn = (url: string, why = 'You are not signed in'): CliError =>
  new CliError('cli.not_signed_in', `${why} to ${url}. Sign in: dumont login ${url}`, exitCodes.notSignedIn);

/** Requests that need no login. */
export const createAnonymousClient = (host: Host, url: string): Client =>
  createClient({ baseUrl: url, fetch: createFetch(host) });

/** What a login or a refresh answered, as it is kept. */
export const credentialsFrom = (
  answer: { access_token: string; refresh_token: string; expires_in: number },
  now: Date,
): Credentials => ({
  kind: 'session',
  accessToken: answer.access_token,
  refreshToken: answer.refresh_token,
  expiresAt: new Date(now.getTime() + answer.expires_in * 1000).toISOString(),
});

/**
 * Exchanges the refresh token, unless another CLI just did: a refresh token that is used twice ends every
 * session of its family. Undefined when the server does not take it any more; the profile is then dropped.
 */
const renewCredentials = async (
  host: Host,
  configFile: ConfigFile,
  url: string,
  used: string,
): Promise<Credentials | undefined> =>
  configFile.change(async (config) => {
    const profile: Profile | undefined = config.profiles[url];
    const held = profile?.credentials;
    if (profile === undefined || held === undefined || held.kind === 'token' || held.accessToken !== used)
      return [config, held];
    // Not ended by Ctrl-C: the answer carries the only token that works from here on.
    const client = createClient({ baseUrl: url, fetch: createFetch(host, { uninterrupted: true }) });
    try {
      const answer = await client.refresh({ body: { refresh_token: held.refreshToken } });
      if (!('access_token' in answer)) throw new CliError('cli.refresh', 'The server answered no token.');
      const credentials = credentialsFrom(answer, host.clock.now());
      return [
        { ...config, profiles: { ...config.profiles, [url]: { ...profile, credentials } } },
        credentials,
      ];
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const { [url]: _, ...others } = config.profiles;
      return [{ ...config, profiles: others }, undefined];
    }
  });

export const openSession = async (host: Host, configFile: ConfigFile, url: string): Promise<Session> => {
  const fromEnvironment = host.environment['DUMONT_TOKEN'];
  let credentials: Credentials | undefined =
    fromEnvironment === undefined || fromEnvironment === ''
      ? (await configFile.read()).profiles[url]?.credentials
      : { kind: 'token', token: fromEnvironment };
  const source = fromEnvironment ? 'environment' : (credentials?.kind ?? 'none');
  let renewing: Promise<Credentials | undefined> | undefined;

  /** Requests of this process that meet an old token at once share one renewal. */
  const renew = async (used: string): Promise<Credentials> => {
    renewing ??= renewCredentials(host, configFile, url, used).finally(() => {
      renewing = undefined;
    });
    credentials = await renewing;
    if (credentials === undefined) throw notSignedIn(url, 'Your session has ended: you are not signed in');
    return credentials;
  };

  const bearer = async (): Promise<string> => {
    const held = credentials;
    if (held === undefined) throw notSignedIn(url);
    if (held.kind === 'token') return held.token;
    if (Date.parse(held.expiresAt) - host.clock.now().getTime() >= marginMs) return held.accessToken;
    const renewed = await renew(held.accessToken);
    return renewed.kind === 'session' ? renewed.accessToken : renewed.token;
  };

  const client = createClient({
    baseUrl: url,
    fetch: createFetch(host),
    headers: async () => ({ authorization: `Bearer ${await bearer()}` }),
    renew: async () => {
      if (credentials?.kind !== 'session') return false;
      await renew(credentials.accessToken);
      return true;
    },
  });
  return { url, client, source, bearer };
};
