import type { Server } from 'node:http';

const lookAgainMs = 100;

/**
 * Of a server that takes no more requests: closes each connection as soon as it is idle, until disposed of. To look
 * once is not enough: a connection whose answer is just leaving would be waited for as long as it is kept alive.
 */
export const closeIdle = (server: Server): Disposable => {
  server.closeIdleConnections();
  const look = setInterval(() => server.closeIdleConnections(), lookAgainMs);
  return { [Symbol.dispose]: () => clearInterval(look) };
};
