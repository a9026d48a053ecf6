import type { Attempt } from './attempts.ts';

const definition = (unique: string) => ({
  name: `route ${unique}`,
  path: `/${unique}/{proxy+}`,
  // A name that nobody has (RFC 2606): nothing is asked there.
  upstreams: [{ url: 'http://service.invalid' }],
  enabled: false,
});

const route = (body?: (unique: string) => unknown, accepts: readonly string[] = []): Attempt => ({
  about: 'project',
  seenWith: 'gateway:read',
  missing: 'gateway.route_not_found',
  accepts,
  request: async ({ objects, projectId, unique }) => ({
    params: { id: await objects.addGatewayRoute(projectId, `${unique}-object`) },
    body: body?.(unique),
  }),
});

export const gatewayAttempts = {
  listGatewayRoutes: { about: 'nothing' },
  getGatewayRoute: route(),
  createGatewayRoute: {
    about: 'project',
    missing: 'project.not_found',
    request: ({ projectId, unique }) => ({ body: { projectId, route: definition(unique) } }),
  },
  replaceGatewayRoute: route(definition),
  deleteGatewayRoute: route(),
  testGatewayRoute: route(() => ({ target: '/' }), ['gateway.test_elsewhere', 'gateway.off']),
  getGatewayTraffic: { about: 'nothing' },
  listUpstreamHealth: { about: 'nothing' },
  renderGatewayConfiguration: {
    about: 'nothing',
    request: async () => ({ query: { engine: 'haproxy' } }),
  },
} as const satisfies Readonly<Record<string, Attempt>>;
