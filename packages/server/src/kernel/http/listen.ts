import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/settings.ts';

/** Takes requests at the configured address; answers it as people type it. */
export const listen = async (
  server: FastifyInstance,
  config: Pick<Config, 'host' | 'port'>,
  setting = 'DUMONT_PORT',
): Promise<string> => {
  try {
    await server.listen({ host: config.host, port: config.port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new ConfigError(
        `Port ${config.port} of ${config.host} is taken. Choose another one with ${setting}.`,
        { cause: error },
      );
    }
    throw error;
  }
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const host = ['0.0.0.0', '::'].includes(config.host) ? 'localhost' : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
};
