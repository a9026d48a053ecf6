import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createObjects } from '../../../../test/objects.ts';
import { createTestApp, type TestApp } from '../../../../test/test-app.ts';

let app: TestApp;
before(async () => {
  app = await createTestApp({ environment: { DUMONT_ROLES: 'api' } });
});
after(() => app[Symbol.asyncDispose]());

test('a machine has the policy of its project until it has its own, also before its first snapshot', async () => {
  const { client } = app.admin;
  const objects = createObjects(app.database);
  const add = () => objects.addMachine(app.defaultProjectId, app.admin.id, { state: 'running' });
  const [own, other] = [await add(), await add()];
  const policyOf = (id: string) => client.getRetentionPolicy({ query: { instance_id: id } });
  const ofProject = { keep_last: 4, keep_daily: 3, keep_weekly: 2 };
  await client.putRetentionPolicy({ query: {}, body: ofProject });
  assert.deepEqual(await policyOf(own), { ...ofProject, of: 'project' });
  const ofMachine = { keep_last: 1, keep_daily: 0, keep_weekly: 0 };
  await client.putRetentionPolicy({ query: { instance_id: own }, body: ofMachine });
  assert.deepEqual(await policyOf(own), { ...ofMachine, of: 'machine' });
  assert.deepEqual(await policyOf(other), { ...ofProject, of: 'project' });

  const back = await client.deleteRetentionPolicy({ query: { instance_id: own } });
  assert.deepEqual(back, { ...ofProject, of: 'project' });
  assert.deepEqual(await policyOf(own), back);
  const again = await client.deleteRetentionPolicy({ query: { instance_id: own } });
  assert.deepEqual(again, back, 'twice is once');
  const byDefault = await client.deleteRetentionPolicy({ query: {} });
  assert.equal(byDefault.of, 'default');
  assert.deepEqual(await policyOf(own), byDefault);
});
