import type { FastifyInstance } from 'fastify';

const lookAgainMs = 100;

/**
 * Takes no more requests, and resolves when those under way have been answered. Fastify closes what is idle once, when
 * it begins to close: a connection whose answer is just leaving would be waited for as long as it is kept alive.
 */
export const closeServer = async (app: FastifyInstance): Promise<void> => {
  const look = setInterval(() => app.server.closeIdleConnections(), lookAgainMs);
  try {
    await app.close();
  } finally {
    clearInterval(look);
  }
};
