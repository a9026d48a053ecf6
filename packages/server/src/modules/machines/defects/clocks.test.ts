import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { openScene } from '../../../../test/simulation/scene.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

const hourMs = 3_600_000;

describe('two servers whose clocks are a minute apart', () => {
  it('rent once, put to sleep once, and give back what they rented', async () => {
    await using scene = await openScene({ database });
    const events: string[] = [];
    scene.world.onCloudEvent(({ kind, contractId }) => events.push(`${kind} ${contractId}`));
    await scene.start(undefined, 60_000);
    const id = await scene.rent();
    await scene.take(id, 'reboot');
    await scene.take(id, 'migrate');
    await scene.take(id, 'hibernate');
    const { snapshot_id: snapshotId } = await scene.machine(id);
    assert.equal((await scene.take(id, 'wake', { restoreSnapshotId: snapshotId ?? '' })).outcome, 'done');
    await scene.until('the losers are gone', () => scene.billed().length === 1);
    const orders = await scene.rentals(id);
    const made = scene.world.cloud.truth().filter(({ label }) => label?.includes(id) === true);
    assert.equal(made.length, orders.length, 'each order is one machine');
    assert.equal(events.filter((event) => event.startsWith('rebooting')).length, 1);
    assert.equal(scene.world.snapshots.snapshots.size, 2, 'one for each');
  });
});

describe('a clock that is set back by an hour', () => {
  it('puts nothing to sleep that nobody has heard of since', async () => {
    await using scene = await openScene({ database });
    const id = await scene.rent();
    // Five seconds before it would sleep.
    await scene.live(175);
    assert.notEqual((await scene.machine(id)).idle_since, null);
    scene.server.process.clock.aheadMs = -hourMs;
    await scene.pass((hourMs * 1.2) / 1000);
    const { state } = await scene.machine(id);
    assert.equal(state, 'running', 'unknown is not idle');
    assert.equal((await scene.operation(id)).kind, 'deploy');
  });

  it('stops no race that is on, and none that has won', async () => {
    await using scene = await openScene({ database });
    const id = await scene.deploy();
    await scene.until('it waits', async () => (await scene.operation(id)).phase === 'waiting');
    scene.server.process.clock.aheadMs = -hourMs;
    await scene.until('it runs', async () => (await scene.machine(id)).state === 'running', 300);
    await scene.until('the losers are gone', () => scene.billed().length === 1, 300);
  });

  it('keeps nobody from seeing what became of a machine, and what it does now', async () => {
    await using scene = await openScene({ database });
    const lost = await scene.rent();
    const id = await scene.rent();
    await scene.until('the losers are gone', () => scene.billed().length === 2);
    await scene.live(60);
    scene.server.process.clock.aheadMs = -hourMs;
    await scene.live(90, (status) => ({
      ...status,
      figures: status.figures && { ...status.figures, cpu_percent: 90 },
    }));
    const { last_beat_at: beatAt, idle_since: idleSince } = await scene.machine(id);
    assert.ok((beatAt?.getTime() ?? 0) < scene.world.clock.now().getTime() - hourMs + 1, 'a beat of now');
    assert.equal(idleSince, null, 'it is at work');
    scene.world.cloud.apply({ kind: 'destroy', contractIds: [await scene.contractOf(lost)] });
    await scene.until('it is lost', async () => (await scene.machine(lost)).state === 'lost', 300);
  });

  it('leaves nothing rented for that hour that is to be given back', async () => {
    await using scene = await openScene({ database });
    const id = await scene.rent();
    await scene.until('the losers are gone', () => scene.billed().length === 1);
    await scene.pass(60);
    const busy = await scene.rent();
    scene.server.process.clock.aheadMs = -hourMs;
    await scene.begin(id, 'destroy', { skipSnapshot: true });
    await scene.until('one is left', () => scene.billed().length === 1, 300);
    assert.equal((await scene.machine(busy)).state, 'running');
    assert.equal((await scene.rest(id)).outcome, 'done');
  });
});

describe('a clock that is set forward by hours', () => {
  it('puts nothing to sleep, and loses nothing', async () => {
    await using scene = await openScene({ database });
    const id = await scene.rent();
    await scene.live(60);
    scene.server.process.clock.aheadMs = 5 * hourMs;
    await scene.live(120);
    assert.equal(
      (await scene.machine(id)).state,
      'running',
      'it was quiet for three minutes, not for five hours',
    );
    const contractId = await scene.contractOf(id);
    assert.equal(scene.truth(contractId).goneAtMs, null);
  });
});
