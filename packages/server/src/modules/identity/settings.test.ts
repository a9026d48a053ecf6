import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { defaultImage } from '@dumont/contracts/machines/instances';
import { createObjects } from '../../../test/objects.ts';
import { createTestApp, type TestApp } from '../../../test/test-app.ts';

let app: TestApp;
before(async () => {
  app = await createTestApp({ environment: { DUMONT_ROLES: 'api' } });
  await createObjects(app.database).addProvider(app.defaultProjectId, true);
});
after(() => app[Symbol.asyncDispose]());

let people = 0;
const somebody = () => {
  people += 1;
  return app.addPerson(`setter-${people}`, { projects: { [app.defaultProjectId]: 'operator' } });
};
const noMail = { machine_asleep: false, machine_lost: false, budget: false };

test('whoever never set anything has the house’s settings, and is mailed nothing', async () => {
  const { client } = await somebody();
  assert.deepEqual(await client.getSettings(), {
    language: 'en',
    deployment: {},
    notifications: { mail: noMail, mail_withheld: 'no_mail_server' },
  });
});

test('the language is the one of the profile, whichever way it is changed', async () => {
  const { client } = await somebody();
  assert.equal((await client.putSettings({ body: { language: 'pt-BR' } })).language, 'pt-BR');
  assert.equal((await client.me()).locale, 'pt-BR');
  await client.updateMe({ body: { locale: 'en' } });
  assert.equal((await client.getSettings()).language, 'en');
});

test('whoever has chosen no language reads that of the installation, until they choose one', async () => {
  await using brazilian = await createTestApp({
    environment: { DUMONT_ROLES: 'api', DUMONT_LANGUAGE: 'pt-BR' },
  });
  const { client } = await brazilian.addPerson('reader', {});
  assert.deepEqual([(await client.getSettings()).language, (await client.me()).locale], ['pt-BR', 'pt-BR']);
  await client.updateMe({ body: { locale: 'en' } });
  assert.deepEqual([(await client.getSettings()).language, (await client.me()).locale], ['en', 'en']);
});

test('a part that is given replaces that part alone, and nobody else’s', async () => {
  const { client } = await somebody();
  const other = await somebody();
  const deployment = { image: 'ubuntu:22.04', needs: { region: 'EU' as const, max_price: null } };
  await client.putSettings({ body: { deployment } });
  const mail = { ...noMail, machine_lost: true };
  const both = await client.putSettings({ body: { notifications: { mail } } });
  assert.deepEqual([both.deployment, both.notifications.mail], [deployment, mail]);
  const next = await client.putSettings({ body: { deployment: { ports: [22] } } });
  assert.deepEqual([next.deployment, next.notifications.mail], [{ ports: [22] }, mail]);
  assert.deepEqual(await client.getSettings(), next);
  assert.deepEqual((await other.client.getSettings()).deployment, {});
});

test('what is no setting, or out of bounds, is refused: above all a key', async () => {
  const { token } = await somebody();
  for (const body of [
    { vast_api_key: 'x' },
    { deployment: { disk_size: 7 } },
    { deployment: { ports: [0] } },
    { deployment: { needs: { num_gpus: 9 } } },
    { deployment: { environment: { TOKEN: 'x' } } },
    { notifications: { mail: { ...noMail, everything: true } } },
    { language: 'fr' },
  ]) {
    const answer = await app.request('/api/v1/settings', {
      method: 'PUT',
      token,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 422, JSON.stringify(body));
    assert.equal(((await answer.json()) as { code: string }).code, 'request.invalid');
  }
});

test('a deployment takes what it leaves out from the user’s settings, else from the house', async () => {
  const { client } = await somebody();
  const plain = await client.createInstance({ body: {} });
  assert.deepEqual([plain.image, plain.disk_size, plain.ports], [defaultImage, 100, [8080]]);
  assert.deepEqual([plain.needs.gpu_name, plain.needs.machine_type], [null, 'on-demand']);
  assert.equal(plain.idle_policy.window_seconds, 180);

  await client.putSettings({
    body: {
      deployment: {
        needs: { gpu_name: 'RTX 4090', region: 'EU', max_price: 0.5 },
        disk_size: 30,
        ports: [],
        idle_policy: { window_seconds: 900, gpu_percent: 8 },
      },
    },
  });
  const own = await client.createInstance({
    body: {
      needs: { region: 'US', max_price: null },
      image: 'ubuntu:22.04',
      idle_policy: { gpu_percent: 3 },
    },
  });
  assert.deepEqual([own.image, own.disk_size, own.ports], ['ubuntu:22.04', 30, []]);
  assert.deepEqual(
    [own.needs.gpu_name, own.needs.region, own.needs.max_price, own.needs.verified_only],
    ['RTX 4090', 'US', null, false],
  );
  const { window_seconds, gpu_percent, cpu_percent } = own.idle_policy;
  assert.deepEqual([window_seconds, gpu_percent, cpu_percent], [900, 3, 20]);

  const named = await client.createInstance({ body: { offer_id: '17' } });
  assert.deepEqual([named.needs.gpu_name, named.needs.max_price, named.disk_size], [null, null, 30]);
});

test('a repeated request is the same machine, also when the settings changed in between', async () => {
  const { client } = await somebody();
  const ask = () => client.createInstance({ body: { label: 'once' }, idempotencyKey: 'settings-1' });
  const first = await ask();
  await client.putSettings({ body: { deployment: { disk_size: 55 } } });
  assert.deepEqual([(await ask()).id, (await ask()).disk_size], [first.id, 100]);
});
