import type { FastifyReply } from 'fastify';

/** Shorter answers fit into a few packets as they are. */
export const shortestCompressed = 4096;

/**
 * Whether the client names gzip (or everything) in `Accept-Encoding`. No other encoding is ever used: what a client
 * says of brotli in its requests is no word about answers.
 */
export const acceptsGzip = (header: string | undefined): boolean => {
  const offers = new Map(
    (header ?? '').split(',').map((offer) => {
      const [name = '', ...options] = offer.split(';').map((part) => part.trim().toLowerCase());
      const quality = options.find((option) => option.startsWith('q='))?.slice('q='.length) ?? '1';
      return [name, Number(quality) > 0];
    }),
  );
  return offers.get('gzip') ?? offers.get('x-gzip') ?? offers.get('*') ?? false;
};

/** Says that an answer depends on one more header of its request. */
export const addToVary = (reply: FastifyReply, header: string): void => {
  const before = reply.getHeader('vary');
  void reply.header('vary', before === undefined ? header : `${String(before)}, ${header}`);
};
