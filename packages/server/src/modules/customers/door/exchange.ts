import type { z } from 'zod';
import { AppError } from '../../../kernel/errors.ts';
import { problemOf, retryAfterOf, toAppError } from '../../../kernel/http/problem.ts';
import type { Logger } from '../../../kernel/log.ts';

/** A request to one of the gateway's own addresses, whatever carried it: a socket, a function's event. */
export interface DoorRequest {
  readonly body: string | undefined;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The client's, as the outermost trusted hop saw it. */
  readonly sourceAddress: string;
}

export interface DoorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type DoorHandler = (request: DoorRequest) => Promise<DoorAnswer>;

const maxBodyBytes = 16 * 1024;

/** The body's JSON, `undefined` where there is no body. Throws `request.too_large` and `request.malformed`. */
export const readJson = ({ body }: DoorRequest): unknown => {
  if (body === undefined || body.trim() === '') return undefined;
  if (Buffer.byteLength(body) > maxBodyBytes)
    throw new AppError('request.too_large', { limitBytes: maxBodyBytes });
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // The parser's own words repeat what it read.
    throw new AppError('request.malformed', { reason: 'it is not JSON' });
  }
};

/** Throws `customer.fields` with each field that is wrong. */
export const readFields = <T extends z.ZodType>(request: DoorRequest, shape: T): z.output<T> => {
  const read = shape.safeParse(readJson(request));
  if (read.success) return read.data;
  const issues = read.error.issues.map(({ path, message }) => ({
    path: ['body', ...path].join('.'),
    message,
  }));
  throw new AppError('customer.fields', { count: issues.length }, { issues });
};

const answer = (
  status: number,
  mediaType: string,
  body: unknown,
  headers: DoorAnswer['headers'] = {},
): DoorAnswer => ({
  status,
  headers: { 'content-type': `${mediaType}; charset=utf-8`, 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

/** Work that answers a status and JSON, as a handler: what it throws becomes a problem (RFC 9457). */
export const createDoorHandler =
  (
    name: string,
    log: Logger,
    work: (request: DoorRequest) => Promise<readonly [status: number, body: unknown]>,
  ): DoorHandler =>
  async (request) => {
    try {
      const [status, body] = await work(request);
      return answer(status, 'application/json', body);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.status >= 500)
        log.error({ error: error.cause ?? error, operation: name }, 'a request failed');
      const retryAfter = retryAfterOf(error);
      const problem = problemOf(error, request.headers['x-request-id'] ?? '');
      return answer(error.status, 'application/problem+json', problem, {
        ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
        ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      });
    }
  };
