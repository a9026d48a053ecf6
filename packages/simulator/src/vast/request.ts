import { isObject, parseJson, type JsonObject } from '../json.ts';

/** A request as it came in, with the whole body: what the provider's API takes is small. */
export interface VastRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Counts for the intervals, beside the key. */
  readonly ip?: string;
}

/** A request taken apart. */
export interface Parsed {
  readonly method: string;
  /** Without the slash at its end: `/api/v0/instances/12`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** The key of the renter or of a machine; empty without one. */
  readonly token: string;
  readonly ip: string;
  /** Where this API is reached, for the addresses in its answers. */
  readonly origin: string;
}

/** Undefined when the body is not a JSON object. */
export const parseRequest = (request: VastRequest, publicUrl: string | undefined): Parsed | undefined => {
  const { host, authorization } = request.headers;
  const origin = publicUrl ?? `http://${host ?? '127.0.0.1'}`;
  const url = new URL(request.url, 'http://localhost');
  const body = parseJson(request.body === '' ? '{}' : request.body);
  if (!isObject(body)) return undefined;
  return {
    method: request.method,
    path: url.pathname.replace(/\/+$/, ''),
    query: url.searchParams,
    body,
    token: /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]?.trim() ?? url.searchParams.get('api_key') ?? '',
    ip: request.ip ?? '127.0.0.1',
    origin,
  };
};

/** A parameter of the query that holds JSON; the fallback when it is missing or broken. */
export const queryJson = (parsed: Parsed, name: string): unknown => {
  const text = parsed.query.get(name);
  return text === null ? undefined : parseJson(text);
};
