import type { FastifyInstance } from 'fastify';
import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors.ts';
import { createOutlet } from './outlet.ts';
import { authenticateSocket, closeWhenRevoked, type SocketDeps } from './socket.ts';

/** The stream at `/ws` of earlier clients: everything the caller may see, as it happens, without subscribing. */
export const serveCompatibleEvents = (
  app: FastifyInstance,
  deps: Pick<SocketDeps, 'authenticator' | 'publicUrl' | 'clock'> & {
    open: (caller: Caller, send: (message: object) => void) => () => void;
  },
): void => {
  app.route({
    method: 'GET',
    url: '/ws',
    preValidation: async (request) => {
      request.caller = await authenticateSocket(request, deps);
    },
    handler: async () => {
      throw new AppError('request.malformed', { reason: 'this address speaks WebSocket' });
    },
    wsHandler: (socket, request) => {
      const caller = request.caller;
      if (caller === undefined) return socket.close(4401);
      closeWhenRevoked(socket, caller, deps);
      socket.once('close', deps.open(caller, createOutlet(socket).send));
      return undefined;
    },
  });
};
