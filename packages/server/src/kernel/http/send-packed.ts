import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { unpackBytes, unpackedLength, unpackSteps, type Packed } from '../packed/packed.ts';
import { spliceGzip } from '../packed/splice.ts';

/** Shorter answers fit into a few packets as they are. */
const shortestCompressed = 4096;
/** Longer ones are unpacked as they are read: who reads slowly, or not at all, holds no memory that is worth naming. */
const longestWhole = 4 * 1024 * 1024;

/**
 * Whether the client names gzip (or everything) in `Accept-Encoding`, and does not like the plain text better. No other
 * encoding is ever used: what a client says of brotli in its requests is no word about answers.
 */
const acceptsGzip = (header: string | undefined): boolean => {
  const offers = new Map(
    (header ?? '').split(',').map((offer) => {
      const [name = '', ...options] = offer.split(';').map((part) => part.trim().toLowerCase());
      const quality = options.find((option) => option.startsWith('q='))?.slice('q='.length) ?? '1';
      return [name, Number(quality)];
    }),
  );
  const gzip = offers.get('gzip') ?? offers.get('x-gzip') ?? offers.get('*') ?? 0;
  return gzip > 0 && gzip >= (offers.get('identity') ?? 0);
};

/** Says that an answer depends on one more header of its request. */
export const addToVary = (reply: FastifyReply, header: string): void => {
  const before = reply.getHeader('vary');
  void reply.header('vary', before === undefined ? header : `${String(before)}, ${header}`);
};

/** All of them at once: the socket takes them in one write, as far as it has room. */
const streamOf = (pieces: readonly Buffer[]): Readable =>
  new Readable({
    highWaterMark: Number.MAX_SAFE_INTEGER,
    read() {
      for (const piece of pieces) this.push(piece);
      this.push(null);
    },
  });

async function* stepsOf(pieces: readonly Packed[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield* unpackSteps(piece);
}

/** Of undefined, Fastify would say that its length is 0. */
const nothing = (): Readable => Readable.from([]);

/** Sends the pieces as one text: compressed to who takes gzip, what is kept so as it is; the head alone for HEAD. */
export const sendPacked = async (reply: FastifyReply, pieces: readonly Packed[]): Promise<FastifyReply> => {
  const isHead = reply.request.method === 'HEAD';
  const length = pieces.reduce((sum, piece) => sum + unpackedLength(piece), 0);
  if (length >= shortestCompressed) {
    addToVary(reply, 'Accept-Encoding');
    if (acceptsGzip(reply.request.headers['accept-encoding'])) {
      const whole = await spliceGzip(pieces);
      void reply.headers({ 'content-encoding': 'gzip', 'content-length': whole.length });
      return reply.send(isHead ? nothing() : whole);
    }
  }
  void reply.header('content-length', length);
  if (isHead) return reply.send(nothing());
  if (length > longestWhole) return reply.send(Readable.from(stepsOf(pieces)));
  const texts = await Promise.all(pieces.map(unpackBytes));
  return reply.send(texts.length === 1 ? texts[0] : streamOf(texts));
};
