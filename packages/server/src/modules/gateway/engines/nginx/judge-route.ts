import { isIP } from 'node:net';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { parseTemplate } from '../../plane/path-template.ts';
import { literal, regex } from './syntax.ts';
import { groupsOf, pathRegex } from '../precedence.ts';
import { judge, lacksOfHosts, type Judgement } from '../rendering.ts';

/** `$1` to `$9`. */
const maxGroups = 9;
/** nginx reads a word into 4096 bytes; a path has a host and a method before it. */
const maxWord = 3500;

/** Requests that nginx lets through in a minute; it knows no other fractions. */
export const perMinute = ({ requests, perSeconds }: NonNullable<GatewayRoute['rateLimit']>): number =>
  Math.round((requests * 60) / perSeconds);

/** What nginx without Plus can do of a route. */
export const judgeForNginx = (route: GatewayRoute): Judgement => {
  const { authentication, circuitBreaker, cors, rateLimit, timeouts, upstreams } = route;
  const values = [route.requestHeaders, route.responseHeaders].flatMap(({ set }) => Object.values(set));
  const urls = upstreams.map(({ url }) => new URL(url));
  const isAlone = urls.length === 1;
  return judge(
    [
      route.maxResponseBytes !== null && 'Answers are not cut off at maxResponseBytes.',
      route.healthCheck !== null && 'Upstreams are not asked for their health; only failed requests count.',
      isAlone &&
        (circuitBreaker !== null || route.retries > 0) &&
        'There are no further tries and no circuit breaker: nginx has them among several upstreams only.',
      timeouts.idleMs !== timeouts.responseMs &&
        'The time between two pieces of an answer is limited by timeouts.responseMs, not by idleMs.',
      !isAlone && !route.preserveHost && 'All upstreams see the name of the first of them as Host.',
      rateLimit !== null &&
        'The rate limit fills up again steadily instead of by a window, and each nginx counts for itself.',
      urls.some(({ hostname }) => isIP(hostname) === 0 && !hostname.startsWith('[')) &&
        'Names of upstreams are looked up when nginx starts, by nginx, and wherever they lead.',
      ['server', 'date'].some(
        (name) => name in route.responseHeaders.set || route.responseHeaders.remove.includes(name),
      ) && 'nginx says Server and Date itself, whatever the rules for headers say.',
      values.some((value) => /[^ -~]/.test(value)) && 'Letters of headers beyond ASCII are set in UTF-8.',
      'Paths that encode letters, digits, hyphens, dots or underscores are refused.',
      'Headers that a client names in Connection are passed on; those with an underscore in their name are not.',
      'Of the headers x-gateway-* and x-consumer-*, those that the gateway itself writes are removed, and no others.',
    ],
    [
      ...lacksOfHosts(route),
      [route.requestHeaders, route.responseHeaders].some(({ set, remove }) =>
        [...Object.keys(set), ...remove].some((name) => !/^[a-z0-9_-]+$/.test(name)),
      ) && 'nginx gives some characters of its header names another meaning',
      [
        ...[...values, cors?.headers.join(', ') ?? '', cors?.exposed.join(', ') ?? ''].map(literal),
        regex(pathRegex(parseTemplate(route.path))),
        literal(route.upstreamPath ?? ''),
      ].some(({ length }) => length > maxWord) &&
        'its path, or a header or list of headers, is too long for nginx',
      authentication.mode !== 'none' && 'nginx without Plus verifies no tokens',
      route.identityAudience !== null &&
        `nginx cannot sign who a request is of for ${route.identityAudience}`,
      !isAlone &&
        urls.some(({ protocol }) => protocol === 'https:') &&
        'nginx verifies the certificate of one upstream only, and it has several',
      route.upstreamPath !== null &&
        groupsOf(parseTemplate(route.path)) > maxGroups &&
        `nginx rewrites paths of at most ${maxGroups} parameters`,
      rateLimit !== null &&
        perMinute(rateLimit) < 1 &&
        'nginx limits to one request a minute or more, not to less',
    ],
  );
};
