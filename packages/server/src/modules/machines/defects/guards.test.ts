import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { openScene } from '../../../../test/simulation/scene.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

describe('what holds at every step of a deployment', () => {
  it('a budget that an order would exceed: nothing is ordered', async () => {
    await using scene = await openScene({ database, settings: { maxMicroUsdPerHour: 100_000 } });
    await scene.rent();
    const rented = scene.world.cloud.truth().length;
    const id = await scene.deploy();
    const { outcome, error_code: code } = await scene.rest(id);
    assert.deepEqual([outcome, code], ['failed', 'machine.budget']);
    assert.equal(scene.world.cloud.truth().length, rented);
    assert.equal((await scene.machine(id)).state, 'new');
  });

  it('a price that rises between search and create does not break the cap: what is dearer goes back at once', async () => {
    await using scene = await openScene({ database });
    const { cloud, faults } = scene.world;
    const maxPrice = 0.08;
    const prices = new Map<number, number>();
    scene.world.onCloudEvent(({ kind, contractId }) => {
      const rates = cloud.contract(contractId)?.rates;
      if (kind === 'created' && rates !== undefined)
        prices.set(contractId, rates.gpuMicrosPerHour + rates.diskMicrosPerHour);
    });
    faults.add({ fault: 'price-change', endpoint: 'search', times: 1 });
    const id = await scene.deploy({ max_price: maxPrice });
    const dearer = (): readonly number[] =>
      [...prices].flatMap(([contractId, price]) => (price > maxPrice * 1e6 ? [contractId] : []));
    await scene.until('all are made', () => prices.size === 5);
    assert.ok(dearer().length > 0, 'some became too dear');
    await scene.until(
      'what is too dear is given back',
      () => dearer().every((contractId) => scene.truth(contractId).goneAtMs !== null),
      20,
    );
    const reasons = (await scene.rentals(id)).flatMap(({ release_reason: reason }) => reason ?? []);
    assert.equal(reasons.filter((reason) => reason === 'price_changed').length, dearer().length);
    assert.equal((await scene.rest(id)).outcome, 'done');
    assert.ok(!dearer().includes(await scene.contractOf(id)));
  });

  it('outbid while it wakes: another one is taken, or it sleeps on with its files', async () => {
    await using scene = await openScene({ database });
    const { cloud } = scene.world;
    const id = await scene.rent({ machine_type: 'bid' });
    cloud.apply({
      kind: 'write-file',
      contractId: await scene.contractOf(id),
      path: '/workspace/a',
      text: '1',
    });
    await scene.take(id, 'hibernate');
    const { snapshot_id: restoreSnapshotId } = await scene.machine(id);
    assert.ok(restoreSnapshotId !== null);
    await scene.begin(id, 'wake', { restoreSnapshotId });
    const phases: string[] = [];
    await scene.until(
      'it is over',
      async () => {
        const { phase, winner_id: winner, batch, finished_at: finishedAt } = await scene.operation(id);
        if (winner !== null && batch === 1 && (phase === 'setting_up' || phase === 'restoring')) {
          cloud.apply({ kind: 'outbid', contractId: await scene.contractOf(id) });
          phases.push(phase);
        }
        return finishedAt !== null;
      },
      1800,
    );
    assert.ok(phases.length > 0);
    const { outcome, batch } = await scene.operation(id);
    assert.deepEqual([outcome, batch], ['done', 2]);
    const contract = cloud.contract(await scene.contractOf(id));
    assert.deepEqual([contract?.files, contract?.actualStatus], [{ '/workspace/a': '1' }, 'running']);
    await scene.until('nothing else bills', () => scene.billed().length === 1);
  });

  for (const phase of ['searching', 'creating', 'waiting', 'cleanup', 'setting_up', 'restoring'] as const)
    it(`cancelled while ${phase}, nothing is left behind`, async () => {
      await using scene = await openScene({ database });
      const { faults, clock } = scene.world;
      const first = await scene.rent();
      await scene.take(first, 'hibernate');
      const { snapshot_id: restoreSnapshotId } = await scene.machine(first);
      assert.ok(restoreSnapshotId !== null);
      const untilMs = clock.now().getTime() + 60_000;
      // Held up where a phase takes no time.
      if (phase === 'searching') faults.add({ fault: 'lost-before', endpoint: 'search', untilMs });
      if (phase === 'cleanup') scene.setFlaw('oci-failure');
      const needs = phase === 'creating' ? ({ machine_type: 'bid' } as const) : {};
      await scene.begin(first, 'wake', { restoreSnapshotId, needs });
      await scene.until(phase, async () => (await scene.operation(first)).phase === phase);
      await scene.cancel(first);
      const { outcome } = await scene.rest(first);
      assert.equal(outcome, 'cancelled');
      const { state, rental_id: rentalId, snapshot_id: snapshotId } = await scene.machine(first);
      assert.deepEqual([state, rentalId, snapshotId], ['hibernated', null, restoreSnapshotId]);
      await scene.until('nothing bills', () => scene.billed().length === 0, 1);
    });

  it('a hibernation that is given up leaves no snapshot at work', async () => {
    await using scene = await openScene({ database });
    const id = await scene.rent();
    await scene.begin(id, 'hibernate');
    await scene.until('it is saved', async () => (await scene.operation(id)).snapshot_id !== null);
    const { snapshot_id: snapshotId } = await scene.operation(id);
    await scene.cancel(id);
    assert.equal((await scene.rest(id)).outcome, 'cancelled');
    const snapshot = scene.world.snapshots.snapshots.get(snapshotId ?? '');
    assert.ok((snapshot?.doneAtMs ?? Infinity) <= scene.world.clock.now().getTime(), 'nobody works on it');
    assert.equal(snapshot?.outcome, 'failed');
    assert.equal((await scene.machine(id)).state, 'running');
  });

  it('the memory of a machine is the figure that its offer was shown with', async () => {
    await using scene = await openScene({ database });
    const machine = await scene.machine(await scene.rent());
    const [shown] = await scene.server.lifeCycle.views([machine]);
    const rental = (await scene.rentals(machine.id)).find(({ id }) => id === machine.rental_id);
    assert.equal(shown?.cpu_ram, (rental?.offer.memoryMb ?? 0) / 1024);
    assert.ok((shown?.cpu_ram ?? 0) > 0);
  });
});
