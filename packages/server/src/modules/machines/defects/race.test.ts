import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { openScene } from '../../../../test/simulation/scene.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

/** What nobody answers is over soon. */
const short = { batchSeconds: 40, maxBatches: 2 };
const ids = (rows: readonly { readonly provider_machine_id: string | null }[]): readonly number[] =>
  rows.map(({ provider_machine_id: id }) => Number(id));

describe('the race for a machine', () => {
  for (const flaw of ['ssh-refuses', 'ssh-hangs', 'wrong-host-key'] as const)
    it(`D1: a machine that the provider calls running does not win while its ${flaw}`, async () => {
      await using scene = await openScene({ database, settings: short });
      const { cloud } = scene.world;
      scene.setFlaw(flaw);
      const id = await scene.deploy();
      await scene.until('all five run', () => {
        const all = cloud.truth();
        return all.length === 5 && all.every(({ actualStatus }) => actualStatus === 'running');
      });
      scene.setFlaw('none');
      const { outcome, batch } = await scene.rest(id);
      assert.deepEqual([outcome, batch], ['done', 2]);
      assert.equal(cloud.probe(await scene.contractOf(id)).outcome, 'ok');
    });

  it('D2: the losers of a batch are gone before the next one bills, also where destroying them fails', async () => {
    await using scene = await openScene({ database, settings: short });
    const { cloud, faults } = scene.world;
    const overlaps: string[] = [];
    scene.world.onCloudEvent(({ kind, contractId }) => {
      if (kind !== 'created') return;
      const all = cloud.truth();
      const batchOf = (id: number): string | undefined => all.find((one) => one.id === id)?.label?.at(-1);
      for (const { id, goneAtMs } of all)
        if (goneAtMs === null && batchOf(id) !== batchOf(contractId)) overlaps.push(`${id} ${contractId}`);
    });
    scene.setFlaw('ssh-refuses');
    faults.add({ fault: 'server-error', endpoint: 'destroy-many', times: 3 });
    const id = await scene.deploy();
    const { outcome, error_code: code } = await scene.rest(id);
    assert.deepEqual([outcome, code], ['failed', 'machine.none_answered']);
    assert.equal(cloud.truth().length, 10);
    assert.deepEqual(overlaps, []);
    assert.deepEqual(scene.billed(), []);
  });

  it('D3, D4: machines whose create reply was lost are found by their label: one is taken, the others given back', async () => {
    await using scene = await openScene({ database });
    const { faults, cloud } = scene.world;
    faults.add({ fault: 'lost-after', endpoint: 'create-many', times: 1 });
    faults.add({ fault: 'lost-after', endpoint: 'destroy-many', times: 1 });
    const id = await scene.rent();
    assert.equal(cloud.truth().length, 5, 'it is not asked for twice');
    await scene.until('only the winner is left', () => scene.billed().length === 1, 300);
    assert.deepEqual(
      scene.billed().map((one) => one.id),
      [await scene.contractOf(id)],
    );
  });

  it('D4: a create whose reply was lost is given back when its deployment was cancelled meanwhile', async () => {
    await using scene = await openScene({ database });
    const { faults, cloud } = scene.world;
    faults.add({ fault: 'lost-after', endpoint: 'create-many', times: 1 });
    faults.add({ fault: 'server-error', endpoint: 'list', times: 4 });
    const id = await scene.deploy();
    await scene.until('they are rented', () => cloud.truth().length === 5);
    await scene.cancel(id);
    assert.equal((await scene.rest(id)).outcome, 'cancelled');
    assert.deepEqual(scene.billed(), []);
  });

  it('D5: fifteen creates of three deployments at once keep the limits of the provider', async () => {
    await using scene = await openScene({ database });
    // Bids differ in their price, so that each is a request of its own.
    const all = [];
    for (let index = 0; index < 3; index += 1) all.push(await scene.deploy({ machine_type: 'bid' }));
    for (const id of all) await scene.rest(id);
    assert.ok(scene.world.trace.filter((line) => line.includes('PUT /api/v0/asks/')).length >= 15);
    assert.equal(scene.world.refusedAsTooFrequent(), 0);
  });

  it('D6: machines of all batches are on distinct hosts', async () => {
    await using scene = await openScene({ database, settings: short });
    const { cloud } = scene.world;
    scene.setFlaw('stuck-loading');
    // One host has the cheapest three.
    for (let machine = 0; machine < 160; machine += 1)
      if (cloud.machine(machine).hostId === 40_014)
        cloud.apply({ kind: 'price-factor', machine, factor: 0.1 });
    const id = await scene.deploy();
    await scene.rest(id);
    const rentals = await scene.rentals(id);
    assert.equal(rentals.length, 10);
    for (const batch of [1, 2]) {
      const hosts = rentals.filter((rental) => rental.batch === batch).map(({ host_id: host }) => host);
      assert.equal(new Set(hosts).size, 5, `batch ${batch} is on ${hosts.join()}`);
    }
    assert.equal(new Set(rentals.map(({ host_machine_id: machine }) => machine)).size, 10);
  });

  it('D7: a loser is not a failure of its host; who never answered is', async () => {
    await using scene = await openScene({ database, settings: short });
    const attempts = async () =>
      (
        await database.db.selectFrom('host_attempts').select(['host_machine_id as host', 'outcome']).execute()
      ).map(({ host, outcome }) => `${outcome} ${host}`);
    const id = await scene.rent();
    const won = (await scene.rentals(id)).find(({ state }) => state === 'usable');
    assert.deepEqual(await attempts(), [`usable ${won?.host_machine_id}`]);
    scene.setFlaw('ssh-refuses');
    const other = await scene.deploy();
    await scene.until('a batch came to nothing', async () => (await scene.operation(other)).batch === 2);
    const tried = (await scene.rentals(other)).filter(({ batch }) => batch === 1);
    const failed = (await attempts()).filter((line) => line.startsWith('failed'));
    assert.deepEqual(failed.toSorted(), tried.map((one) => `failed ${one.host_machine_id}`).toSorted());
  });

  it('D12, D17: waking is a race; where no restore succeeds nothing is kept, and it is asleep as before', async () => {
    await using scene = await openScene({ database, settings: { maxBatches: 2 } });
    const { cloud, snapshots } = scene.world;
    const id = await scene.rent();
    cloud.apply({
      kind: 'write-file',
      contractId: await scene.contractOf(id),
      path: '/workspace/a',
      text: 'precious',
    });
    await scene.take(id, 'hibernate');
    const { snapshot_id: snapshotId } = await scene.machine(id);
    assert.ok(snapshotId !== null);
    const wake = { restoreSnapshotId: snapshotId };
    await scene.begin(id, 'wake', wake);
    await scene.until('it is over', async () => {
      for (const restore of snapshots.restores.values()) restore.isGood = false;
      return (await scene.operation(id)).finished_at !== null;
    });
    const failed = await scene.operation(id);
    assert.deepEqual([failed.outcome, failed.error_code], ['failed', 'machine.none_answered']);
    const tried = (await scene.rentals(id)).filter((one) => one.operation_id === failed.id);
    assert.deepEqual([tried.length, snapshots.restores.size], [10, 2]);
    assert.deepEqual(scene.billed(), []);
    const asleep = await scene.machine(id);
    assert.deepEqual([asleep.state, asleep.snapshot_id, asleep.rental_id], ['hibernated', snapshotId, null]);

    assert.equal((await scene.take(id, 'wake', wake)).outcome, 'done');
    const contract = cloud.contract(await scene.contractOf(id));
    assert.deepEqual(contract?.files, { '/workspace/a': 'precious' });
    assert.ok(!ids(tried).includes(contract?.id ?? 0));
  });
});
