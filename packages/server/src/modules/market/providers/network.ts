import { request as httpRequest } from 'undici';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import { OutboundFailure, type Outbound } from '../../../kernel/outbound/outbound.ts';
import { ProviderError } from './provider.ts';
import type { Send } from './transport.ts';

/** A list of a thousand machines is about 3 MB; a search of ten thousand offers about 20. */
const maxBytes = 64 * 1024 * 1024;
const deadlineMs = 30_000;

/** For an account of a user: its address may not reach what only this host can reach. */
export const createGuardedSend =
  (outbound: Outbound): Send =>
  async ({ call, method, url, headers, body }, signal) => {
    try {
      const response = await outbound.request(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        timeoutMs: deadlineMs,
        maxBytes,
        signal,
      });
      return { status: response.status, body: response.body.toString() };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof OutboundFailure || error instanceof AppError)
        throw new ProviderError('blind', call, error.message, { cause: error });
      throw error;
    }
  };

/** For the address that the operator configured, wherever that is. */
export const createTrustedSend =
  (clock: Clock): Send =>
  async ({ call, method, url, headers, body }, signal) => {
    const late = new AbortController();
    const done = new AbortController();
    void clock.sleep(deadlineMs, done.signal).then(() => late.abort());
    try {
      const response = await httpRequest(url, {
        method,
        headers: { 'user-agent': 'Dumont', ...headers },
        body: body ?? null,
        signal: AbortSignal.any([signal, late.signal]),
      });
      return { status: response.statusCode, body: await readText(response.body) };
    } catch (error) {
      signal.throwIfAborted();
      const text = late.signal.aborted
        ? `no complete answer within ${deadlineMs / 1000} s`
        : 'the connection failed';
      throw new ProviderError('blind', call, text, { cause: error });
    } finally {
      done.abort();
    }
  };

const readText = async (body: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};
