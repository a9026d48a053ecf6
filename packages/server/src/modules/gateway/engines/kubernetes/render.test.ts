import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { routeOf } from '../../plane-test-kit.ts';
import { renderKubernetes } from './render.ts';

/** The fields that are used here, with the limits that the published resource definition of HTTPRoute v1 has for them. */
const name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/)
  .max(253);
const headerName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/);
const modifier = z.strictObject({
  set: z
    .array(z.strictObject({ name: headerName, value: z.string().min(1).max(4096) }))
    .max(16)
    .optional(),
  remove: z.array(headerName).max(16).optional(),
});
const plainPath = z
  .string()
  .max(1024)
  .regex(/^\/(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})*$/)
  .refine((value) => !/\/\/|\/\.\.?(\/|$)|%2f|#/i.test(value));
const pathMatch = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('Exact'), value: plainPath }),
  z.strictObject({ type: z.literal('PathPrefix'), value: plainPath }),
  z.strictObject({ type: z.literal('RegularExpression'), value: z.string().max(1024) }),
]);
const filter = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('RequestHeaderModifier'), requestHeaderModifier: modifier }),
  z.strictObject({ type: z.literal('ResponseHeaderModifier'), responseHeaderModifier: modifier }),
  z.strictObject({
    type: z.literal('URLRewrite'),
    urlRewrite: z.strictObject({
      hostname: name.optional(),
      path: z
        .discriminatedUnion('type', [
          z.strictObject({ type: z.literal('ReplaceFullPath'), replaceFullPath: z.string().max(1024) }),
          z.strictObject({ type: z.literal('ReplacePrefixMatch'), replacePrefixMatch: z.string().max(1024) }),
        ])
        .optional(),
    }),
  }),
]);
const port = z.number().int().min(1).max(65_535);
const rule = z
  .strictObject({
    matches: z
      .array(
        z.strictObject({
          path: pathMatch,
          method: z
            .enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'])
            .optional(),
        }),
      )
      .min(1)
      .max(64),
    filters: z.array(filter).max(16),
    backendRefs: z
      .array(
        z.strictObject({
          name: name.max(63),
          namespace: name.max(63).optional(),
          port,
          weight: z.number().int().min(0).max(1_000_000),
        }),
      )
      .min(1)
      .max(16),
    timeouts: z.strictObject({ backendRequest: z.string().regex(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/) }),
  })
  .refine(
    ({ filters, matches }) =>
      !JSON.stringify(filters).includes('replacePrefixMatch') ||
      (matches.length === 1 && matches[0]?.path.type === 'PathPrefix'),
    'a prefix is replaced with exactly one match of a prefix',
  );
const metadata = z.strictObject({ name, annotations: z.record(z.string(), z.string()).optional() });
const HttpRoute = z.strictObject({
  apiVersion: z.literal('gateway.networking.k8s.io/v1'),
  kind: z.literal('HTTPRoute'),
  metadata,
  spec: z.strictObject({
    parentRefs: z.array(z.strictObject({ name })).max(32),
    hostnames: z
      .array(z.string().regex(/^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/))
      .max(16)
      .optional(),
    rules: z.array(rule).min(1).max(16),
  }),
});
const Service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata: metadata.extend({
    name: z
      .string()
      .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/)
      .max(63),
  }),
  spec: z.strictObject({
    type: z.literal('ExternalName'),
    externalName: name,
    ports: z.array(z.strictObject({ name: z.string().max(15), port })),
  }),
});
const List = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('List'),
  items: z.array(z.discriminatedUnion('kind', [HttpRoute, Service])),
});

const render = (...definitions: Record<string, unknown>[]) => {
  const { text, findings } = renderKubernetes(
    definitions.map((definition) => routeOf(definition)),
    { gateway: 'dumont' },
  );
  return { items: List.parse(JSON.parse(text)).items, findings: findings.map(({ message }) => message) };
};
const inCluster = [{ url: 'http://orders.shop.svc:8070' }];

test('a route becomes an HTTPRoute that the published definition takes', () => {
  const { items } = render({
    name: 'orders',
    hosts: ['shop.example.org', '*.example.com'],
    path: '/loja/{proxy+}',
    upstreamPath: '/{proxy+}',
    methods: ['GET', 'POST'],
    upstreams: [
      { url: 'http://orders.shop.svc.cluster.local:8070', weight: 3 },
      { url: 'https://elsewhere.example.org' },
    ],
    timeouts: { connectMs: 1000, responseMs: 600_000, idleMs: 1000 },
    requestHeaders: { set: { 'x-a': 'b' }, remove: ['x-real-ip', 'x-secret'] },
    responseHeaders: { set: {}, remove: ['server'] },
  });
  const [service, route] = items;
  assert.ok(service?.kind === 'Service' && route?.kind === 'HTTPRoute');
  assert.equal(service.spec.externalName, 'elsewhere.example.org');
  const [rules] = route.spec.rules;
  assert.deepEqual(
    route.spec.rules.map(({ matches }) => matches),
    ['GET', 'POST'].map((method) => [{ path: { type: 'PathPrefix', value: '/loja' }, method }]),
  );
  assert.deepEqual(rules?.backendRefs, [
    { name: 'orders', namespace: 'shop', port: 8070, weight: 3 },
    { name: service.metadata.name, port: 443, weight: 1 },
  ]);
  assert.deepEqual(rules?.timeouts, { backendRequest: '600s' });
});

test('paths of words are exact, those with a parameter expressions, and the rest a prefix', () => {
  const paths = ['/', '/menu', '/menu/', '/pedidos/{id}', '/{proxy+}', '/a.b/{proxy+}'];
  const { items } = render(...paths.map((path) => ({ path, upstreams: inCluster })));
  assert.deepEqual(
    items.map((item) => item.kind === 'HTTPRoute' && item.spec.rules[0]?.matches[0]?.path),
    [
      { type: 'Exact', value: '/' },
      { type: 'Exact', value: '/menu' },
      { type: 'Exact', value: '/menu/' },
      { type: 'RegularExpression', value: '^/pedidos/([^/]+)$' },
      { type: 'PathPrefix', value: '/' },
      { type: 'PathPrefix', value: '/a.b' },
    ],
  );
});

test('what would be less protected than it asks for is left out, and said', () => {
  const { items, findings } = render(
    { upstreams: inCluster, authentication: { mode: 'required', issuers: ['users'] } },
    { upstreams: inCluster, identityAudience: 'shop' },
    { upstreams: inCluster, rateLimit: { requests: 1 } },
    { upstreams: [{ url: 'http://10.0.0.1' }] },
    { path: '/{a}/{b}', upstreamPath: '/{b}', upstreams: inCluster },
    { upstreams: inCluster, enabled: false },
  );
  assert.deepEqual(items, []);
  assert.equal(findings.length, 5);
  assert.ok(findings.every((message) => message.startsWith('Left out: ')));
});
