import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '@dumont/server/test/wait.ts';
import { see, seeGone } from './lib/expectations.ts';
import { look, type Findings } from './lib/look.ts';
import { setStage, signIn, story } from './lib/stage.ts';

const stage = setStage({ funds: 50, environment: { DUMONT_OUTBOUND_ALLOW: '127.0.0.1' } });

/** A service that tells what it was asked. */
const startService = async (): Promise<AsyncDisposable & { readonly url: string }> => {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ asked: `${request.method} ${request.url}` }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};

story(
  stage,
  'a service is put behind the gateway, tried, switched off and taken away, all in the console',
  async ({ page, app }) => {
    await using service = await startService();
    await signIn(page, app.admin, '/services');
    await see(page.getByText('No routes yet'));
    await see(page.getByText(/dumont route create Orders/));
    await page.getByRole('link', { name: 'New route' }).first().click();

    // What is wrong is said where it stands, and nothing is lost by it.
    await page.getByLabel('Name', { exact: true }).fill('Orders');
    await page.getByLabel('Path', { exact: true }).fill('orders');
    await page.getByLabel('Upstream 1').fill(`${service.url}/v1`);
    await page.getByRole('button', { name: 'Create route' }).click();
    await see(page.getByText(/^Begins with \/, then plain segments/));
    await see(page.getByText(/^Scheme, host and port only, such as/));
    await page.getByLabel('Path', { exact: true }).fill('/orders/{proxy+}');
    await page.getByLabel('Upstream 1').fill(service.url);
    await page.getByText('Limits', { exact: true }).click();
    await page.getByLabel('Limit requests').click();
    await page.getByLabel('Requests', { exact: true }).fill('1000');
    await page.getByRole('button', { name: 'Create route' }).click();
    await see(page.getByRole('heading', { level: 1, name: /Orders/ }));

    const { items } = await app.admin.client.listGatewayRoutes({ query: {} });
    assert.deepEqual(items[0]?.rateLimit, { by: 'address', requests: 1000, perSeconds: 1 });

    await page.getByRole('tab', { name: 'Test request' }).click();
    await page.getByLabel('Path and query').fill('/orders/7?full=1');
    await page.getByRole('button', { name: 'Send' }).click();
    await see(page.getByText('"asked": "GET /orders/7?full=1"'));
    await see(page.getByText(/^in [\d.,]+ ms$/));

    await page.getByRole('button', { name: 'Switch off' }).click();
    const ask = page.getByRole('alertdialog', { name: 'Switch off “Orders”?' });
    await see(ask.getByText(/Requests for \/orders\/\{proxy\+\} are answered 404/));
    await ask.getByRole('button', { name: 'Switch off' }).click();
    await seeGone(ask);
    await see(page.getByText('Disabled'));
    await waitFor('nothing there', async () => (await fetch(`${app.gatewayUrl}/orders`)).status === 404);

    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await see(page.getByText('No routes yet'));
    assert.deepEqual((await app.admin.client.listGatewayRoutes({ query: {} })).items, []);
  },
);

story(
  stage,
  'a limit that is set in the console is hit by load, answered 429, and seen in the charts',
  async (told) => {
    const { page, app, quiet } = told;
    await using service = await startService();
    await signIn(page, app.admin, '/services/new');
    await page.getByLabel('Name', { exact: true }).fill('Prices');
    await page.getByLabel('Path', { exact: true }).fill('/prices');
    await page.getByLabel('Upstream 1').fill(service.url);
    await page.getByText('Limits', { exact: true }).click();
    await page.getByLabel('Limit requests').click();
    await page.getByLabel('Requests', { exact: true }).fill('10');
    await page.getByLabel('In seconds').fill('3600');
    await page.getByRole('button', { name: 'Create route' }).click();
    await see(page.getByRole('heading', { level: 1, name: /Prices/ }));

    // The first that is let through is one of the ten.
    await waitFor('the route to be live', async () => (await fetch(`${app.gatewayUrl}/prices`)).ok);
    const answers = await Promise.all(Array.from({ length: 30 }, () => fetch(`${app.gatewayUrl}/prices`)));
    const refused = answers.filter(({ status }) => status === 429);
    assert.equal(refused.length, 21);
    assert.ok(Number(refused[0]?.headers.get('retry-after')) > 0);

    await waitFor('the figures', async () => {
      const { items } = await app.admin.client.getGatewayTraffic({ query: {} });
      return items.reduce((sum, { rateLimited }) => sum + rateLimited, 0) === 21;
    });
    await page.reload();
    await quiet();
    await see(page.getByRole('img', { name: /Over the limit \(429\) 21/ }));
  },
);

story(stage, 'an upstream that is down says why, and the pages of a route stand on a phone', async (told) => {
  const { page, app } = told;
  await using service = await startService();
  const { id } = await app.admin.client.createGatewayRoute({
    body: {
      route: {
        name: 'Reports',
        path: '/reports/{id}',
        upstreams: [{ url: service.url }, { url: 'http://127.0.0.1:9' }],
        healthCheck: { path: '/', intervalSeconds: 1, unhealthyAfter: 1, healthyAfter: 1 },
        authentication: { mode: 'none' },
      },
    },
  });
  await signIn(page, app.admin, `/services/${id}`);
  await see(page.getByText('it takes no connections').last());
  await see(page.getByText('Unhealthy'));
  await see(page.getByText('Healthy', { exact: true }));
  const findings: Findings = { found: {}, wide: {} };
  for (const path of ['/services', `/services/${id}`, `/services/${id}?tab=settings`, '/services/new'])
    await look(told, path, findings);
  assert.deepEqual(findings, { found: {}, wide: {} });
});
