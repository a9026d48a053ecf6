import { Agent, errors, request, type Dispatcher } from 'undici';
import { PipelineFailure } from './failure.ts';
import { publicUrl } from './http-status.ts';

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly url: string;
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Dispatcher.ResponseData['body'];
}

/** One session with one or more sites: keeps cookies, follows redirects, notices stalls. */
export interface HttpClient extends AsyncDisposable {
  send(url: string, request?: HttpRequest): Promise<HttpResponse>;
  /** Reads a whole small answer. Longer ones than `maxBytes` are refused. */
  text(response: HttpResponse, maxBytes: number): Promise<string>;
}

export interface HttpClientOptions {
  readonly stallSeconds: number;
  /** Sent to the origin of `url` only, so that a redirect cannot carry it elsewhere. */
  readonly basicAuthorization?: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
  };
}

const maxRedirects = 5;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Turns what undici throws into a sentence with the address; all of these are worth another attempt. */
export function transferFailure(url: string, stallSeconds: number, error: unknown): PipelineFailure {
  if (error instanceof PipelineFailure) return error;
  const shown = publicUrl(url);
  const stalled = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  if (stalled)
    return new PipelineFailure(`${shown} stalled: nothing came for ${stallSeconds} s`, {
      temporary: true,
      cause: error,
    });
  if (error instanceof errors.SocketError || error instanceof errors.ResponseContentLengthMismatchError)
    return new PipelineFailure(`${shown} cut the transfer`, { temporary: true, cause: error });
  return new PipelineFailure(`${shown} cannot be reached`, { temporary: true, cause: error });
}

function firstHeader(headers: Dispatcher.ResponseData['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function allHeaders(headers: Dispatcher.ResponseData['headers'], name: string): string[] {
  const value = headers[name];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** Cookies by origin and name; attributes are ignored: a session lives as long as one download step. */
function createCookieJar() {
  const jars = new Map<string, Map<string, string>>();
  return {
    remember(origin: string, lines: readonly string[]): void {
      const jar = jars.get(origin) ?? new Map<string, string>();
      for (const line of lines) {
        const pair = line.split(';', 1)[0] ?? '';
        const separator = pair.indexOf('=');
        if (separator > 0) jar.set(pair.slice(0, separator).trim(), pair.slice(separator + 1).trim());
      }
      jars.set(origin, jar);
    },
    header(origin: string): string | undefined {
      const jar = jars.get(origin);
      if (!jar || jar.size === 0) return undefined;
      return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    },
  };
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const milliseconds = options.stallSeconds * 1000;
  const agent = new Agent({
    connect: { timeout: milliseconds },
    headersTimeout: milliseconds,
    bodyTimeout: milliseconds,
  });
  const cookies = createCookieJar();
  const basic = options.basicAuthorization;
  const authorized = basic && {
    origin: new URL(basic.url).origin,
    value: `Basic ${Buffer.from(`${basic.username}:${basic.password}`, 'utf8').toString('base64')}`,
  };

  function headersFor(origin: string, given: Readonly<Record<string, string>>): Record<string, string> {
    // The files are compressed already, and a resumed transfer needs byte positions of the file itself.
    const headers: Record<string, string> = { 'accept-encoding': 'identity', ...given };
    const cookie = cookies.header(origin);
    if (cookie !== undefined) headers['cookie'] = cookie;
    if (authorized?.origin === origin) headers['authorization'] = authorized.value;
    return headers;
  }

  async function sendOnce(url: string, step: HttpRequest): Promise<Dispatcher.ResponseData> {
    const { origin } = new URL(url);
    try {
      const response = await request(url, {
        dispatcher: agent,
        method: step.method ?? 'GET',
        headers: headersFor(origin, step.headers ?? {}),
        ...(step.body === undefined ? {} : { body: step.body }),
      });
      cookies.remember(origin, allHeaders(response.headers, 'set-cookie'));
      return response;
    } catch (error) {
      throw transferFailure(url, options.stallSeconds, error);
    }
  }

  async function send(url: string, first: HttpRequest = {}): Promise<HttpResponse> {
    let current = url;
    let step = first;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const response = await sendOnce(current, step);
      const location = firstHeader(response.headers, 'location');
      if (!redirectStatuses.has(response.statusCode) || location === undefined)
        return {
          url: current,
          status: response.statusCode,
          header: (name) => firstHeader(response.headers, name),
          body: response.body,
        };
      await response.body.dump();
      const next = new URL(location, current);
      if (next.protocol !== 'http:' && next.protocol !== 'https:')
        throw new PipelineFailure(
          `${publicUrl(current)} redirects to ${next.protocol}, which is not followed`,
        );
      current = next.href;
      const keepsMethod = response.statusCode === 307 || response.statusCode === 308;
      const { body: _body, ...withoutBody } = step;
      step = keepsMethod ? step : { ...withoutBody, method: 'GET' };
    }
    throw new PipelineFailure(`${publicUrl(url)} redirects more than ${maxRedirects} times`);
  }

  return {
    send,
    async text(response, maxBytes) {
      const parts: Buffer[] = [];
      let size = 0;
      try {
        for await (const part of response.body) {
          const bytes = part as Buffer;
          size += bytes.length;
          if (size > maxBytes)
            throw new PipelineFailure(`${publicUrl(response.url)} answered with more than ${maxBytes} bytes`);
          parts.push(bytes);
        }
      } catch (error) {
        throw transferFailure(response.url, options.stallSeconds, error);
      }
      return Buffer.concat(parts).toString('utf8');
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}
