import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { openScene } from '../../../test/simulation/scene.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

test('a machine is never shown as it was before what was done with it ended, and that as done', async () => {
  await using scene = await openScene({ database });
  const id = await scene.rent();
  const asRead = await scene.machine(id);
  assert.equal((await scene.take(id, 'hibernate')).outcome, 'done');
  // Between the two questions of a reader.
  const [shown] = await scene.server.lifeCycle.views([asRead]);
  assert.deepEqual([shown?.status, shown?.operation?.status], ['hibernated', 'completed']);
});
