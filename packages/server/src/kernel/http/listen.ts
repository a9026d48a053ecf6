import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/settings.ts';

interface Listener {
  readonly server: Pick<Server, 'address'>;
  listen(at: { readonly host: string; readonly port: number }): Promise<unknown>;
}

/** Takes requests at the configured address; answers it as people type it. */
export const listen = async (
  listener: Listener,
  config: Pick<Config, 'host' | 'port'>,
  setting = 'DUMONT_PORT',
): Promise<string> => {
  try {
    await listener.listen({ host: config.host, port: config.port });
  } catch (error) {
    throw explain(error, config, setting);
  }
  const address = listener.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  return addressOf(config.host, port);
};

/** Makes sure that another program can listen there; 0 becomes a port that is free. */
export const claimPort = async (
  { host, port }: Pick<Config, 'host' | 'port'>,
  setting: string,
): Promise<{ readonly port: number; readonly address: string }> => {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    throw explain(error, { host, port }, setting);
  }
  const found = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return { port: found, address: addressOf(host, found) };
};

const explain = (error: unknown, { host, port }: Pick<Config, 'host' | 'port'>, setting: string): unknown =>
  (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    ? new ConfigError(`Port ${port} of ${host} is taken. Choose another one with ${setting}.`, {
        cause: error,
      })
    : error;

/** As people type it. */
const addressOf = (listening: string, port: number): string => {
  const host = ['0.0.0.0', '::'].includes(listening) ? 'localhost' : listening;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
};
