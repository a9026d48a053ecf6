import { RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import type { TFunction } from 'i18next';
import { expect, test } from 'vitest';
import { checkDraft, serverFaults } from './draft-faults.ts';
import { draftOf, type RouteDraft } from './route-draft.ts';

const t = ((key: string, values: object = {}) =>
  [key, ...Object.values(values).map(String)].join(' ')) as unknown as TFunction<'services'>;

const filled = (): RouteDraft => ({
  ...draftOf(undefined),
  name: 'Orders',
  path: '/orders/{proxy+}',
  upstreams: [{ url: 'http://10.0.0.7:8080', weight: '3' }],
});

test('a form that is left as it comes says what the contract says by itself', () => {
  const { definition } = checkDraft(filled(), t);
  expect(definition).toEqual(
    RouteDefinition.parse({
      name: 'Orders',
      path: '/orders/{proxy+}',
      upstreams: [{ url: 'http://10.0.0.7:8080', weight: 3 }],
    }),
  );
});

test('all that a route can say comes through the form unchanged', () => {
  const definition = RouteDefinition.parse({
    name: 'All of it',
    enabled: false,
    hosts: ['*.example.org', 'shop.example.org'],
    path: '/a/{id}/{rest+}',
    methods: ['GET', 'POST'],
    upstreams: [{ url: 'http://10.0.0.7:8080', weight: 3 }, { url: 'https://b.example.org' }],
    upstreamPath: '/b/{rest+}',
    preserveHost: true,
    healthCheck: { path: '/health?deep=1', intervalSeconds: 3, unhealthyAfter: 9 },
    circuitBreaker: null,
    timeouts: { connectMs: 100, responseMs: 200, idleMs: 300 },
    retries: 0,
    maxRequestBytes: 0,
    maxResponseBytes: 5000,
    rateLimit: { by: 'subject', requests: 7, perSeconds: 60 },
    cors: { origins: ['https://a.example.org'], methods: ['PUT'], exposed: ['x-total'], credentials: true },
    requestHeaders: { set: { 'x-at': 'http://a:1' }, remove: ['cookie'] },
    responseHeaders: { set: { 'cache-control': 'no-store' }, remove: ['server'] },
    authentication: {
      mode: 'required',
      issuers: [{ issuer: 'https://login.example.org', audience: 'shop' }, 'users', 'customers'],
      scopes: ['read:a'],
      claims: { role: ['manager', 'admin'] },
    },
    identityAudience: 'shop',
    webSockets: true,
  });
  expect(checkDraft(draftOf(definition), t).definition).toEqual(definition);
});

const faultsOf = (draft: RouteDraft) => {
  const checked = checkDraft(draft, t);
  return checked.definition === undefined
    ? Object.fromEntries(checked.faults.map(({ field, text }) => [field, text]))
    : {};
};

test('what is wrong is told at its field, lists of text and issuers too', () => {
  const draft = filled();
  expect(
    faultsOf({
      ...draft,
      name: ' ',
      hosts: 'shop.example.org\nhttp://x',
      upstreams: [...draft.upstreams, { url: 'http://a/b', weight: '' }],
      retries: '9',
      timeouts: { ...draft.timeouts, idleMs: '1' },
      cors: { ...draft.cors, on: true },
      requestHeaders: { set: 'no colon', remove: '' },
      authentication: {
        ...draft.authentication,
        mode: 'required',
        issuers: [{ issuer: 'login', audience: 'a', jwksUrl: '' }],
      },
    }),
  ).toEqual({
    name: 'wrong.required',
    hosts: 'wrong.hosts',
    'upstreams.1.url': 'wrong.upstreamUrl',
    'upstreams.1.weight': 'wrong.wholeNumber',
    retries: 'wrong.most 5',
    'timeouts.idleMs': 'wrong.least 50',
    'cors.origins': 'wrong.origins',
    'requestHeaders.set': 'wrong.headerLines',
    'authentication.issuers.0.issuer': 'wrong.issuer',
  });
});

test('a route that asks for tokens says whose', () => {
  const draft = filled();
  draft.authentication.mode = 'required';
  expect(faultsOf(draft)).toEqual({ 'authentication.issuers': 'wrong.issuers' });
});

test('what the server finds wrong stands at the same field, whether the route is made or replaced', () => {
  const errors = [
    { path: 'body.route.upstreams.0.url', message: 'must be public' },
    { path: 'body.retries', message: 'too many' },
    { path: 'query.x', message: 'elsewhere' },
  ];
  expect(serverFaults(errors, filled(), t)).toEqual([
    { field: 'upstreams.0.url', text: 'wrong.upstreamUrl' },
    { field: 'retries', text: 'too many' },
  ]);
});
