import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { closeServer } from './close-server.ts';
import { assertWithin } from '../../../test/slowness.ts';

test('a request under way is answered, and its connection is not waited for after that', async () => {
  const app = fastify({ keepAliveTimeout: 72_000, forceCloseConnections: 'idle' });
  const asked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  app.get('/', async () => {
    asked.resolve();
    await release.promise;
    return 'whole';
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const answer = fetch(url).then((response) => response.text());
  await asked.promise;
  const startedMs = performance.now();
  const closed = closeServer(app);
  release.resolve();
  assert.equal(await answer, 'whole');
  await closed;
  assertWithin(startedMs, 5000);
});
