import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { pathRegex } from '../precedence.ts';
import { findingsOf, judge, lacksOfHosts, type Judgement, type Rendering } from '../rendering.ts';
import { parseTemplate } from '../../plane/path-template.ts';

/** Hosts, upstreams, rules, and headers of one filter. */
const maxListed = 16;

/** What the Gateway API (v1, standard channel) can say of a route. */
const judgeForKubernetes = (route: GatewayRoute): Judgement => {
  const { authentication, rateLimit, upstreams } = route;
  const template = parseTemplate(route.path);
  const hasParameter = template.segments.some((segment) => 'name' in segment);
  const urls = upstreams.map(({ url }) => new URL(url));
  return judge(
    [
      hasParameter &&
        'Its path is a regular expression, which implementations may or may not support, and which has no fixed place in the precedence of paths.',
      route.maxResponseBytes !== null && 'Answers are not cut off at maxResponseBytes.',
      route.healthCheck !== null && 'Health checks are those of the cluster.',
      route.circuitBreaker !== null && 'There is no circuit breaker.',
      route.retries > 0 && 'There are no further tries.',
      !route.preserveHost && urls.length > 1 && 'All upstreams see the name of the first of them as Host.',
      urls.some(({ protocol }) => protocol === 'https:') &&
        'That an upstream is encrypted is for a BackendTLSPolicy to say.',
      urls.some(({ hostname }) => isIP(hostname) === 0 && clusterService(hostname) === undefined) &&
        'An upstream outside of the cluster becomes a Service of type ExternalName, which some implementations refuse.',
      'Which addresses, hosts, methods and header names are refused is for the implementation to say.',
      'Cookies of the console reach the service where both have one host name.',
    ],
    [
      ...lacksOfHosts(route),
      authentication.mode !== 'none' && 'the Gateway API verifies no tokens',
      route.identityAudience !== null && 'the Gateway API cannot sign who a request is of',
      rateLimit !== null && 'the Gateway API has no rate limit',
      route.cors !== null && 'the standard channel of the Gateway API has no CORS',
      route.upstreamPath !== null && rewriteOf(route) === undefined && 'its path is rewritten by parameters',
      urls.some(({ hostname }) => isIP(hostname) !== 0 || hostname.startsWith('[')) &&
        'an upstream is named by its IP address',
      [
        Object.keys(route.requestHeaders.set),
        Object.keys(route.responseHeaders.set),
        [...identityHeaders, ...route.requestHeaders.remove],
        route.responseHeaders.remove,
        route.hosts,
        upstreams,
      ].some(({ length }) => length > maxListed) &&
        `it has more than ${maxListed} hosts, upstreams, or headers of one kind, the most that an HTTPRoute may have`,
      [...Object.values(route.requestHeaders.set), ...Object.values(route.responseHeaders.set)].includes(
        '',
      ) && 'it sets a header to nothing',
    ],
  );
};

/** What only a gateway writes. */
const identityHeaders = [
  'x-gateway-identity',
  'x-consumer-id',
  'x-consumer-kind',
  'x-consumer-roles',
  'x-real-ip',
  'forwarded',
];

/** `name.namespace.svc...` */
const clusterService = (hostname: string): { name: string; namespace: string } | undefined => {
  const [, name, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?$/.exec(hostname) ?? [];
  return name === undefined || namespace === undefined ? undefined : { name, namespace };
};

/** A prefix replaced by another one: both must have words and a rest, or words alone. */
const rewriteOf = (route: GatewayRoute): Record<string, unknown> | undefined => {
  const [from, to] = [parseTemplate(route.path), parseTemplate(route.upstreamPath ?? '/')];
  if ([...from.segments, ...to.segments].some((segment) => 'name' in segment)) return undefined;
  const words = to.segments.map((segment) => ('word' in segment ? segment.word : '')).join('/');
  if (from.rest === undefined && to.rest === undefined)
    return { type: 'ReplaceFullPath', replaceFullPath: `/${words}` };
  return from.rest !== undefined && to.rest !== undefined
    ? { type: 'ReplacePrefixMatch', replacePrefixMatch: `/${words}` }
    : undefined;
};

const pathMatch = (route: GatewayRoute): Record<string, unknown> => {
  const template = parseTemplate(route.path);
  if (template.segments.some((segment) => 'name' in segment))
    return { type: 'RegularExpression', value: pathRegex(template) };
  const words = template.segments.map((segment) => ('word' in segment ? segment.word : '')).join('/');
  return template.rest === undefined
    ? { type: 'Exact', value: `/${words}` }
    : // Of a prefix, as of a rest: /shop, /shop/ and what is below.
      { type: 'PathPrefix', value: `/${words}` };
};

/** The name of an object has no dots and at most 63 characters. */
const externalName = (hostname: string): string =>
  `dumont-${createHash('sha256').update(hostname).digest('hex').slice(0, 16)}`;
/** A number has at most five digits. */
const duration = (ms: number): string =>
  [`${Math.floor(ms / 1000)}s`, `${ms % 1000}ms`].filter((part) => !/^0\D/.test(part)).join('');
const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

const headerFilter = (
  type: string,
  field: string,
  rules: GatewayRoute['requestHeaders'],
  also: readonly string[],
) => {
  const set = Object.entries(rules.set).map(([name, value]) => ({ name, value }));
  const remove = [...new Set([...also, ...rules.remove])];
  if (set.length + remove.length === 0) return [];
  return [
    { type, [field]: { ...(set.length > 0 ? { set } : {}), ...(remove.length > 0 ? { remove } : {}) } },
  ];
};

const httpRoute = (route: GatewayRoute, gateway: string): Record<string, unknown> => {
  const rewrite = route.upstreamPath === null ? undefined : rewriteOf(route);
  const first = new URL(route.upstreams[0]?.url ?? '');
  const path = pathMatch(route);
  const rewriting = {
    ...(route.preserveHost ? {} : { hostname: first.hostname }),
    ...(rewrite === undefined ? {} : { path: rewrite }),
  };
  const rule = {
    filters: [
      ...headerFilter(
        'RequestHeaderModifier',
        'requestHeaderModifier',
        route.requestHeaders,
        identityHeaders,
      ),
      ...headerFilter('ResponseHeaderModifier', 'responseHeaderModifier', route.responseHeaders, []),
      ...(Object.keys(rewriting).length === 0 ? [] : [{ type: 'URLRewrite', urlRewrite: rewriting }]),
    ],
    backendRefs: route.upstreams.map(({ url, weight }) => {
      const parsed = new URL(url);
      return {
        ...(clusterService(parsed.hostname) ?? { name: externalName(parsed.hostname) }),
        port: portOf(parsed),
        weight,
      };
    }),
    timeouts: { backendRequest: duration(route.timeouts.responseMs) },
  };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name: `route-${route.id}`,
      annotations: { 'dumont.dev/route': route.name, 'dumont.dev/project': route.projectId },
    },
    spec: {
      parentRefs: [{ name: gateway }],
      ...(route.hosts.length === 0 ? {} : { hostnames: route.hosts }),
      // A rule that replaces a prefix may have one match only.
      rules: (route.methods.length === 0 ? [undefined] : route.methods).map((method) => ({
        matches: [{ path, ...(method === undefined ? {} : { method }) }],
        ...rule,
      })),
    },
  };
};

/** Services that stand for what is outside of the cluster, each once. */
const externalServices = (routes: readonly GatewayRoute[]): Record<string, unknown>[] => {
  const ports = new Map<string, Set<number>>();
  for (const { upstreams } of routes)
    for (const { url } of upstreams) {
      const parsed = new URL(url);
      if (clusterService(parsed.hostname) !== undefined) continue;
      ports.set(parsed.hostname, (ports.get(parsed.hostname) ?? new Set()).add(portOf(parsed)));
    }
  return [...ports].map(([hostname, numbers]) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: externalName(hostname) },
    spec: {
      type: 'ExternalName',
      externalName: hostname,
      ports: [...numbers].map((port) => ({ name: `port-${port}`, port })),
    },
  }));
};

/**
 * Objects of the Kubernetes Gateway API for all enabled routes, as a `List` in JSON, which is YAML as well. The Gateway
 * that they belong to is the cluster's. Routes that would be less protected than they ask for are left out.
 */
export const renderKubernetes = (
  routes: readonly GatewayRoute[],
  { gateway }: { readonly gateway: string },
): Rendering => {
  const judged = routes
    .filter(({ enabled }) => enabled)
    .map((route) => ({ route, ...judgeForKubernetes(route) }));
  const served = judged.filter((each) => each.served).map(({ route }) => route);
  const items = [...externalServices(served), ...served.map((route) => httpRoute(route, gateway))];
  return {
    text: `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2)}\n`,
    findings: judged.flatMap(({ route, served: isServed, messages }) =>
      findingsOf(route, isServed ? messages : messages.map((message) => `Left out: ${message}.`)),
    ),
  };
};
