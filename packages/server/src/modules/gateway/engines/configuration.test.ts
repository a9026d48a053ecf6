import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp } from '../../../../test/test-app.ts';

test('a configuration for others holds the routes that its reader may see', async () => {
  await using app = await createTestApp({ environment: { DUMONT_OUTBOUND_ALLOW: '127.0.0.1' } });
  const elsewhere = await app.addProject('elsewhere');
  const reader = await app.addPerson('reader', { projects: { [elsewhere]: 'viewer' } });
  const make = (name: string, projectId: string) =>
    app.admin.client.createGatewayRoute({
      body: { projectId, route: { name, path: `/${name}`, upstreams: [{ url: 'http://127.0.0.1:9' }] } },
    });
  const seen = await make('seen', elsewhere);
  const hidden = await make('hidden', app.defaultProjectId);
  for (const engine of ['haproxy', 'nginx', 'kubernetes'] as const) {
    const { text, findings } = await reader.client.renderGatewayConfiguration({ query: { engine } });
    assert.ok(!`${text}${JSON.stringify(findings)}`.includes(hidden.id), engine);
    assert.ok(!text.includes('/hidden'), engine);
    if (engine !== 'kubernetes') assert.ok(text.includes('/seen'), engine);
    assert.ok(
      findings.some(({ routeId }) => routeId === seen.id),
      engine,
    );
  }
});
