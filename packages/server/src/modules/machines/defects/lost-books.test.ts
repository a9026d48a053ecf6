import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { backUp } from '../../../../test/simulation/old-backup.ts';
import { openScene, type Scene } from '../../../../test/simulation/scene.ts';
import { resetDatabase } from '../../../../test/simulation/world.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createSystemRandom } from '../../../kernel/random.ts';
import { createVault } from '../../../kernel/vault/vault.ts';
import { createVaultStore } from '../../../kernel/vault/vault-store.ts';
import { createInside } from '../inside/machine-port.ts';
import { savedPaths } from '../machine.ts';
import { refOf } from '../machine-ref.ts';
import { createConnections } from '../ssh/connections.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

const path = '/workspace/a';
const write = async ({ world, contractOf }: Scene, id: string, text: string): Promise<number> => {
  const contractId = await contractOf(id);
  world.cloud.apply({ kind: 'write-file', contractId, path, text });
  return contractId;
};
const isThere = (scene: Scene, contractId: number): boolean => scene.truth(contractId).goneAtMs === null;
const holdSeconds = 120;
const settings = { pauseHoldSeconds: holdSeconds };

describe('what books that are older than the machines may do', () => {
  it('a pause of before the backup licenses nothing: what was written since is on that disk alone', async () => {
    await using scene = await openScene({ database, settings, keepsOwnId: true });
    const id = await scene.rent();
    await write(scene, id, 'saved');
    await scene.take(id, 'pause');
    const restore = await backUp(database);
    await scene.take(id, 'resume');
    const contractId = await write(scene, id, 'newer than the backup');
    scene.world.cloud.apply({ kind: 'stop', contractId });
    await scene.pass(60);
    await scene.server.process.kill();
    await restore();
    const server = await scene.start();
    await scene.pass(60);
    const { adoption, requests } = server.lifeCycle;
    await adoption.adopt(scene.world.caller, await requests.getToChange(scene.world.caller, id));
    await scene.pass(2 * holdSeconds);
    assert.ok(isThere(scene, contractId), 'its files are on it alone');
    assert.equal((await scene.take(id, 'hibernate')).error_code, 'machine.snapshot_stopped');
    assert.ok(isThere(scene, contractId));
    assert.equal((await scene.take(id, 'resume')).outcome, 'done');
    assert.equal((await scene.take(id, 'hibernate')).outcome, 'done');
    assert.ok(!isThere(scene, contractId), 'once it is saved it goes');
  });

  it('who won a race after the backup is shown as formerly ours, and lives on whatever is done with the machine of the books', async () => {
    await using scene = await openScene({ database, keepsOwnId: true });
    const id = await scene.deploy();
    await scene.until('it waits', async () => (await scene.operation(id)).phase === 'waiting');
    const restore = await backUp(database);
    assert.equal((await scene.rest(id)).outcome, 'done');
    const contractId = await write(scene, id, 'newer than the backup');
    await scene.until('the losers are gone', () => scene.billed().length === 1);
    await scene.server.process.kill();
    await restore();
    const server = await scene.start();
    await scene.pass(120);
    const { adoption } = server.lifeCycle;
    const { caller } = scene.world;
    const strangers = await adoption.list(caller, undefined);
    assert.deepEqual(
      strangers.map(({ provider_instance_id: one, standing }) => [Number(one), standing]),
      [[contractId, 'former']],
    );
    assert.equal((await scene.take(id, 'wake')).outcome, 'done');
    assert.equal((await scene.take(id, 'hibernate')).outcome, 'done');
    assert.ok(isThere(scene, contractId), 'nobody asked for its end');
    const [stranger] = await adoption.list(caller, undefined);
    assert.ok(stranger !== undefined);
    const adopted = await adoption.adoptStranger(caller, stranger.account_id, stranger.provider_instance_id);
    assert.notEqual(adopted, id);
    assert.equal((await scene.rest(adopted)).outcome, 'done');
    assert.equal(await scene.contractOf(adopted), contractId);
    await scene.take(id, 'destroy');
    assert.ok(isThere(scene, contractId));
  });

  it('count what is taken over once: as the bill has it', async () => {
    await using scene = await openScene({ database, keepsOwnId: true });
    const { world } = scene;
    const id = await scene.deploy();
    await scene.until('the race is counted', async () => {
      const { rows } = await database.pool.query(`SELECT FROM app.ledger_lines WHERE to_at IS NULL`);
      return rows.length > 0 && (await scene.operation(id)).phase === 'waiting';
    });
    const restore = await backUp(database);
    assert.equal((await scene.rest(id)).outcome, 'done');
    const contractId = await scene.contractOf(id);
    await scene.until('the losers are gone', () => scene.billed().length === 1);
    await scene.server.process.kill();
    await restore();
    const { adoption } = (await scene.start()).lifeCycle;
    await scene.pass(120);
    const [stranger] = await adoption.list(world.caller, undefined);
    assert.ok(stranger !== undefined);
    const adopted = await adoption.adoptStranger(
      world.caller,
      stranger.account_id,
      stranger.provider_instance_id,
    );
    assert.equal((await scene.rest(adopted)).outcome, 'done');
    await scene.pass(3600);
    assert.equal((await scene.take(adopted, 'destroy', { skipSnapshot: true })).outcome, 'done');
    await scene.server.process.kill();
    const sums = await world.collectCharges();
    assert.equal(sums.get(String(contractId)), scene.truth(contractId).micros);
    const { rows: others } = await database.pool.query(
      `SELECT l.kind, l.from_at, l.to_at FROM app.ledger_lines l JOIN app.rentals r ON r.id = l.rental_id
       WHERE r.provider_machine_id IS DISTINCT FROM $1`,
      [String(contractId)],
    );
    assert.deepEqual(others, [], 'nor is anything counted of what the books have only heard of');
  });

  it('let nobody in, and no run: a restore of that time would write over what is newer', async () => {
    await using scene = await openScene({ database, keepsOwnId: true });
    const id = await scene.rent();
    const hold = { runId: randomUUID(), attempt: 1 };
    const { caller, clock } = scene.world;
    const projectId = caller.defaultProjectId;
    const nobody = { enter: () => Promise.reject(new Error('nobody enters here')) };
    const wish = { projectId, machine: id, needs: {} };
    await scene.server.lifeCycle.holdsIn(nobody).take(caller, hold, wish);
    const restore = await backUp(database);
    await scene.pass(60);
    await scene.server.process.kill();
    await restore();
    const { market, lifeCycle } = await scene.start();
    const parts = { clock, random: createSystemRandom(clock), log: createLogger('silent') };
    await using connections = createConnections(parts);
    const inside = createInside({
      vault: await createVault(Buffer.alloc(32, 7), createVaultStore(database.db)),
      market: market.api,
      rentals: lifeCycle.rentals,
      connections,
      publicUrl: undefined,
      localAddress: () => undefined,
    });
    const enter = async (): Promise<unknown> =>
      inside.enter(await scene.machine(id), new AbortController().signal);
    await assert.rejects(enter(), { code: 'machine.former' });
    const holds = lifeCycle.holdsIn(inside);
    assert.equal((await holds.find(hold))?.kind, 'failed');
    await holds.release(hold);
    const next = { runId: randomUUID(), attempt: 1 };
    await assert.rejects(holds.take(caller, next, wish), { code: 'machine.former' });
    await database.pool.query(`UPDATE app.machines SET idle_since = now() WHERE id = $1`, [id]);
    await holds.take(caller, next, { projectId, needs: {} });
    assert.notEqual((await holds.find(next))?.machineId, id, 'one that is free is another');
  });

  it('wake nothing by their schedule that lives on elsewhere', async () => {
    await using scene = await openScene({ database, keepsOwnId: true });
    const { cloud, clock } = scene.world;
    const id = await scene.rent();
    await write(scene, id, 'saved');
    await scene.take(id, 'hibernate');
    const asleep = await scene.machine(id);
    await database.pool.query(`UPDATE app.machines SET wake_at = $2 WHERE id = $1`, [
      id,
      new Date(clock.now().getTime() + 900_000),
    ]);
    const restore = await backUp(database);
    await scene.take(id, 'wake', { restoreSnapshotId: asleep.snapshot_id ?? '' });
    const contractId = await write(scene, id, 'newer than the backup');
    await scene.until('the losers are gone', () => scene.billed().length === 1);
    await scene.server.process.kill();
    await restore();
    clock.advance(3_600_000);
    cloud.advanceTo(clock.now().getTime());
    const { adoption } = (await scene.start()).lifeCycle;
    await scene.pass(600);
    const { state, problem } = await scene.machine(id);
    assert.deepEqual([state, /formerly ours/.test(problem ?? '')], ['hibernated', true]);
    assert.equal(cloud.truth().filter(({ goneAtMs }) => goneAtMs === null).length, 1);

    const [stranger] = await adoption.list(scene.world.caller, undefined);
    assert.equal(Number(stranger?.provider_instance_id), contractId);
    await adoption.adoptStranger(
      scene.world.caller,
      stranger?.account_id ?? '',
      stranger?.provider_instance_id ?? '',
    );
    await scene.pass(120);
    await database.pool.query(`UPDATE app.machines SET wake_at = $2, due_at = $2 WHERE id = $1`, [
      id,
      clock.now(),
    ]);
    await scene.pass(120);
    assert.equal((await scene.rest(id)).kind, 'wake', 'what lives on is a machine of its own now');
  });

  it('wake no older copy than there is: neither for a run nor for anybody', async () => {
    await using scene = await openScene({ database, keepsOwnId: true });
    const id = await scene.rent();
    await write(scene, id, 'old');
    await scene.take(id, 'hibernate');
    const restore = await backUp(database);
    const { snapshot_id: older } = await scene.machine(id);
    await scene.take(id, 'wake', { restoreSnapshotId: older ?? '' });
    await write(scene, id, 'newer than the backup');
    await scene.take(id, 'hibernate');
    const { snapshot_id: newer } = await scene.machine(id);
    await scene.until('nothing is rented', () => scene.billed().length === 0);
    await scene.server.process.kill();
    await restore();
    const { lifeCycle } = await scene.start();
    await scene.pass(60);
    const { caller, snapshots } = scene.world;
    const holds = lifeCycle.holdsIn({ enter: () => Promise.reject(new Error('nobody enters here')) });
    const hold = { runId: randomUUID(), attempt: 1 };
    await holds.take(caller, hold, { projectId: caller.defaultProjectId, machine: id, needs: {} });
    const { error_code: code, error_params: params } = await scene.rest(id);
    assert.deepEqual([code, (params as { id: string }).id], ['machine.newer_snapshot', newer]);
    assert.equal((await holds.find(hold))?.kind, 'failed');
    await holds.release(hold);
    await scene.pass(60);
    const again = await scene.take(id, 'wake', { restoreSnapshotId: older ?? '' });
    assert.equal(again.error_code, 'machine.newer_snapshot');
    assert.deepEqual(scene.billed(), [], 'nothing was rented for it');
    // Its user says which one counts.
    snapshots.snapshots.delete(newer ?? '');
    assert.equal((await scene.take(id, 'wake', { restoreSnapshotId: older ?? '' })).outcome, 'done');
  });

  it('a machine that a clone of the books has taken over is let go by the original', async () => {
    await using scene = await openScene({ database, keepsOwnId: true });
    const { cloud } = scene.world;
    const id = await scene.rent();
    const contractId = await write(scene, id, 'of whoever has it now');
    const label = cloud.contract(contractId)?.label ?? '';
    const { installationId } = scene.server.market.api;
    const cloneId = '0192cccc-0000-7000-8000-000000000003';
    // A name that a person gave it says nothing of that.
    cloud.apply({ kind: 'label', contractId, label: 'my machine' });
    await scene.pass(120);
    assert.equal((await scene.machine(id)).problem, null);
    cloud.apply({ kind: 'label', contractId, label: label.replace(installationId, cloneId) });
    await scene.pass(120);
    assert.match((await scene.machine(id)).problem ?? '', /Another installation/);
    for (const kind of ['hibernate', 'destroy'] as const) {
      const { outcome, error_code: code } = await scene.take(id, kind);
      assert.deepEqual([outcome, code], ['failed', 'machine.of_others']);
    }
    assert.ok(isThere(scene, contractId));
    assert.equal(cloud.contract(contractId)?.label, label.replace(installationId, cloneId));
  });

  it('a machine that starts again in the moment in which its books are lost is taken for what it is', async () => {
    await using scene = await openScene({ database });
    const id = await scene.rent();
    const contractId = await write(scene, id, 'precious');
    await scene.pass(1200);
    await scene.server.process.kill();
    await resetDatabase(database);
    scene.setFlaw('stuck-loading');
    scene.world.cloud.apply({ kind: 'stop', contractId });
    scene.world.cloud.apply({ kind: 'start', contractId });
    await scene.start();
    await scene.pass(300);
    assert.ok(isThere(scene, contractId), 'it ran for long');
    const rows = await database.db.selectFrom('machines').select(['state', 'label']).execute();
    assert.deepEqual(
      rows.map(({ state }) => state),
      ['running'],
    );
  });
});

describe('what is saved of a machine that is paused', () => {
  it('licenses nothing once somebody has deleted it', async () => {
    await using scene = await openScene({ database, settings });
    const id = await scene.rent();
    const contractId = await write(scene, id, 'precious');
    await scene.take(id, 'pause');
    const { snapshot_id: saved } = await scene.machine(id);
    assert.ok(scene.world.snapshots.snapshots.delete(saved ?? ''));
    await scene.pass(2 * holdSeconds);
    assert.ok(isThere(scene, contractId), 'its files are on it alone');
    const { state, snapshot_id: snapshotId } = await scene.machine(id);
    assert.deepEqual([state, snapshotId], ['paused', null]);
    assert.equal((await scene.take(id, 'resume')).outcome, 'done');
    assert.equal((await scene.take(id, 'hibernate')).outcome, 'done');
  });
});

describe('a machine that vanishes in the moment in which it is to be saved', () => {
  for (const kind of ['hibernate', 'migrate'] as const)
    it(`is lost, and what was saved of it before is what it wakes from: ${kind}`, async () => {
      await using scene = await openScene({ database });
      const id = await scene.rent();
      const contractId = await write(scene, id, 'saved while it ran');
      const port = scene.world.snapshots.port(scene.server.process);
      const snapshot = await port.create(refOf(await scene.machine(id)), {
        kind: 'auto',
        paths: [...savedPaths],
      });
      await scene.pass(120);
      await scene.until('the losers are gone', () => scene.billed().length === 1);
      // Its end comes between the request and the first look at it.
      await scene.begin(id, kind);
      scene.world.cloud.apply({ kind: 'destroy', contractIds: [contractId] });
      await database.pool.query(
        `UPDATE app.rentals SET state = 'gone', gone_at = $2 WHERE provider_machine_id = $1`,
        [String(contractId), scene.world.clock.now()],
      );
      assert.equal((await scene.rest(id)).error_code, 'machine.vanished');
      await scene.pass(60);
      const { state, snapshot_id: wakesFrom } = await scene.machine(id);
      assert.deepEqual([state, wakesFrom], ['lost', snapshot.id]);
    });
});
