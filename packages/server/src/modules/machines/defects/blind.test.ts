import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { found } from '@dumont/contracts/findings';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { openScene, type Scene } from '../../../../test/simulation/scene.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

/** What was done to contracts from here on. */
const recordEnds = ({ world }: Scene): readonly string[] => {
  const ends: string[] = [];
  world.onCloudEvent(({ kind, contractId }) => {
    if (kind === 'destroying' || kind === 'stopped') ends.push(`${contractId} ${kind}`);
  });
  return ends;
};
const alone = (scene: Scene): Promise<void> =>
  scene.until('the losers are gone', () => scene.billed().length === 1);

describe('while the provider cannot be believed', () => {
  for (const [fault, endpoint] of [
    ['server-error', undefined],
    ['too-many', undefined],
    ['lost-before', undefined],
    ['auth-flap', undefined],
    ['empty-list', 'list'],
    ['partial-list', 'list'],
  ] as const)
    it(`D15, D28: nothing is called lost, destroyed or rented anew while it answers with ${fault}`, async () => {
      await using scene = await openScene({ database });
      const { faults, cloud, clock } = scene.world;
      const id = await scene.rent();
      await alone(scene);
      const ends = recordEnds(scene);
      const rented = cloud.truth().length;
      const untilMs = clock.now().getTime() + 150_000;
      faults.add({ fault, untilMs, ...(endpoint === undefined ? {} : { endpoint }) });
      await scene.pass(150);
      assert.ok((faults.counts()[fault] ?? 0) > 3);
      assert.equal((await scene.machine(id)).state, 'running');
      assert.deepEqual([ends, cloud.truth().length], [[], rented]);
      await scene.pass(20);
      assert.equal((await scene.machine(id)).state, 'running');
    });

  it('D28: empty lists make no storm of launches, and an empty search is an answer', async () => {
    await using scene = await openScene({ database, settings: { maxBatches: 2, batchSeconds: 40 } });
    const { faults, cloud, clock } = scene.world;
    const id = await scene.deploy();
    await scene.until('it waits', async () => (await scene.operation(id)).phase === 'waiting');
    const untilMs = clock.now().getTime() + 240_000;
    faults.add({ fault: 'empty-list', endpoint: 'list', untilMs });
    await scene.pass(10);
    faults.add({ fault: 'empty-list', endpoint: 'search', times: 1 });
    const other = await scene.deploy();
    assert.equal((await scene.rest(other)).error_code, 'machine.no_offer');
    await scene.rest(id);
    await scene.pass(60);
    assert.ok(cloud.truth().length <= 10, `${cloud.truth().length} machines were ordered`);
  });

  it('a machine that is gone is lost once the provider says so by itself, and wakes from its last snapshot', async () => {
    await using scene = await openScene({ database });
    const { cloud } = scene.world;
    const id = await scene.rent();
    await alone(scene);
    cloud.apply({ kind: 'destroy', contractIds: [await scene.contractOf(id)] });
    await scene.until('it is lost', async () => (await scene.machine(id)).state === 'lost');
    assert.deepEqual(scene.billed(), []);
    const told = await database.db
      .selectFrom('events')
      .select('findings')
      .where('name', '=', 'machine.lost')
      .where('entity_id', '=', id)
      .execute();
    assert.deepEqual(told, [{ findings: [found('machine.no_verified_snapshot')] }]);
  });
});

describe('processes', () => {
  it('D22: killed again and again at any statement, a machine is deployed, sleeps and wakes, and nothing else bills', async () => {
    await using scene = await openScene({ database });
    const { world } = scene;
    await scene.server.process.kill();
    let kills = 0;
    /** Kills each server sooner than the work can be done, but later each time. */
    const survive = async (isOver: () => Promise<boolean>): Promise<void> => {
      await scene.until(
        'it is over',
        async () => {
          if (scene.server.process.isDead) {
            kills += 1;
            await scene.start({ atStatement: 60 + 23 * kills, when: kills % 2 === 0 ? 'before' : 'after' });
          }
          return isOver();
        },
        3600,
      );
    };
    await scene.start();
    const id = await scene.deploy();
    await scene.server.process.kill();
    await survive(async () => (await scene.operation(id)).finished_at !== null);
    assert.equal((await scene.operation(id)).outcome, 'done');
    const path = '/workspace/a';
    world.cloud.apply({ kind: 'write-file', contractId: await scene.contractOf(id), path, text: 'kept' });
    for (const kind of ['hibernate', 'wake'] as const) {
      await scene.server.process.kill();
      await scene.start();
      const { snapshot_id: restoreSnapshotId } = await scene.machine(id);
      await scene.begin(id, kind, kind === 'wake' && restoreSnapshotId !== null ? { restoreSnapshotId } : {});
      await scene.server.process.kill();
      kills = 0;
      await survive(async () => (await scene.operation(id)).finished_at !== null);
      assert.equal((await scene.operation(id)).outcome, 'done', kind);
    }
    assert.equal(world.cloud.contract(await scene.contractOf(id))?.files[path], 'kept');
    await scene.server.process.kill();
    await scene.start();
    await alone(scene);
  });

  it('two servers at once do one work: no order is sent twice, and each takes over from the other', async () => {
    await using scene = await openScene({ database });
    const { cloud } = scene.world;
    const first = scene.server;
    await scene.start();
    const all: string[] = [];
    for (let index = 0; index < 3; index += 1) all.push(await scene.deploy());
    await scene.until('all are ordered', async () => {
      const phases = await Promise.all(all.map(async (id) => (await scene.operation(id)).phase));
      return phases.every((phase) => phase !== 'searching' && phase !== 'creating');
    });
    await first.process.kill();
    for (const id of all) assert.equal((await scene.rest(id)).outcome, 'done');
    for (const id of all) assert.equal((await scene.rentals(id)).length, 5);
    assert.equal(cloud.truth().length, 15);
    assert.equal(scene.world.refusedAsTooFrequent(), 0);
    await scene.until('one is left of each', () => scene.billed().length === 3);
    const left = await Promise.all(all.map((id) => scene.contractOf(id)));
    assert.deepEqual(new Set(scene.billed().map(({ id }) => id)), new Set(left));
  });
});
