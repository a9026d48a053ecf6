import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { backUp } from '../../../../test/simulation/old-backup.ts';
import { openScene, type Scene } from '../../../../test/simulation/scene.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

const path = '/workspace/a';
const holdSeconds = 120;
const settings = { pauseHoldSeconds: holdSeconds };
const write = async ({ world, contractOf }: Scene, id: string, text: string): Promise<number> => {
  const contractId = await contractOf(id);
  world.cloud.apply({ kind: 'write-file', contractId, path, text });
  return contractId;
};
const countBilled = ({ world }: Scene): number =>
  world.cloud.truth().filter(({ goneAtMs }) => goneAtMs === null).length;

describe('a database that is restored below a server that goes on', () => {
  it('licenses no end of what was written since', async () => {
    await using scene = await openScene({ database, settings, keepsOwnId: true });
    const id = await scene.rent();
    await write(scene, id, 'saved');
    await scene.take(id, 'pause');
    const restore = await backUp(database);
    await scene.take(id, 'resume');
    const contractId = await write(scene, id, 'newer than the backup');
    scene.world.cloud.apply({ kind: 'stop', contractId });
    await scene.pass(60);
    await restore();
    await scene.pass(3 * holdSeconds);
    assert.equal(scene.truth(contractId).goneAtMs, null, 'its files are on it alone');
  });

  it('wakes nothing a second time, not even in the moment before anybody noticed', async () => {
    await using scene = await openScene({ database, keepsOwnId: true });
    const id = await scene.rent();
    await write(scene, id, 'saved');
    await scene.take(id, 'hibernate');
    const asleep = await scene.machine(id);
    await database.pool.query(`UPDATE app.machines SET wake_at = $2, due_at = $2 WHERE id = $1`, [
      id,
      new Date(scene.world.clock.now().getTime() + 600_000),
    ]);
    const restore = await backUp(database);
    await scene.take(id, 'wake', { restoreSnapshotId: asleep.snapshot_id ?? '' });
    await scene.until('the losers are gone', () => countBilled(scene) === 1);
    await scene.pass(900);
    await restore();
    // What any request does.
    await database.pool.query(`SELECT pg_notify('machines', $1)`, [id]);
    await scene.pass(5);
    assert.equal(await scene.server.lifeCycle.operations.findCurrent(id), undefined);
    await scene.pass(600);
    assert.equal(countBilled(scene), 1);
  });

  it('is told of, and what is asked for meanwhile is done by nobody', async () => {
    await using scene = await openScene({ database, settings, keepsOwnId: true });
    const id = await scene.rent();
    const contractId = await write(scene, id, 'precious');
    const restore = await backUp(database);
    await scene.pass(60);
    await restore();
    await scene.begin(id, 'destroy', { skipSnapshot: true });
    await scene.pass(120);
    assert.equal(scene.truth(contractId).goneAtMs, null, 'nobody knows whether the books are true');
    const { rows } = await database.pool.query<{ name: string }>(
      `SELECT name FROM app.events WHERE name LIKE 'installation.%'`,
    );
    assert.deepEqual(rows, [{ name: 'installation.restored' }]);
    await scene.server.process.kill();
    const server = await scene.start();
    await scene.pass(60);
    assert.equal(scene.truth(contractId).goneAtMs, null);
    assert.equal((await scene.operation(id)).error_code, 'machine.former');
    const { adoption, requests } = server.lifeCycle;
    await adoption.adopt(scene.world.caller, await requests.getToChange(scene.world.caller, id));
    assert.equal((await scene.rest(id)).outcome, 'done');
  });
});
