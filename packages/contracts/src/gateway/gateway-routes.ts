import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Finding } from '../finding.ts';
import { Id, IdParams, longText, Slug, text, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';
import { headerName, headerRules, headerValue } from './route-headers.ts';

/** What the gateway does with a request: a route says which requests it takes and where they go. */

export const gatewayMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** A host name, `*.example.org` for every name one level below, without a port. */
export const RouteHost = z
  .string()
  .max(253)
  .toLowerCase()
  .regex(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'must be a host name without scheme and port');

const plainSegment = /^[A-Za-z0-9._~!$&'()*+,;=:@-]+$/;
const parameter = /^\{[a-z][A-Za-z0-9_]{0,49}\}$/;
const restParameter = /^\{[a-z][A-Za-z0-9_]{0,49}\+\}$/;

const isPathTemplate = (path: string): boolean => {
  const [before, ...segments] = path.split('/');
  const last = segments.pop();
  if (before !== '' || last === undefined) return false;
  const isSegment = (segment: string): boolean => plainSegment.test(segment) || parameter.test(segment);
  return (
    segments.every(isSegment) &&
    (last === '' || isSegment(last) || restParameter.test(last)) &&
    !hasDots(path)
  );
};
const hasDots = (path: string): boolean => /\/\.\.?(\/|$)/.test(path);

const namesOf = (path: string): readonly string[] => path.match(/\{\w+\+?\}/g) ?? [];

/** `/orders/{id}`, `/shop/{proxy+}`: a name in braces takes one segment, with `+` all that follow, at the end only. */
export const PathTemplate = z
  .string()
  .max(500)
  .refine(isPathTemplate, 'must begin with / and hold plain segments or {name}, and {name+} at the end only')
  .refine((path) => new Set(namesOf(path)).size === namesOf(path).length, 'must name each parameter once');

const upstream = z.strictObject({
  /** Scheme, host and port; a path before the request's own is not taken. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine((url) => /^https?:\/\/[^/?#@\\]+\/?$/.test(url), 'must be scheme, host and port only'),
  /** Share of the requests, among those that are healthy. */
  weight: z.number().int().min(1).max(1000).default(1),
});

const tokenIssuer = z.union([
  /** Users of this installation (sessions and API tokens), and customers of the project who logged in by CPF. */
  z.enum(['users', 'customers']),
  /** Any OpenID Connect issuer; its keys are found by discovery unless their address is given. */
  z.strictObject({
    issuer: z.url({ protocol: /^https?$/ }).max(500),
    audience: longText(200).min(1),
    jwksUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
  }),
]);

/** Who may come in. `optional` takes requests without a token, never one with a wrong token. */
const authentication = z.strictObject({
  mode: z.enum(['none', 'optional', 'required']).default('none'),
  issuers: z.array(tokenIssuer).max(10).default([]),
  /** All of them must be among the token's scopes. */
  scopes: z.array(longText(100).min(1)).max(20).default([]),
  /** The token's claim must be, or hold, one of the values. */
  claims: z.record(longText(100), z.array(longText(200)).min(1).max(20)).default({}),
});

const milliseconds = (least: number, most: number, otherwise: number) =>
  z.number().int().min(least).max(most).default(otherwise);

const fields = {
  name: text(100),
  enabled: z.boolean(),
  /** None: any host. A named host goes before `*.`, and that before any. */
  hosts: z.array(RouteHost).max(20),
  path: PathTemplate,
  /** None: any method. */
  methods: z.array(z.enum(gatewayMethods)).max(gatewayMethods.length),
  upstreams: z.array(upstream).min(1).max(20),
  /** What the upstream is asked for, in the parameters of `path`; null: the path as it came. */
  upstreamPath: PathTemplate.nullable(),
  /** Passes the client's `Host` on; otherwise the upstream sees its own. */
  preserveHost: z.boolean(),
  /** Asked of each upstream all the time; null: only what requests find out counts. */
  healthCheck: z
    .strictObject({
      path: z
        .string()
        .max(500)
        .regex(/^\/[^\s#]*$/),
      intervalSeconds: z.number().int().min(1).max(300).default(10),
      timeoutSeconds: z.number().int().min(1).max(60).default(2),
      /** So many in a row change its state. */
      healthyAfter: z.number().int().min(1).max(20).default(2),
      unhealthyAfter: z.number().int().min(1).max(20).default(3),
    })
    .nullable(),
  /** After so many failures in a row an upstream gets no requests for a while, then one to try it; null: never. */
  circuitBreaker: z
    .strictObject({
      failures: z.number().int().min(1).max(1000).default(5),
      openSeconds: z.number().int().min(1).max(600).default(10),
    })
    .nullable(),
  timeouts: z.strictObject({
    connectMs: milliseconds(50, 60_000, 2000),
    /** From the whole request sent to the first byte of the answer. */
    responseMs: milliseconds(50, 600_000, 30_000),
    /** Between two pieces of a body. */
    idleMs: milliseconds(50, 600_000, 60_000),
  }),
  /** Further tries, elsewhere where there is another upstream: of GET, HEAD, OPTIONS, PUT and DELETE without a body. */
  retries: z.number().int().min(0).max(5),
  maxRequestBytes: z.number().int().min(0).max(10_737_418_240),
  /** Longer answers are cut off; null: no limit. */
  maxResponseBytes: z.number().int().min(0).max(10_737_418_240).nullable(),
  /** Shared by all replicas. `subject` counts by who the token is of, by address without one. */
  rateLimit: z
    .strictObject({
      by: z.enum(['address', 'subject']).default('address'),
      requests: z.number().int().min(1).max(1_000_000),
      perSeconds: z.number().int().min(1).max(86_400).default(1),
    })
    .nullable(),
  cors: z
    .strictObject({
      /** `*`, or origins such as `https://shop.example.org`. */
      origins: z
        .array(
          z
            .string()
            .max(300)
            .regex(/^(\*|https?:\/\/[a-z0-9.-]+(:\d+)?)$/, 'must be * or scheme, host and port'),
        )
        .min(1)
        .max(50),
      methods: z.array(z.enum(gatewayMethods)).default(['GET', 'HEAD', 'POST']),
      headers: z.array(headerName).max(50).default(['content-type', 'authorization']),
      exposed: z.array(headerName).max(50).default([]),
      credentials: z.boolean().default(false),
      maxAgeSeconds: z.number().int().min(0).max(86_400).default(600),
    })
    .refine(({ origins, credentials }) => !(credentials && origins.includes('*')), {
      path: ['credentials'],
      message: 'cannot be allowed to any origin: name the origins',
    })
    .nullable(),
  requestHeaders: headerRules,
  responseHeaders: headerRules,
  authentication,
  /**
   * For whom the gateway signs who the request is of: a JWT for this audience in `x-gateway-identity`, which a
   * service verifies by the keys at `/.well-known/jwks.json`. Null: the request says nothing of it.
   */
  identityAudience: Slug.nullable(),
  webSockets: z.boolean(),
};

const health = z.enum(['healthy', 'unhealthy', 'open', 'unknown']);

export const GatewayRoute = z
  .strictObject({
    id: Id,
    projectId: Id,
    ...fields,
    /** Kept by a file of the operator, or by the server for a service it runs: not to be changed here. */
    managedBy: z.enum(['file', 'system']).nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'GatewayRoute' });
export type GatewayRoute = z.infer<typeof GatewayRoute>;

const definition = z.strictObject({
  ...fields,
  enabled: fields.enabled.default(true),
  hosts: fields.hosts.default([]),
  methods: fields.methods.default([]),
  upstreamPath: fields.upstreamPath.default(null),
  preserveHost: fields.preserveHost.default(false),
  healthCheck: fields.healthCheck.default(null),
  circuitBreaker: fields.circuitBreaker.default({ failures: 5, openSeconds: 10 }),
  timeouts: fields.timeouts.default({ connectMs: 2000, responseMs: 30_000, idleMs: 60_000 }),
  retries: fields.retries.default(1),
  maxRequestBytes: fields.maxRequestBytes.default(1_048_576),
  maxResponseBytes: fields.maxResponseBytes.default(null),
  rateLimit: fields.rateLimit.default(null),
  cors: fields.cors.default(null),
  requestHeaders: headerRules.default({ set: {}, remove: [] }),
  responseHeaders: headerRules.default({ set: {}, remove: [] }),
  authentication: authentication.default({ mode: 'none', issuers: [], scopes: [], claims: {} }),
  identityAudience: fields.identityAudience.default(null),
  webSockets: fields.webSockets.default(false),
});
/** A route as it is written, in the API and in the operator's file. */
export const RouteDefinition = definition
  .refine(
    ({ path, upstreamPath }) =>
      upstreamPath === null || namesOf(upstreamPath).every((name) => namesOf(path).includes(name)),
    {
      path: ['upstreamPath'],
      message: 'names a parameter that the path does not have: each is written as there, {proxy+} with its +',
    },
  )
  .refine(({ authentication: { mode, issuers } }) => mode === 'none' || issuers.length > 0, {
    path: ['authentication', 'issuers'],
    message: 'must say whose tokens are taken',
  })
  .meta({ id: 'GatewayRouteDefinition' });
export type RouteDefinition = z.infer<typeof RouteDefinition>;

export const listGatewayRoutes = route({
  method: 'GET',
  path: '/api/v1/gateway/routes',
  tag: 'gateway',
  summary: 'Routes of the gateway, by name',
  access: holdersOf('gateway:read'),
  query: z.strictObject({ projectId: Id.optional() }),
  response: z.strictObject({ items: z.array(GatewayRoute) }),
});

export const getGatewayRoute = route({
  method: 'GET',
  path: '/api/v1/gateway/routes/{id}',
  tag: 'gateway',
  summary: 'A route of the gateway',
  access: holdersOf('gateway:read'),
  params: IdParams,
  response: GatewayRoute,
  errors: ['gateway.route_not_found'],
});

export const createGatewayRoute = route({
  method: 'POST',
  path: '/api/v1/gateway/routes',
  tag: 'gateway',
  summary: 'Make a route; every replica has it within a second',
  access: holdersOf('gateway:write'),
  body: z.strictObject({ projectId: Id.optional(), route: RouteDefinition }),
  status: 201,
  response: GatewayRoute,
  errors: [
    'gateway.route_taken',
    'gateway.audience_taken',
    'gateway.path_reserved',
    'outbound.refused',
    'project.not_found',
  ],
  idempotent: true,
});

export const replaceGatewayRoute = route({
  method: 'PUT',
  path: '/api/v1/gateway/routes/{id}',
  tag: 'gateway',
  summary: 'Replace a route; requests that are under way end as they began',
  access: holdersOf('gateway:write'),
  params: IdParams,
  body: RouteDefinition,
  response: GatewayRoute,
  errors: [
    'gateway.route_not_found',
    'gateway.route_managed',
    'gateway.route_taken',
    'gateway.audience_taken',
    'gateway.path_reserved',
    'outbound.refused',
  ],
});

export const deleteGatewayRoute = route({
  method: 'DELETE',
  path: '/api/v1/gateway/routes/{id}',
  tag: 'gateway',
  summary: 'Delete a route',
  access: holdersOf('gateway:write'),
  params: IdParams,
  status: 204,
  errors: ['gateway.route_not_found', 'gateway.route_managed'],
});

export const testGatewayRoute = route({
  method: 'POST',
  path: '/api/v1/gateway/routes/{id}/test',
  tag: 'gateway',
  summary: 'Send a request through the gateway as a client would, and say what came of it',
  access: holdersOf('gateway:write'),
  params: IdParams,
  body: z.strictObject({
    method: z.enum(gatewayMethods).default('GET'),
    /** Path and query, which the route must take. */
    target: z
      .string()
      .max(2000)
      .regex(/^\/[^\s#]*$/),
    headers: z.record(headerName, headerValue).default({}),
    body: longText(65_536).optional(),
  }),
  response: z.strictObject({
    status: z.number().int(),
    headers: z.record(z.string(), z.string()),
    /** The first 64 KiB, as text. */
    body: z.string(),
    truncated: z.boolean(),
    tookMs: z.number(),
  }),
  errors: ['gateway.route_not_found', 'gateway.test_elsewhere', 'gateway.off'],
});

export const getGatewayTraffic = route({
  method: 'GET',
  path: '/api/v1/gateway/traffic',
  tag: 'gateway',
  summary: 'What routes have answered, by the minute',
  access: holdersOf('gateway:read'),
  query: z.strictObject({
    routeId: Id.optional(),
    projectId: Id.optional(),
    minutes: z.coerce.number().int().min(5).max(10_080).default(60),
  }),
  response: z.strictObject({
    /** Length of each step; minutes without a request are left out. */
    stepSeconds: z.number().int(),
    items: z.array(
      z.strictObject({
        routeId: Id,
        at: Timestamp,
        requests: z.number().int(),
        /** Answered 4xx, of them for a limit, and 5xx. */
        clientErrors: z.number().int(),
        rateLimited: z.number().int(),
        serverErrors: z.number().int(),
        meanMs: z.number(),
        /** Upper bound of the bucket that holds the 95th of 100; null above the last bucket. */
        p95Ms: z.number().nullable(),
      }),
    ),
  }),
});

export const listUpstreamHealth = route({
  method: 'GET',
  path: '/api/v1/gateway/health',
  tag: 'gateway',
  summary: 'State of each upstream, as each replica sees it',
  access: holdersOf('gateway:read'),
  query: z.strictObject({ routeId: Id.optional(), projectId: Id.optional() }),
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        routeId: Id,
        replica: z.string(),
        url: z.string(),
        /** `open`: a circuit breaker keeps requests away for a while. */
        state: health,
        reason: z.string().nullable(),
        /** What `reason` says. */
        reasonCode: Finding.nullable(),
        changedAt: Timestamp,
        seenAt: Timestamp,
      }),
    ),
  }),
});

export const gatewayEngines = ['haproxy', 'nginx', 'kubernetes'] as const;

export const renderGatewayConfiguration = route({
  method: 'GET',
  path: '/api/v1/gateway/configuration',
  tag: 'gateway',
  summary: 'The routes that one may read, as a configuration of another program, with what it does otherwise',
  access: holdersOf('gateway:read'),
  limit: 'expensive',
  query: z.strictObject({ engine: z.enum(gatewayEngines), projectId: Id.optional() }),
  response: z.strictObject({
    engine: z.enum(gatewayEngines),
    text: z.string(),
    findings: z.array(z.strictObject({ routeId: Id, routeName: z.string(), message: z.string() })),
  }),
});
