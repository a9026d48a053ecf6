import type { IncomingMessage } from 'node:http';

/** Where a request comes from. */
export interface Client {
  readonly address: string;
  readonly protocol: 'http' | 'https';
}

/**
 * Behind a proxy of the operator's, what that one says: the last address that it wrote, because everything before it
 * came from the client.
 */
export const clientOf = (request: IncomingMessage, trustProxy: boolean): Client => {
  const own = request.socket.remoteAddress ?? '';
  if (!trustProxy) return { address: own, protocol: 'http' };
  const named = [request.headers['x-forwarded-for']].flat().join(',').split(',').at(-1)?.trim();
  return {
    address: named === undefined || named === '' ? own : named,
    protocol: request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http',
  };
};
