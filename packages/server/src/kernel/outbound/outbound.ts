import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector, Client, errors, type Dispatcher } from 'undici';
import type { Finding } from '@dumont/contracts/finding';
import type { FindingCode } from '@dumont/contracts/finding-texts';
import { found, proseOf } from '@dumont/contracts/findings';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { parseAllowList, refusalOf } from './addresses.ts';

/**
 * Requests to addresses that a user gives (webhooks, connection tests): they must not reach what only this
 * host can reach. The name is resolved once, every address of it is checked, and the connection goes to
 * exactly those addresses, so that a name server cannot answer differently the second time.
 */
export interface Outbound {
  /**
   * Throws `outbound.refused` for an address that may not be called, and OutboundFailure when the target does
   * not answer as it should. Any status is an answer.
   */
  request(url: string, options?: OutboundRequest): Promise<OutboundResponse>;
  /**
   * For saving an address: throws `outbound.refused` when it is malformed or not public. A name that cannot be
   * resolved at the moment passes; each request checks again.
   */
  check(url: string): Promise<void>;
  /**
   * For programs that connect themselves: the addresses of what may be called. Throws `outbound.refused`, and the
   * resolver's error for a name that is not found.
   */
  resolve(url: string): Promise<readonly string[]>;
  /** For a pool of connections of undici's: each new one is checked as a request is. */
  connector(options: { readonly timeoutMs: number }): buildConnector.connector;
}

export interface OutboundRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For everything together, redirects included. */
  readonly timeoutMs?: number;
  /** Of the answer's body, as it comes over the wire: nothing is decompressed. */
  readonly maxBytes?: number;
  /** Beyond so many the redirect itself is the answer. */
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
}

export interface OutboundResponse {
  readonly status: number;
  /** Lower-case names; several values are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Where the answer came from, after redirects. */
  readonly url: string;
}

/** The target did not answer, or not within the limits. The reason is fit for the user who gave the address. */
export class OutboundFailure extends Error {
  override readonly name = 'OutboundFailure';
  readonly reason: Finding;

  constructor(reason: Finding, options?: ErrorOptions) {
    super(proseOf(reason), options);
    this.reason = reason;
  }
}

const defaults = { timeoutMs: 10_000, maxBytes: 1024 * 1024, maxRedirects: 0 };
const resolveTimeoutMs = 5000;
const redirects = new Set([301, 302, 303, 307, 308]);
/** Meant for the host that they were given for, no other. */
const secretHeaders = new Set(['authorization', 'cookie', 'proxy-authorization']);

type Resolved = readonly { address: string; family: number }[];

/** getaddrinfo, which knows /etc/hosts too. */
const systemLookup = (host: string): Promise<Resolved> => lookup(host, { all: true, order: 'verbatim' });

interface Hop {
  readonly url: URL;
  readonly method: NonNullable<OutboundRequest['method']>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

export const createOutbound = (deps: {
  /** Host names, addresses and CIDR ranges that may be called although they are not public. */
  allow: readonly string[];
  clock: Clock;
  log: Logger;
  /** How names become addresses, if not by the resolver of this host. */
  lookup?: (host: string) => Promise<Resolved>;
}): Outbound => {
  const { clock, log, lookup: resolveName = systemLookup } = deps;
  const allow = parseAllowList(deps.allow);

  const refuse = (url: string, reason: Finding): never => {
    log.info({ url: withoutSecrets(url), reason: proseOf(reason) }, 'an outgoing request was refused');
    throw new AppError('outbound.refused', { url: withoutSecrets(url), reason });
  };

  const parse = (url: string): URL => {
    const parsed = URL.canParse(url) ? new URL(url) : refuse(url, found('outbound.no_address'));
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') refuse(url, found('outbound.protocol'));
    if (parsed.username !== '' || parsed.password !== '') refuse(url, found('outbound.secrets'));
    return parsed;
  };

  /** The addresses to connect to; refuses the URL when one of them may not be called. */
  const resolve = async (url: URL): Promise<Resolved> => {
    const host = hostOf(url);
    const family = isIP(host);
    const addresses = family === 0 ? await resolveName(host) : [{ address: host, family }];
    if (!allow.hosts.has(host)) {
      for (const { address } of addresses) {
        const reason = refusalOf(address, allow);
        if (reason !== undefined) refuse(url.href, reason);
      }
    }
    return addresses;
  };

  const send = async (hop: Hop, maxBytes: number, signal: AbortSignal): Promise<OutboundResponse> => {
    const addresses = await abortable(resolve(hop.url), signal);
    await using client = disposable(
      new Client(hop.url.origin, {
        connect: { lookup: pinned(addresses), timeout: 0, autoSelectFamily: true },
        headersTimeout: 0,
        bodyTimeout: 0,
        maxResponseSize: maxBytes,
        allowH2: false,
      }),
    );
    const { statusCode, headers, body } = await client.request({
      method: hop.method,
      path: hop.url.pathname + hop.url.search,
      headers: { 'user-agent': 'Dumont', ...hop.headers },
      body: hop.body ?? null,
      signal,
    });
    return {
      status: statusCode,
      headers: flatten(headers),
      body: await readBody(body, redirects.has(statusCode)),
      url: hop.url.href,
    };
  };

  const follow = async (
    first: Hop,
    limits: typeof defaults,
    signal: AbortSignal,
  ): Promise<OutboundResponse> => {
    let hop = first;
    for (let followed = 0; ; followed += 1) {
      const response = await send(hop, limits.maxBytes, signal);
      const location = response.headers['location'];
      if (!redirects.has(response.status) || location === undefined || followed === limits.maxRedirects)
        return response;
      const next = URL.canParse(location, hop.url.href)
        ? new URL(location, hop.url)
        : refuse(location, found('outbound.no_address'));
      hop = afterRedirect(hop, response.status, parse(next.href));
    }
  };

  const connectTo = async (
    connect: (addresses: Resolved) => buildConnector.connector,
    options: buildConnector.Options,
    done: buildConnector.Callback,
  ): Promise<void> => {
    let addresses: Resolved;
    try {
      const host = options.hostname.includes(':') ? `[${options.hostname}]` : options.hostname;
      addresses = await resolve(new URL(`${options.protocol}//${host}`));
    } catch (error) {
      done(error as Error, null);
      return;
    }
    connect(addresses)(options, done);
  };

  return {
    connector: ({ timeoutMs }) => {
      const connect = (addresses: Resolved): buildConnector.connector =>
        buildConnector({
          timeout: timeoutMs,
          lookup: pinned(addresses),
          autoSelectFamily: true,
          allowH2: false,
        });
      return (options, done) => void connectTo(connect, options, done);
    },
    request: async (url, options = {}) => {
      const limits = {
        timeoutMs: options.timeoutMs ?? defaults.timeoutMs,
        maxBytes: options.maxBytes ?? defaults.maxBytes,
        maxRedirects: options.maxRedirects ?? defaults.maxRedirects,
      };
      const first: Hop = {
        url: parse(url),
        method: options.method ?? 'GET',
        headers: lowerCase(options.headers ?? {}),
        body: options.body,
      };
      const late = new AbortController();
      const done = new AbortController();
      void clock.sleep(limits.timeoutMs, done.signal).then(() => late.abort());
      const signal = AbortSignal.any([
        late.signal,
        ...(options.signal === undefined ? [] : [options.signal]),
      ]);
      try {
        return await follow(first, limits, signal);
      } catch (error) {
        if (error instanceof AppError) throw error;
        const reason = late.signal.aborted
          ? found('outbound.late', { seconds: limits.timeoutMs / 1000 })
          : explain(error, limits.maxBytes);
        throw new OutboundFailure(reason, { cause: error });
      } finally {
        done.abort();
      }
    },
    resolve: async (url) => (await resolve(parse(url))).map(({ address }) => address),
    check: async (url) => {
      const parsed = parse(url);
      const done = new AbortController();
      await Promise.race([
        resolve(parsed).catch((error: unknown) => {
          if (error instanceof AppError) throw error;
        }),
        clock.sleep(resolveTimeoutMs, done.signal),
      ]).finally(() => done.abort());
    },
  };
};

/** As the resolver takes it: no brackets, no trailing dot (the same name, spelt to miss a list). */
const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

/** What a log or an error may show: paths and queries of webhooks are passwords. */
const withoutSecrets = (url: string): string => {
  if (!URL.canParse(url)) return url.slice(0, 100);
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
};

const pinned =
  (addresses: Resolved): LookupFunction =>
  (_host, options, done) => {
    const [first] = addresses;
    if (first === undefined) done(new Error('no address'), '');
    else if (options.all === true) done(null, [...addresses]);
    else done(null, first.address, first.family);
  };

const disposable = (client: Client): Client & AsyncDisposable =>
  Object.assign(client, { [Symbol.asyncDispose]: () => client.destroy() });

/** Ends with the signal although the work itself (getaddrinfo) cannot be ended. */
const abortable = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    work.catch(() => undefined);
  }
};

const readBody = async (body: Dispatcher.ResponseData['body'], unread: boolean): Promise<Buffer> => {
  if (unread) {
    body.on('error', () => undefined).destroy();
    return Buffer.alloc(0);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const flatten = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(', ')]],
    ),
  );

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** As browsers do it (Fetch standard, 4.4): only 307 and 308 repeat the body. */
const afterRedirect = (hop: Hop, status: number, url: URL): Hop => {
  const asGet =
    status === 303 ? hop.method !== 'HEAD' : (status === 301 || status === 302) && hop.method === 'POST';
  const sameOrigin = url.origin === hop.url.origin;
  const headers = Object.fromEntries(
    Object.entries(hop.headers).filter(
      ([name]) => !(asGet && name.startsWith('content-')) && !(!sameOrigin && secretHeaders.has(name)),
    ),
  );
  return { url, headers, method: asGet ? 'GET' : hop.method, body: asGet ? undefined : hop.body };
};

const causes: Readonly<Record<string, FindingCode>> = {
  ENOTFOUND: 'outbound.unknown_name',
  EAI_AGAIN: 'outbound.unknown_name_now',
  ECONNREFUSED: 'outbound.connection_refused',
  ECONNRESET: 'outbound.broke_off',
  EHOSTUNREACH: 'outbound.host_unreachable',
  ENETUNREACH: 'outbound.network_unreachable',
  ETIMEDOUT: 'outbound.timed_out',
  EPIPE: 'outbound.broke_off',
  UND_ERR_SOCKET: 'outbound.broke_off',
  CERT_HAS_EXPIRED: 'outbound.certificate_expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'outbound.certificate_self_signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'outbound.certificate_untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'outbound.certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'outbound.certificate_untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'outbound.certificate_name',
};

const explain = (error: unknown, maxBytes: number): Finding => {
  const code = codeOf(error);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return found('outbound.too_large', { limitBytes: maxBytes });
  if (error instanceof errors.HTTPParserError) return found('outbound.not_http');
  const known = code === undefined ? undefined : causes[code];
  if (known !== undefined) return found(known);
  return code === undefined ? found('outbound.failed') : found('outbound.failed_with', { error: code });
};

/** Several addresses that all failed come as one AggregateError: the first of them says why. */
const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return codeOf(error.cause);
};
