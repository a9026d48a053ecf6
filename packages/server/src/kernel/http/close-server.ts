import type { FastifyInstance } from 'fastify';
import { closeIdle } from './close-idle.ts';

/** Takes no more requests, and resolves when those under way have been answered. */
export const closeServer = async (app: FastifyInstance): Promise<void> => {
  using _idle = closeIdle(app.server);
  await app.close();
};
