import { usageError } from '../failure.ts';
import type { CliConfig } from './config-file.ts';

export const defaultUrl = 'http://127.0.0.1:8767';

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export const isLoopback = (url: string): boolean => loopback.test(new URL(url).hostname);

/**
 * The address in the form in which profiles are kept: no slash at the end, a scheme in front. Without one it
 * is http for this computer and https for all others.
 */
export const normalizeUrl = (given: string): string => {
  const bare = given.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(bare)
    ? bare
    : `${loopback.test(bare.replace(/(:\d+)?(\/.*)?$/, '')) ? 'http' : 'https'}://${bare}`;
  const url = URL.parse(withScheme);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw usageError(`"${given}" is not an address. Example: ${defaultUrl}.`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
};

/** Which server is meant: the flag, DUMONT_URL, where one signed in last, this computer. */
export const chooseUrl = (
  flag: string | undefined,
  fromEnvironment: string | undefined,
  config: CliConfig,
): string => normalizeUrl(flag ?? (fromEnvironment || (config.current ?? defaultUrl)));
