import type { Clock } from '../../../kernel/clock.ts';
import type { Outbound, OutboundRequest, OutboundResponse } from '../../../kernel/outbound/outbound.ts';

export type PortalRequest = Pick<OutboundRequest, 'method' | 'headers' | 'body'>;

/** Requests of one sign-in: keeps cookies, follows redirects, and ends as a whole at its deadline. */
export interface PortalSession {
  send(url: string, request?: PortalRequest): Promise<OutboundResponse>;
}

/** For the whole sign-in, however many pages it takes. */
const budgetMs = 15_000;
const maxPageBytes = 2 * 1024 * 1024;
const maxRedirects = 8;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Several `Set-Cookie` headers come joined by commas, and a cookie's date holds one too. */
const cookiesOf = (header: string | undefined): [string, string][] =>
  (header ?? '').split(/, (?=[^;,=\s]+=)/).flatMap((cookie): [string, string][] => {
    const match = /^\s*([^=;\s]+)=([^;]*)/.exec(cookie);
    return match === null ? [] : [[match[1] ?? '', match[2] ?? '']];
  });

export const openPortalSession = (deps: {
  outbound: Pick<Outbound, 'request'>;
  clock: Clock;
}): PortalSession => {
  const start = deps.clock.elapsedMs();
  /** By host, so that no other host ever sees them. */
  const jars = new Map<string, Map<string, string>>();

  const sendOnce = async (url: URL, request: PortalRequest): Promise<OutboundResponse> => {
    const jar = jars.get(url.host) ?? new Map<string, string>();
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await deps.outbound.request(url.href, {
      ...request,
      headers: { ...request.headers, ...(cookie === '' ? {} : { cookie }) },
      timeoutMs: Math.max(1, budgetMs - (deps.clock.elapsedMs() - start)),
      maxBytes: maxPageBytes,
      maxRedirects: 0,
    });
    for (const [name, value] of cookiesOf(response.headers['set-cookie'])) jar.set(name, value);
    jars.set(url.host, jar);
    return response;
  };

  return {
    send: async (url, request = {}) => {
      let at = new URL(url);
      let present = request;
      for (let followed = 0; ; followed += 1) {
        const response = await sendOnce(at, present);
        const location = response.headers['location'];
        const isRedirect = redirects.has(response.status) && location !== undefined;
        if (!isRedirect || followed === maxRedirects || !URL.canParse(location, at.href)) return response;
        const next = new URL(location, at);
        const repeats = response.status === 307 || response.status === 308;
        // What was meant for one host, a password included, is not carried to another.
        present = next.host === at.host && repeats ? present : {};
        at = next;
      }
    },
  };
};
