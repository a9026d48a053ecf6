import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestCloud } from './cloud.ts';
import { type Home, startTestServer } from './server.ts';

const beds = new AsyncDisposableStack();
let home: Home;
before(async () => {
  const cloud = beds.use(await startTestCloud({ bodies: 'virtual' }));
  const server = beds.use(await startTestServer(cloud.environment));
  home = await server.signIn();
});
after(() => beds.disposeAsync());

interface Offer {
  readonly gpu_name: string;
  readonly dph_total: number;
  readonly machine_id: string;
  readonly is_blacklisted: boolean;
}

test('offers hold to what was asked for, and a blacklisted host says why it is not rented', async () => {
  const search = ['offer', 'list', '--gpu', 'RTX 4090', '--gpus', '1', '--max-price', '0.33', '--disk', '40'];
  const offers = await home.json<Offer[]>(...search);
  assert.ok(offers.length > 0);
  for (const offer of offers) {
    assert.equal(offer.gpu_name, 'RTX 4090');
    assert.ok(offer.dph_total <= 0.33);
  }
  const host = offers[0]?.machine_id ?? '';
  await home.ok('market', 'blacklist', 'add', host, '--reason', 'slow disk');
  assert.match(await home.ok('market', 'blacklist', 'list'), new RegExp(`^${host} +vast .*slow disk`, 'm'));
  assert.match(await home.ok(...search, '--limit', '1000'), new RegExp(` ${host} +never: slow disk$`, 'm'));
  await home.refused(4, /There is no blacklisted host "nope"/, 'market', 'blacklist', 'remove', 'nope');
  await home.ok('market', 'blacklist', 'remove', host);
  assert.deepEqual(await home.json('market', 'blacklist', 'list'), []);
});

test('where nothing fits, that is said with a way on and without a failure', async () => {
  const { exitCode, stdout, stderr } = await home.dumont(['offer', 'list', '--gpu', 'Abacus 9']);
  assert.match(stderr, /Nothing like that is offered at the moment.*dumont market prices/);
  assert.equal(stdout, '');
  assert.equal(exitCode, 0);
});

test('a GPU is watched, given a price alert, and watched no longer', async () => {
  assert.match(
    await home.ok('market', 'watch', 'add', 'GTX 1', '--alert-below', '0.3'),
    /^GTX 1 is watched; it raises an alert whenever one GPU is offered below \$0\.300 an hour\.$/m,
  );
  assert.match(await home.ok('market', 'watch', 'list'), /^GTX 1 +\$0\.300 /m);
  assert.match(await home.ok('market', 'watch', 'alert', 'GTX 1', 'none'), /raises no price alert/);
  await home.refused(4, /did you mean "GTX 1"\?/, 'market', 'watch', 'remove', 'GTX 2');
  assert.match(await home.ok('market', 'watch', 'remove', 'GTX 1'), /watched no longer/);
  await home.refused(4, /There is no watched GPU "GTX 1"/, 'market', 'watch', 'remove', 'GTX 1');
});

test('of what was never seen, no price is invented', async () => {
  await home.refused(4, /No price of Abacus 9 was seen in that time/, 'market', 'prices', 'Abacus 9');
  assert.match(
    await home.ok('market', 'forecast', 'Abacus 9'),
    /Too little is known of Abacus 9.*: 0 samples of \d+\.$/m,
  );
  assert.deepEqual(await home.json('market', 'history', 'Abacus 9'), []);
  assert.deepEqual(await home.json('market', 'attempts'), []);
});
