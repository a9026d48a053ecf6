import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Finding } from '@dumont/contracts/finding';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { openScene, type Scene } from '../../../../test/simulation/scene.ts';
import type { VirtualSnapshot } from '../../../../test/simulation/virtual-snapshots.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

const write = async ({ world, contractOf }: Scene, id: string, text: string): Promise<void> => {
  const contractId = await contractOf(id);
  world.cloud.apply({ kind: 'write-file', contractId, path: '/workspace/a', text });
};
/** What the snapshots that are taken from here on come to. */
const spoil = ({ world }: Scene, outcome: VirtualSnapshot['outcome']): void => {
  const { snapshots } = world.snapshots;
  const set = snapshots.set.bind(snapshots);
  snapshots.set = (id, snapshot) => set(id, { ...snapshot, outcome });
};
const events = async (name: string): Promise<number> =>
  (await database.db.selectFrom('events').select('name').where('name', '=', name).execute()).length;

describe('putting machines to sleep', () => {
  it('D8: a machine is not called asleep before the provider no longer lists it', async () => {
    await using scene = await openScene({ database });
    const { faults, clock } = scene.world;
    const id = await scene.rent();
    const contractId = await scene.contractOf(id);
    await scene.until('the losers are gone', () => scene.billed().length === 1);
    faults.add({ fault: 'server-error', endpoint: 'destroy', untilMs: clock.now().getTime() + 240_000 });
    await scene.begin(id, 'hibernate');
    await scene.until('it is given back', async () => (await scene.operation(id)).phase === 'releasing');
    await scene.pass(180);
    assert.equal(scene.truth(contractId).goneAtMs, null);
    const { state, rental_id: rentalId } = await scene.machine(id);
    assert.deepEqual([state, rentalId !== null], ['running', true]);
    assert.equal((await scene.operation(id)).finished_at, null);

    assert.equal((await scene.rest(id)).outcome, 'done');
    assert.notEqual(scene.truth(contractId).goneAtMs, null);
    assert.equal((await scene.machine(id)).state, 'hibernated');
  });

  for (const outcome of ['partial', 'failed'] as const)
    it(`D9, D27: a ${outcome} snapshot neither destroys nor stops, and is told`, async () => {
      await using scene = await openScene({ database });
      const { cloud } = scene.world;
      const id = await scene.rent();
      await write(scene, id, 'precious');
      const contractId = await scene.contractOf(id);
      spoil(scene, outcome);
      for (const kind of ['hibernate', 'pause', 'migrate', 'destroy'] as const) {
        const { error_code: code } = await scene.take(id, kind);
        assert.equal(code, `machine.snapshot_${outcome === 'partial' ? outcome : 'unverified'}`, kind);
        assert.equal(await events(`machine.${kind}_failed`), 1);
        const { state, problem } = await scene.machine(id);
        assert.deepEqual([state, problem?.includes(outcome)], ['running', true], kind);
      }
      const contract = cloud.contract(contractId);
      assert.deepEqual(
        [contract?.actualStatus, contract?.goneAtMs, contract?.files],
        ['running', null, { '/workspace/a': 'precious' }],
      );
    });

  it('D23: nothing is left out when a machine sleeps, pauses or moves, whatever its name', async () => {
    await using scene = await openScene({ database });
    const { cloud, snapshots } = scene.world;
    const id = await scene.rent();
    const files = {
      '/workspace/.git/HEAD': 'main',
      '/workspace/.venv/bin/python': 'x',
      '/root/.cache/a': 'y',
    };
    for (const [path, text] of Object.entries(files))
      cloud.apply({ kind: 'write-file', contractId: await scene.contractOf(id), path, text });
    for (const kind of ['pause', 'resume', 'migrate', 'hibernate'] as const) await scene.take(id, kind);
    const taken = [...snapshots.snapshots.values()];
    assert.equal(taken.length, 3);
    assert.deepEqual(
      taken.map(({ excludes }) => excludes),
      [[], [], []],
    );
    await scene.take(id, 'wake', { restoreSnapshotId: taken.at(-1)?.id ?? '' });
    assert.deepEqual(cloud.contract(await scene.contractOf(id))?.files, files);
  });

  it('D27: a machine whose snapshot fails stays awake however idle it is, and it is tried again', async () => {
    await using scene = await openScene({ database });
    const id = await scene.rent();
    spoil(scene, 'failed');
    await scene.live(25 * 60);
    assert.ok((await events('machine.hibernate_failed')) >= 2);
    const { findings } = await database.db
      .selectFrom('events')
      .select('findings')
      .where('name', '=', 'machine.hibernate_failed')
      .where('entity_id', '=', id)
      .executeTakeFirstOrThrow();
    const [why, costs] = findings as unknown as readonly Finding[];
    assert.equal(why?.code, 'machine.snapshot_unverified');
    assert.equal(costs?.code, 'machine.goes_on_costing', 'whoever is alarmed knows that it cannot wait');
    assert.ok(typeof costs.params['dollars'] === 'number' && costs.params['dollars'] > 0);
    assert.equal((await scene.machine(id)).state, 'running');
    assert.equal(scene.truth(await scene.contractOf(id)).goneAtMs, null);
  });

  it('D10, D26: unknown is not idle, nor is a download, a CPU phase, or a terminal in use; quiet is', async () => {
    await using scene = await openScene({ database });
    const kinds = ['unknown', 'cpu', 'download', 'disk', 'typing', 'quiet'] as const;
    const ids = new Map<string, (typeof kinds)[number]>();
    for (const kind of kinds) ids.set(await scene.deploy(), kind);
    for (const id of ids.keys()) await scene.rest(id);
    await scene.live(8 * 60, (status, { machineId }) => {
      const figures = status.figures ?? assert.fail('an agent without figures');
      switch (ids.get(machineId)) {
        case 'unknown':
          return { ...status, gpu_metrics: null };
        case 'cpu':
          return { ...status, figures: { ...figures, cpu_percent: 90 } };
        case 'download':
          return { ...status, figures: { ...figures, network_mbps: 400 } };
        case 'disk':
          return { ...status, figures: { ...figures, disk_mbps: 300 } };
        case 'typing':
          return { ...status, figures: { ...figures, sessions: 1, input_seconds_ago: 10 } };
        default:
          return status;
      }
    });
    for (const [id, kind] of ids)
      assert.equal((await scene.machine(id)).state, kind === 'quiet' ? 'hibernated' : 'running', kind);
  });

  it('D10, D15: a machine whose agent says nothing, and whose provider says nothing, stays as it is', async () => {
    await using scene = await openScene({ database });
    const { faults, clock } = scene.world;
    const id = await scene.rent();
    await scene.live(60);
    faults.add({ fault: 'blackout', untilMs: clock.now().getTime() + 10 * 60_000 });
    await scene.pass(10 * 60);
    const { state } = await scene.machine(id);
    assert.deepEqual([state, (await scene.operation(id)).kind], ['running', 'deploy']);
    assert.equal(scene.truth(await scene.contractOf(id)).goneAtMs, null);
  });

  it('D13: the ledger is the bill to the micro-dollar, and hours that were paid are not called saved', async () => {
    await using scene = await openScene({ database });
    const { cloud, clock } = scene.world;
    const id = await scene.rent();
    const contractId = await scene.contractOf(id);
    await scene.live(5 * 60, (status) => ({
      ...status,
      figures: status.figures && { ...status.figures, cpu_percent: 90 },
    }));
    await scene.take(id, 'hibernate');
    const { snapshot_id: restoreSnapshotId } = await scene.machine(id);
    await scene.pass(600);
    await scene.take(id, 'wake', restoreSnapshotId === null ? {} : { restoreSnapshotId });
    const ordered = (await scene.rentals(id)).at(-1)?.ordered_at.getTime() ?? 0;
    await scene.take(id, 'destroy', { skipSnapshot: true });
    const [sleep, ...others] = await database.db.selectFrom('machine_sleeps').selectAll().execute();
    assert.deepEqual(others, []);
    const endedMs = scene.truth(contractId).goneAtMs ?? Number.NaN;
    assert.ok((sleep?.slept_at.getTime() ?? 0) >= endedMs, 'what is saved begins when nothing is billed');
    assert.equal(sleep?.woke_at?.getTime(), ordered, 'and ends when something is again');

    await scene.server.process.kill();
    clock.advance(1);
    const sums = await scene.world.collectCharges();
    const bill = new Map(
      cloud
        .truth()
        .flatMap(({ id: contract, micros, goneAtMs }) =>
          goneAtMs === null ? [] : [[String(contract), micros]],
        ),
    );
    assert.equal(bill.size, 10);
    assert.deepEqual(Object.fromEntries(sums), Object.fromEntries(bill));
  });
});
