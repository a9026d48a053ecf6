import { readFileSync } from 'node:fs';
import {
  ConstraintViolationError,
  Filter,
  InappropriateAuthError,
  InvalidCredentialsError,
  NoSuchObjectError,
  UnwillingToPerformError,
  type Client,
} from 'ldapts';
import type { LdapConfig } from '../../kernel/config/ldap.ts';
import { ConfigError } from '../../kernel/config/settings.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { createSlots } from '../../kernel/slots.ts';
import { withLdapConnection } from './ldap-connection.ts';
import { attributesOf, binaryAttributes, normalizeDn, readLdapEntry, type LdapEntry } from './ldap-entry.ts';

/** Each holds a connection for the time of two or three short requests. */
const maxInFlight = 4;
const maxWaiting = 50;

/** What a directory answers when it has looked at name and password and refuses them. */
const refusals = [
  InvalidCredentialsError,
  InappropriateAuthError,
  NoSuchObjectError,
  UnwillingToPerformError,
  ConstraintViolationError,
];

export interface LdapSession {
  /** The entry of a name; undefined for none, and for more than one. */
  find(name: string): Promise<LdapEntry | undefined>;
  /** Whether this is the password of the entry. Takes a bind for no entry too. */
  verify(entry: LdapEntry | undefined, password: string): Promise<boolean>;
}

/** The company's directory. */
export interface LdapDirectory {
  /** Under which its entries are known in `user_identities`: a part of the tree, wherever it is served. */
  readonly issuer: string;
  readonly config: LdapConfig;
  /**
   * Runs `work` on a connection of its own. Throws `auth.directory_unavailable`, `server.overloaded`, and what
   * `work` throws.
   */
  inSession<T>(work: (session: LdapSession) => Promise<T>): Promise<T>;
}

/** Throws `ConfigError` for certificates that cannot be read. */
export const createLdapDirectory = (
  config: LdapConfig,
  deps: { readonly random: Random; readonly log: Logger },
): LdapDirectory => {
  const ca = config.caFile === undefined ? undefined : readCa(config.caFile);
  const slots = createSlots({ maxInFlight, maxWaiting });

  const bind = async (client: Client, dn: string, password: string): Promise<boolean> => {
    // Without a password a bind is anonymous and succeeds for any name (RFC 4513, 5.1.2); some directories stop
    // reading at a zero byte.
    if (password === '' || password.includes('\0')) return false;
    try {
      await client.bind(dn, password);
      return true;
    } catch (error) {
      if (refusals.some((refusal) => error instanceof refusal)) return false;
      throw error;
    }
  };

  const sessionOn = (client: Client): LdapSession => ({
    find: async (name) => {
      if (config.bind !== undefined && !(await bind(client, config.bind.dn, config.bind.password))) {
        throw new Error(`The directory refuses DUMONT_LDAP_BIND_DN (${config.bind.dn}).`);
      }
      const { searchEntries } = await client.search(config.base, {
        scope: 'sub',
        filter: config.filter.replaceAll('{name}', () => Filter.escape(name)),
        attributes: attributesOf(config),
        explicitBufferAttributes: binaryAttributes,
        sizeLimit: 2,
        timeLimit: config.timeoutSeconds,
      });
      const [entry, another] = searchEntries;
      if (another !== undefined) {
        deps.log.warn(
          { first: entry?.dn, second: another.dn },
          'two directory entries fit one name: neither may sign in',
        );
        return undefined;
      }
      return entry === undefined ? undefined : readLdapEntry(entry, config);
    },
    verify: async (entry, password) => {
      // A name that the directory does not have is answered after as many requests.
      const dn = entry?.dn ?? `cn=${deps.random.id()},${config.base}`;
      return bind(client, dn, entry === undefined ? deps.random.secret(16) : password);
    },
  });

  return {
    issuer: `ldap:${normalizeDn(config.base)}`,
    config,
    inSession: (work) =>
      slots.run(async () => {
        try {
          return await withLdapConnection(config, ca, (client) => work(sessionOn(client)));
        } catch (error) {
          if (error instanceof AppError) throw error;
          deps.log.warn({ error, url: config.url }, 'the directory does not answer as it should');
          throw new AppError('auth.directory_unavailable', {}, { cause: error });
        }
      }),
  };
};

const readCa = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      `DUMONT_LDAP_CA_FILE: found ${JSON.stringify(path)}, allowed: a file with certificates (PEM) that can be read`,
      { cause },
    );
  }
};
