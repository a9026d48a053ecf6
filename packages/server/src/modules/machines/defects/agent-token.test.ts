import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { openScene, type Scene } from '../../../../test/simulation/scene.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

const beat = async ({ world, server, contractOf }: Scene, id: string): Promise<string> => {
  const agent = world.bodies.agents.get(await contractOf(id));
  const status = agent && world.bodies.statusOf(agent);
  assert.ok(agent !== undefined && status !== undefined);
  const beating = server.beats.receive(agent.token, status);
  void beating.catch(() => undefined);
  await world.pass(world.clock.now().getTime() + 100);
  return (await beating).action;
};

describe('an agent whose machine could not be set up anew', () => {
  for (const at of ['before', 'after'] as const)
    it(`goes on beating: the link broke ${at} the new one was there`, async () => {
      await using scene = await openScene({ database });
      const id = await scene.rent();
      assert.equal(await beat(scene, id), 'none');
      scene.world.bodies.setUpBreaks = at;
      const { outcome, error_code: code } = await scene.take(id, 'reboot');
      assert.deepEqual([outcome, code], ['failed', 'machine.unreachable']);
      assert.equal((await scene.machine(id)).state, 'running');
      assert.equal(await beat(scene, id), 'none');
    });

  it('is another one for each machine that is rented', async () => {
    await using scene = await openScene({ database });
    const id = await scene.rent();
    await scene.take(id, 'migrate');
    const tokens = [...scene.world.bodies.agents.values()].map(({ token }) => token);
    assert.deepEqual([tokens.length, new Set(tokens).size], [2, 2]);
  });
});
