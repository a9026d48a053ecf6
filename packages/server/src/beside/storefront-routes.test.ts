import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import { storefrontRoutes } from './storefront-routes.ts';

const routes = storefrontRoutes({ service: 'http://127.0.0.1:8070', server: 'http://127.0.0.1:8767' }).map(
  (route) => RouteDefinition.parse(route),
);

test('only passwords and sessions of staff go to the server; all else goes to the service, and says who asks', () => {
  for (const { path, methods, upstreams, identityAudience } of routes) {
    const [upstream] = upstreams;
    if (path.startsWith('/equipe/')) {
      assert.deepEqual(methods, ['POST']);
      assert.equal(upstream?.url, 'http://127.0.0.1:8767');
      assert.equal(identityAudience, null);
    } else {
      assert.equal(upstream?.url, 'http://127.0.0.1:8070');
      assert.equal(identityAudience, 'storefront');
    }
  }
});

test('no cookie goes to the server from a page of the service, and none comes back', () => {
  const staff = routes.filter(({ path }) => path.startsWith('/equipe/'));
  assert.deepEqual(
    staff.map(({ upstreamPath }) => upstreamPath),
    ['/api/v1/auth/login', '/api/v1/auth/refresh'],
  );
  for (const { requestHeaders, responseHeaders } of staff) {
    assert.ok(requestHeaders.remove.includes('cookie'));
    assert.ok(responseHeaders.remove.includes('set-cookie'));
  }
});
