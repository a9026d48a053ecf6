import type { Problem } from './errors.ts';
import { routeTable } from './route-table.gen.ts';
import type { RouteInput, RouteResponse } from './route.ts';
import type { Routes } from './routes.ts';

/**
 * The typed client of web, CLI and agent. It carries addresses only (no schemas), so that a browser does not
 * load the validator before it needs it.
 */

/** The server answered with an error. `problem.code` is one of `errors.ts`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.detail);
    this.status = status;
    this.problem = problem;
  }
}

/** The server could not be reached, or what came back was not an answer of ours. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

type Given<R, Part extends 'params' | 'query' | 'body'> = RouteInput<R>[Part];
type Optional<T, K extends string> = [T] extends [never]
  ? { readonly [P in K]?: never }
  : Record<string, never> extends T
    ? { readonly [P in K]?: T }
    : undefined extends T
      ? { readonly [P in K]?: T }
      : { readonly [P in K]: T };

export type CallInput<R> = Optional<Given<R, 'params'>, 'params'> &
  Optional<Given<R, 'query'>, 'query'> &
  Optional<Given<R, 'body'>, 'body'> & { readonly signal?: AbortSignal; readonly idempotencyKey?: string };

type Required<R> =
  Record<string, never> extends CallInput<R> ? [input?: CallInput<R>] : [input: CallInput<R>];

export type Client = {
  readonly [K in keyof Routes]: (...input: Required<Routes[K]>) => Promise<RouteResponse<Routes[K]>>;
} & {
  /** The raw response of a route whose success is not JSON (logs as text, files). */
  readonly stream: <K extends keyof Routes>(operation: K, ...input: Required<Routes[K]>) => Promise<Response>;
};

export interface ClientOptions {
  readonly baseUrl: string;
  readonly fetch?: typeof globalThis.fetch;
  /** Headers of each request: authorization, CSRF token, language. */
  readonly headers?: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Called on 401; true means that a new session is there and the request should be tried once more. */
  readonly renew?: () => Promise<boolean>;
}

interface AnyInput {
  params?: Record<string, unknown>;
  query?: Record<string, string | number | boolean | readonly string[] | null | undefined>;
  body?: unknown;
  signal?: AbortSignal;
  idempotencyKey?: string;
}

const addressOf = (baseUrl: string, path: string, input: AnyInput): string => {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(input.params?.[name])),
  );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined && value !== null)
      query.set(key, typeof value === 'object' ? value.join(',') : String(value));
  }
  const suffix = query.toString();
  return `${baseUrl}${filled}${suffix === '' ? '' : `?${suffix}`}`;
};

const errorFrom = async (response: Response): Promise<Error> => {
  try {
    return new ApiError(response.status, (await response.json()) as Problem);
  } catch (cause) {
    return new UnreachableError(`The server answered ${response.status} without saying why.`, { cause });
  }
};

export const createClient = (options: ClientOptions): Client => {
  const send = async (operation: keyof Routes, input: AnyInput, retried = false): Promise<Response> => {
    const [method, path] = routeTable[operation];
    const headers: Record<string, string> = { accept: 'application/json', ...(await options.headers?.()) };
    if (input.body !== undefined) headers['content-type'] = 'application/json';
    if (input.idempotencyKey !== undefined) headers['idempotency-key'] = input.idempotencyKey;
    let response: Response;
    try {
      response = await (options.fetch ?? globalThis.fetch)(addressOf(options.baseUrl, path, input), {
        method,
        headers,
        credentials: 'same-origin',
        ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
        ...(input.signal === undefined ? {} : { signal: input.signal }),
      });
    } catch (cause) {
      if (input.signal?.aborted) throw cause;
      throw new UnreachableError('The server cannot be reached.', { cause });
    }
    if (response.status === 401 && !retried && options.renew !== undefined && (await options.renew())) {
      return send(operation, input, true);
    }
    if (!response.ok) throw await errorFrom(response);
    return response;
  };

  const call = async (operation: keyof Routes, input: AnyInput = {}): Promise<unknown> => {
    const response = await send(operation, input);
    if (response.status === 204) return undefined;
    try {
      return await response.json();
    } catch (cause) {
      if (input.signal?.aborted) throw cause;
      throw new UnreachableError('The server answered something that is not JSON.', { cause });
    }
  };

  const operations = Object.keys(routeTable).map((operation) => [
    operation,
    (input?: AnyInput) => call(operation as keyof Routes, input),
  ]);
  return {
    ...Object.fromEntries(operations),
    stream: (operation: keyof Routes, input: AnyInput = {}) => send(operation, input),
  } as Client;
};
