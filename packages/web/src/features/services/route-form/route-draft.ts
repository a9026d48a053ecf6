import type { GatewayRoute, RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import { linesOf } from '../../../lib/lines.ts';

type Method = GatewayRoute['methods'][number];

/**
 * The form of a route. It is built like the definition, so that the place of a fault in one is its place in the other;
 * numbers and lists are the text of their fields, and what can be left out has a switch `on`, so that switching it off
 * and on loses nothing.
 */
export interface RouteDraft {
  name: string;
  enabled: boolean;
  path: string;
  methods: Method[];
  upstreams: { url: string; weight: string }[];
  hosts: string;
  upstreamPath: string;
  preserveHost: boolean;
  webSockets: boolean;
  authentication: {
    mode: GatewayRoute['authentication']['mode'];
    users: boolean;
    customers: boolean;
    issuers: { issuer: string; audience: string; jwksUrl: string }[];
    scopes: string;
    claims: string;
  };
  identityAudience: string;
  rateLimit: { on: boolean; by: 'address' | 'subject'; requests: string; perSeconds: string };
  maxRequestBytes: string;
  maxResponseBytes: string;
  healthCheck: {
    on: boolean;
    path: string;
    intervalSeconds: string;
    timeoutSeconds: string;
    healthyAfter: string;
    unhealthyAfter: string;
  };
  circuitBreaker: { on: boolean; failures: string; openSeconds: string };
  timeouts: { connectMs: string; responseMs: string; idleMs: string };
  retries: string;
  cors: {
    on: boolean;
    origins: string;
    methods: Method[];
    headers: string;
    exposed: string;
    credentials: boolean;
    maxAgeSeconds: string;
  };
  requestHeaders: { set: string; remove: string };
  responseHeaders: { set: string; remove: string };
}

const unchecked = {
  path: '/health',
  intervalSeconds: 10,
  timeoutSeconds: 2,
  healthyAfter: 2,
  unhealthyAfter: 3,
};
const unlimited = { by: 'address' as const, requests: 100, perSeconds: 1 };
const unbroken = { failures: 5, openSeconds: 10 };
const ownOrigin = {
  origins: [],
  methods: ['GET', 'HEAD', 'POST'] satisfies Method[],
  headers: ['content-type', 'authorization'],
  exposed: [],
  credentials: false,
  maxAgeSeconds: 600,
};

/** What a route is before anything is said of it: as the contract has it. */
const blank: Omit<RouteDefinition, 'name' | 'path' | 'upstreams'> = {
  enabled: true,
  hosts: [],
  methods: [],
  upstreamPath: null,
  preserveHost: false,
  healthCheck: null,
  circuitBreaker: unbroken,
  timeouts: { connectMs: 2000, responseMs: 30_000, idleMs: 60_000 },
  retries: 1,
  maxRequestBytes: 1_048_576,
  maxResponseBytes: null,
  rateLimit: null,
  cors: null,
  requestHeaders: { set: {}, remove: [] },
  responseHeaders: { set: {}, remove: [] },
  authentication: { mode: 'none', issuers: [], scopes: [], claims: {} },
  identityAudience: null,
  webSockets: false,
};

const textOf = <Values extends Record<string, number>>(values: Values): Record<keyof Values, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])) as Record<
    keyof Values,
    string
  >;

const headersDraft = ({ set, remove }: RouteDefinition['requestHeaders']) => ({
  set: Object.entries(set)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n'),
  remove: remove.join('\n'),
});

export const draftOf = (route: RouteDefinition | undefined): RouteDraft => {
  const from = route ?? { ...blank, name: '', path: '/', upstreams: [{ url: '', weight: 1 }] };
  const { authentication, healthCheck, circuitBreaker, rateLimit, cors } = from;
  const { path: checkPath, ...checkNumbers } = healthCheck ?? unchecked;
  const { by, ...limit } = rateLimit ?? unlimited;
  const shared = cors ?? ownOrigin;
  return {
    name: from.name,
    enabled: from.enabled,
    path: from.path,
    methods: from.methods,
    upstreams: from.upstreams.map(({ url, weight }) => ({ url, weight: String(weight) })),
    hosts: from.hosts.join('\n'),
    upstreamPath: from.upstreamPath ?? '',
    preserveHost: from.preserveHost,
    webSockets: from.webSockets,
    authentication: {
      mode: authentication.mode,
      users: authentication.issuers.includes('users'),
      customers: authentication.issuers.includes('customers'),
      issuers: authentication.issuers
        .filter((issuer) => typeof issuer === 'object')
        .map(({ issuer, audience, jwksUrl }) => ({ issuer, audience, jwksUrl: jwksUrl ?? '' })),
      scopes: authentication.scopes.join('\n'),
      claims: Object.entries(authentication.claims)
        .map(([name, values]) => `${name}=${values.join(',')}`)
        .join('\n'),
    },
    identityAudience: from.identityAudience ?? '',
    rateLimit: { on: rateLimit !== null, by, ...textOf(limit) },
    maxRequestBytes: String(from.maxRequestBytes),
    maxResponseBytes: from.maxResponseBytes === null ? '' : String(from.maxResponseBytes),
    healthCheck: { on: healthCheck !== null, path: checkPath, ...textOf(checkNumbers) },
    circuitBreaker: { on: circuitBreaker !== null, ...textOf(circuitBreaker ?? unbroken) },
    timeouts: textOf(from.timeouts),
    retries: String(from.retries),
    cors: {
      on: cors !== null,
      origins: shared.origins.join('\n'),
      methods: shared.methods,
      headers: shared.headers.join('\n'),
      exposed: shared.exposed.join('\n'),
      credentials: shared.credentials,
      maxAgeSeconds: String(shared.maxAgeSeconds),
    },
    requestHeaders: headersDraft(from.requestHeaders),
    responseHeaders: headersDraft(from.responseHeaders),
  };
};

/** An empty field is no number, rather than 0. */
const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
const numbersOf = <Name extends string>(texts: Record<Name, string>): Record<Name, number> =>
  Object.fromEntries(Object.entries<string>(texts).map(([name, text]) => [name, numberOf(text)])) as Record<
    Name,
    number
  >;
const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** `name<sign>value` by the line; a line without the sign is a name that says nothing, which the contract refuses. */
const pairsOf = (text: string, sign: string): (readonly [string, string])[] =>
  linesOf(text).map((line) => {
    const at = line.indexOf(sign);
    return at < 1 ? ['', line] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });

const headersFrom = ({ set, remove }: RouteDraft['requestHeaders']) => ({
  set: Object.fromEntries(pairsOf(set, ':')),
  remove: linesOf(remove),
});

/** What a draft spells, for the contract to check: it may still be wrong anywhere. */
export const definitionFrom = (draft: RouteDraft) => {
  const { authentication, healthCheck, rateLimit, cors } = draft;
  const { on: isChecked, path: checkPath, ...check } = healthCheck;
  const { on: isLimited, by, ...limit } = rateLimit;
  const { on: breaks, ...breaker } = draft.circuitBreaker;
  return {
    name: draft.name.trim(),
    enabled: draft.enabled,
    hosts: linesOf(draft.hosts),
    path: draft.path.trim(),
    methods: draft.methods,
    upstreams: draft.upstreams.map(({ url, weight }) => ({ url: url.trim(), weight: numberOf(weight) })),
    upstreamPath: orNull(draft.upstreamPath),
    preserveHost: draft.preserveHost,
    healthCheck: isChecked ? { path: checkPath.trim(), ...numbersOf(check) } : null,
    circuitBreaker: breaks ? numbersOf(breaker) : null,
    timeouts: numbersOf(draft.timeouts),
    retries: numberOf(draft.retries),
    maxRequestBytes: numberOf(draft.maxRequestBytes),
    maxResponseBytes: draft.maxResponseBytes.trim() === '' ? null : numberOf(draft.maxResponseBytes),
    rateLimit: isLimited ? { by, ...numbersOf(limit) } : null,
    cors: cors.on
      ? {
          origins: linesOf(cors.origins),
          methods: cors.methods,
          headers: linesOf(cors.headers),
          exposed: linesOf(cors.exposed),
          credentials: cors.credentials,
          maxAgeSeconds: numberOf(cors.maxAgeSeconds),
        }
      : null,
    requestHeaders: headersFrom(draft.requestHeaders),
    responseHeaders: headersFrom(draft.responseHeaders),
    authentication: {
      mode: authentication.mode,
      // Those with fields come first: their places are those of the form.
      issuers: [
        ...authentication.issuers.map(({ issuer, audience, jwksUrl }) => ({
          issuer: issuer.trim(),
          audience: audience.trim(),
          ...(jwksUrl.trim() === '' ? {} : { jwksUrl: jwksUrl.trim() }),
        })),
        ...(authentication.users ? ['users'] : []),
        ...(authentication.customers ? ['customers'] : []),
      ],
      scopes: linesOf(authentication.scopes),
      claims: Object.fromEntries(
        pairsOf(authentication.claims, '=').map(([name, values]) => [
          name,
          values
            .split(',')
            .map((value) => value.trim())
            .filter((value) => value !== ''),
        ]),
      ),
    },
    identityAudience: orNull(draft.identityAudience),
    webSockets: draft.webSockets,
  };
};
