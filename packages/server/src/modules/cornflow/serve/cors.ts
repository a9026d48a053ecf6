import type { FastifyReply, FastifyRequest } from 'fastify';
import { addToVary } from '../../../kernel/http/send-packed.ts';

/** Lets pages of these origins read answers. Tokens are shown by header alone, so that none travels unasked. */
export const createCors =
  (origins: readonly string[]) =>
  (request: FastifyRequest, reply: FastifyReply): void => {
    const { origin } = request.headers;
    if (origin === undefined || origins.length === 0) return;
    const isForAll = origins.includes('*');
    if (!isForAll) addToVary(reply, 'Origin');
    if (isForAll || origins.includes(origin)) {
      void reply.header('access-control-allow-origin', isForAll ? '*' : origin);
    }
  };

/** Answers the question that a browser asks before a call; false where this is none. */
export const answerPreflight = (
  request: FastifyRequest,
  reply: FastifyReply,
  methods: readonly string[],
): boolean => {
  const isQuestion =
    request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  if (!isQuestion) return false;
  void reply
    .code(200)
    .header('access-control-allow-methods', [...methods, 'OPTIONS'].join(', '))
    .header('access-control-allow-headers', 'authorization, content-type, content-encoding')
    .header('access-control-max-age', '600')
    .header('content-type', 'application/json')
    .send('{}');
  return true;
};
