import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createTestApp } from '../../../test/test-app.ts';
import { waitFor } from '../../../test/wait.ts';
import { systemClock } from '../../kernel/clock.ts';
import { apiKey, createSimulator, serveSimulator } from './market-test-kit.ts';

it('D25: a server whose configuration names an account offers its machines, lists it, and shows its key to nobody', async () => {
  const { vast } = createSimulator(systemClock, { hasLimits: true });
  await using cloud = await serveSimulator(vast);
  await using app = await createTestApp({
    // The address is the operator's own: that it is private does not matter.
    environment: { VAST_API_KEY: apiKey, VAST_URL: cloud.url },
  });
  const { client } = app.admin;
  const found = await client.listOffers({ query: { gpu_name: 'RTX_4090', min_disk: 40, limit: 5 } });
  assert.equal(found.count, 5);
  const [offer] = found.offers;
  assert.ok(offer !== undefined && offer.gpu_name === 'RTX 4090');
  assert.ok(Math.abs(offer.dph_total - (offer.dph_base + (40 * offer.storage_cost) / 720)) < 0.000_002);
  const alias = await app.request('/api/v1/offers?gpu_name=RTX_4090&min_disk=40&limit=5', {
    token: app.admin.token,
  });
  assert.deepEqual(await alias.json(), found);

  const account = await waitFor('the first list', async () => {
    const { items } = await client.listProviders({ query: {} });
    return items.find(({ listing }) => listing !== null);
  });
  assert.equal(account.configured, true);
  assert.equal(account.listing?.machines, 0);
  assert.equal(account.listing?.blindSince, null);
  const tested = await client.testProvider({ params: { id: account.id } });
  assert.equal(tested.ok, true);
  const watched = await client.listWatches({ query: {} });
  assert.ok(watched.items.some(({ gpuName }) => gpuName === 'RTX 4090'));

  const shown = JSON.stringify([found, account, tested, watched, app.logLines]);
  assert.ok(!shown.includes(apiKey), 'the key leaves the server only to its provider');
});
