import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Client } from 'ldapts';
import type { LdapConfig } from '../../kernel/config/ldap.ts';

/**
 * Runs `work` on a fresh connection, encrypted as configured, and closes it. Throws when the whole takes longer
 * than the time that is configured, whatever the directory does.
 */
export const withLdapConnection = async <T>(
  config: Pick<LdapConfig, 'url' | 'startTls' | 'timeoutSeconds'>,
  ca: string | undefined,
  work: (client: Client) => Promise<T>,
): Promise<T> => {
  const host = new URL(config.url).hostname.replace(/^\[(.*)\]$/, '$1');
  const tls: ConnectionOptions = {
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  };
  const timeoutMs = config.timeoutSeconds * 1000;
  const deadline = AbortSignal.timeout(timeoutMs);
  let opened = 0;
  /**
   * The client connects again by itself when its connection was cut: after StartTLS that would be a plain one, on
   * which the next bind sends its password in clear text. So it gets one connection and no other.
   */
  const once = <S extends { destroy(): unknown }>(open: () => S): S => {
    opened += 1;
    if (opened > 1) throw new Error('The directory closed the connection.');
    const socket = open();
    deadline.addEventListener('abort', () => socket.destroy());
    return socket;
  };
  // Read in only where there is a directory.
  const ldap = await import('ldapts');
  const client = new ldap.Client({
    url: config.url,
    timeout: timeoutMs,
    connectTimeout: timeoutMs,
    ...(config.url.startsWith('ldaps:')
      ? {
          tlsOptions: tls,
          createSecureConnection: ((port: number, address: string, options: ConnectionOptions) =>
            once(() => connectTls({ ...options, port, host: address }))) as typeof connectTls,
        }
      : {
          createConnection: ((port: number, address: string) =>
            once(() => connectTcp(port, address))) as typeof connectTcp,
        }),
  });
  const tooLong = new Promise<never>((_, reject) => {
    deadline.addEventListener('abort', () => reject(new Error('The directory took too long.')));
  });
  const inOrder = async (): Promise<T> => {
    if (config.startTls) await client.startTLS(tls);
    return work(client);
  };
  try {
    return await Promise.race([inOrder(), tooLong]);
  } finally {
    // It may be cut already; nothing depends on how it ends.
    void client.unbind().catch(() => undefined);
  }
};
