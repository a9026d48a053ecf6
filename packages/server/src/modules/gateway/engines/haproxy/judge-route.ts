import { isIP } from 'node:net';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { parseTemplate } from '../../plane/path-template.ts';
import type { IssuerKeys, OidcIssuer } from '../issuer-keys.ts';
import { groupsOf } from '../precedence.ts';
import { judge, lacksOfHosts, type Judgement } from '../rendering.ts';
import { admissionLacks, listedPlaces } from './tokens.ts';
import { upstreamHosts, type AddressOf } from './upstreams.ts';

/** `\1` to `\9`. */
const maxGroups = 9;
const bodyMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** What HAProxy can do of a route. `refused`: it was tried, and HAProxy did not take it. */
export const judgeForHaproxy = (
  route: GatewayRoute,
  keysOf: (issuer: OidcIssuer) => IssuerKeys | undefined,
  addressOf: AddressOf,
  refused: boolean,
): Judgement => {
  const upstreams = upstreamHosts(route);
  const { authentication, circuitBreaker, identityAudience, rateLimit, timeouts } = route;
  const largest = Math.max(...route.upstreams.map(({ weight }) => weight));
  return judge(
    [
      route.maxResponseBytes !== null &&
        'An answer that does not announce its length is not cut off at maxResponseBytes.',
      timeouts.idleMs !== timeouts.responseMs &&
        'The time between two pieces of an answer is limited by timeouts.responseMs, not by idleMs.',
      (route.methods.length === 0 || route.methods.some((method) => bodyMethods.has(method))) &&
        'A request body must announce its length; one in chunks is refused.',
      rateLimit !== null &&
        'Each replica counts its rate limit for itself; Retry-After names the whole period.',
      circuitBreaker !== null &&
        'The circuit breaker counts every answer 5xx, and closes when the upstream passes a check instead of by a request.',
      largest > 256 && 'Weights are scaled to at most 256 and rounded.',
      authentication.mode !== 'none' &&
        `Of a list in a token (aud, scp, a claim) the first ${listedPlaces} entries are looked at.`,
      'Paths that encode letters, digits, hyphens, dots or underscores are refused.',
      'Headers that a client names in Connection are passed on.',
      route.webSockets && 'A WebSocket without traffic is closed after an hour.',
    ],
    [
      refused && 'HAProxy does not take its configuration',
      ...lacksOfHosts(route),
      identityAudience !== null && `HAProxy cannot sign who a request is of for ${identityAudience}`,
      ...admissionLacks(authentication, keysOf),
      route.webSockets &&
        authentication.mode !== 'none' &&
        'HAProxy does not take a token from the list of WebSocket protocols',
      route.upstreamPath !== null &&
        groupsOf(parseTemplate(route.path)) > maxGroups &&
        `HAProxy rewrites paths of at most ${maxGroups} parameters`,
      !route.preserveHost &&
        upstreams.length > 1 &&
        upstreams.some(({ host }) => !/^[\w.:-]+$/.test(host)) &&
        'HAProxy cannot tell each of several upstreams its own name when one is an IPv6 address',
      upstreams.some(({ hostname, isEncrypted }) => isEncrypted && isIP(hostname) !== 0) &&
        'HAProxy cannot verify the certificate of an upstream that is named by its IP address',
      ...upstreams
        .filter(({ hostname }) => addressOf(route, hostname) === undefined)
        .map(({ hostname }) => `the upstream ${hostname} is not found, or may not be called`),
    ],
  );
};
