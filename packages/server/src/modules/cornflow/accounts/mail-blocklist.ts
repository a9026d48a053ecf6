import { readFile } from 'node:fs/promises';
import { ConfigError } from '../../../kernel/config/settings.ts';
import { DoorError } from '../door.ts';

/** Throws where nobody may have an account with this address. */
export type AssertNotBlocked = (email: string) => Promise<void>;

/** The domain and those that it is below, down to the last word. */
const domainsOf = (email: string): ReadonlySet<string> => {
  const words = email
    .slice(email.lastIndexOf('@') + 1)
    .toLowerCase()
    .split('.');
  return new Set(words.map((_word, at) => words.slice(at).join('.')));
};

/**
 * Refuses mail addresses of the domains in `file`, one a line, `#` before remarks: those of disposable mail. It is
 * read for each address, because such lists are renewed all the time and people sign up rarely. Throws `ConfigError`
 * for a file that cannot be read.
 */
export const createMailBlocklist = async (file: string | undefined): Promise<AssertNotBlocked> => {
  if (file === undefined) return async () => undefined;
  await readFile(file).catch((cause: unknown) => {
    const found = `DUMONT_CORNFLOW_MAIL_BLOCKLIST: found ${JSON.stringify(file)}`;
    throw new ConfigError(`${found}, allowed: a file that can be read`, { cause });
  });
  return async (email) => {
    const domains = domainsOf(email);
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      const [domain = ''] = line.split('#', 1);
      // Without the full stop that its other texts have: clients compare.
      if (domains.has(domain.trim().toLowerCase())) throw new DoorError(400, 'Invalid email address');
    }
  };
};
