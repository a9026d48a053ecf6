import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AppError } from '../../../kernel/errors.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { backUp } from '../../../../test/simulation/old-backup.ts';
import { openScene, type Scene } from '../../../../test/simulation/scene.ts';
import { refOf } from '../machine-ref.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'taken',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const agentOf = async ({ world, contractOf }: Scene, machineId: string) =>
  world.bodies.agents.get(await contractOf(machineId)) ?? assert.fail('it has no agent');
const beatOf = ({ world }: Scene, agent: Awaited<ReturnType<typeof agentOf>>) =>
  world.bodies.statusOf(agent) ?? assert.fail('nothing runs there');
/** What is done to machines from here on, whoever they belong to. */
const recordDeeds = ({ world }: Scene): readonly number[] => {
  const touched: number[] = [];
  world.onCloudEvent(({ kind, contractId }) => {
    if (['destroying', 'stopped', 'rebooting', 'recycled'].includes(kind)) touched.push(contractId);
  });
  return touched;
};

describe('who may speak for a machine', () => {
  it('D11: a beat without a token, with a forged one, or for another machine counts for nobody else', async () => {
    await using scene = await openScene({ database });
    const { server } = scene;
    const [one, other] = [await scene.rent(), await scene.rent()];
    const status = { ...beatOf(scene, await agentOf(scene, one)), instance_id: other };
    for (const token of [undefined, '', 'dma_forged', `${(await agentOf(scene, one)).token}x`])
      assert.equal(await codeOf(server.beats.receive(token, status)), 'agent.token');
    assert.equal((await server.beats.receive((await agentOf(scene, one)).token, status)).instance_id, one);
    await server.beats.flush();
    assert.equal((await scene.machine(other)).last_beat_at, null);
    assert.notEqual((await scene.machine(one)).last_beat_at, null);
  });

  it('D20: what a stale epoch beats or saves is refused, also when the machine of then is still there', async () => {
    await using scene = await openScene({ database });
    const { world } = scene;
    const id = await scene.rent();
    const before = await scene.machine(id);
    const agent = await agentOf(scene, id);
    const { machine } = scene.truth(await scene.contractOf(id));
    world.cloud.apply({
      kind: 'write-file',
      contractId: agent.contractId,
      path: '/workspace/a',
      text: 'old',
    });
    await scene.begin(id, 'migrate');
    await scene.until(
      'its successor is in charge',
      async () => (await scene.operation(id)).phase === 'restoring',
    );
    assert.equal(scene.truth(agent.contractId).goneAtMs, null);
    assert.equal(scene.truth(agent.contractId).machine, machine);
    const { beats } = scene.server;
    await scene.pass(2);
    assert.equal(await codeOf(beats.receive(agent.token, beatOf(scene, agent))), 'agent.token');
    assert.ok((world.snapshots.epochs.get(id) ?? 0) > before.epoch, 'its credentials are of an older epoch');
    const late = world.snapshots.port(scene.server.process).create(refOf(before), {
      kind: 'manual',
      paths: ['/workspace'],
    });
    await scene.rest(id);
    assert.equal(world.snapshots.snapshots.get((await late).id)?.outcome, 'failed');
    const present = await agentOf(scene, id);
    assert.equal(await codeOf(beats.receive(present.token, beatOf(scene, present))), 'taken');
  });

  it('D25: neither the account key nor a token or private key is in a row as it is, or in a rented machine', async () => {
    await using scene = await openScene({ database });
    const { cloud } = scene.world;
    const id = await scene.rent();
    await scene.live(60);
    const account = cloud.snapshot().accounts[0]?.apiKey ?? assert.fail('there is no account');
    const { token } = await agentOf(scene, id);
    const { rows } = await database.pool.query<{ dump: string }>(
      `SELECT string_agg(query_to_xml(format('SELECT * FROM app.%I', tablename), true, false, '')::text, '') AS dump
       FROM pg_tables WHERE schemaname = 'app'`,
    );
    const dump = rows[0]?.dump ?? '';
    assert.ok(dump.includes(id), 'the rows are there');
    for (const secret of [account, token])
      for (const text of [
        secret,
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('hex'),
      ])
        assert.ok(!dump.includes(text), 'a secret is in the database as it is');
    const { env, onstart, args } = cloud.contract(await scene.contractOf(id)) ?? assert.fail('it is gone');
    assert.ok(!JSON.stringify({ env, onstart, args }).includes(account));
  });
});

describe('whose machines are in an account', () => {
  it('machines of another installation, and of nobody, are listed and never touched', async () => {
    await using scene = await openScene({ database });
    const { cloud, faults, clock } = scene.world;
    const others: number[] = [];
    for (const label of ['dumont/0192bbbb-0000-7000-8000-000000000002/x/y/1', 'mine', null]) {
      const ask = cloud.asks().findLast(({ isRentable }) => isRentable);
      const wish = {
        image: 'x',
        runtype: 'ssh',
        env: [],
        onstart: null,
        args: [],
        diskGb: 20,
        label,
        bidMicrosPerHour: null,
        targetState: 'running',
        cancelUnavailable: true,
        templateHash: null,
        isVm: false,
      } as const;
      const made = cloud.apply({ kind: 'create', accountId: 501, askId: ask?.id ?? 0, wish });
      others.push(made.ok ? made.contractId : assert.fail(made.refusal));
    }
    const touched = recordDeeds(scene);
    const id = await scene.rent();
    faults.add({ fault: 'empty-list', endpoint: 'list', untilMs: clock.now().getTime() + 30_000 });
    await scene.pass(60);
    await scene.take(id, 'hibernate');
    await scene.take(id, 'destroy');
    await scene.pass(120);
    assert.ok(touched.length >= 5 && !touched.some((contractId) => others.includes(contractId)));
    for (const contractId of others) assert.equal(scene.truth(contractId).goneAtMs, null);
    const account = await database.db.selectFrom('provider_accounts').select('id').executeTakeFirstOrThrow();
    const listing = await scene.server.market.api.findListing(account.id);
    assert.deepEqual(new Set(listing?.machines.map((one) => Number(one.id))), new Set(others));
    const { adoption } = scene.server.lifeCycle;
    const strangers = await adoption.list(scene.world.caller, undefined);
    assert.deepEqual(new Set(strangers.map(({ standing }) => standing)), new Set(['other']));
    assert.equal(strangers.length, others.length);
    for (const { account_id: accountId, provider_instance_id: strangerId } of strangers)
      assert.equal(
        await codeOf(adoption.adoptStranger(scene.world.caller, accountId, strangerId)),
        'machine.not_ours',
      );
    const rows = await database.db.selectFrom('machines').select('id').execute();
    assert.deepEqual(rows, [{ id }]);
  });

  it('a database restored from an old backup takes a new id, and leaves all machines alone until a user says so', async () => {
    await using scene = await openScene({ database, keepsOwnId: true });
    const { cloud, faults } = scene.world;
    const formerId = scene.server.market.api.installationId;
    const kept = await scene.rent();
    const moved = await scene.rent();
    const going = await scene.rent();
    const path = '/workspace/a';
    for (const id of [kept, moved, going])
      cloud.apply({ kind: 'write-file', contractId: await scene.contractOf(id), path, text: 'precious' });
    await scene.until('the losers are gone', () => scene.billed().length === 3);
    // Whatever is given back from here on is still there in the end. In the backup one is put to sleep, and a race is on.
    for (const endpoint of ['destroy', 'destroy-many']) faults.add({ fault: 'server-error', endpoint });
    await scene.begin(going, 'hibernate');
    const racing = await scene.deploy();
    await scene.until('it waits', async () => (await scene.operation(racing)).phase === 'waiting');
    await scene.until('it goes', async () => (await scene.operation(going)).phase === 'releasing');
    const restore = await backUp(database);
    await scene.rest(racing);
    await scene.begin(moved, 'migrate');
    await scene.until('it has moved', async () => (await scene.operation(moved)).phase === 'releasing');
    const later = await scene.rent();
    const laterId = await scene.contractOf(later);
    cloud.apply({ kind: 'write-file', contractId: laterId, path, text: 'newer than the backup' });
    const contracts = scene.billed().map(({ id }) => id);
    assert.equal(contracts.length, 18);
    const keptId = await scene.contractOf(kept);
    await scene.server.process.kill();
    await restore();
    faults.clear();

    const touched = recordDeeds(scene);
    const server = await scene.start();
    const { installationId, formerInstallationIds } = server.market.api;
    assert.notEqual(installationId, formerId);
    assert.deepEqual(formerInstallationIds, [formerId]);
    await scene.live(4 * 60);
    assert.deepEqual(touched, []);
    for (const contractId of contracts) assert.equal(scene.truth(contractId).goneAtMs, null);
    const { problem } = await scene.machine(kept);
    assert.match(problem ?? '', /former/);

    // By hand: what its user asks for is done with it.
    assert.equal((await scene.take(kept, 'hibernate')).outcome, 'done');
    assert.deepEqual(touched, [keptId]);
    assert.equal((await scene.machine(kept)).state, 'hibernated');

    // What was rented after the backup is in no book: it is shown, and taken over by hand only.
    const { adoption, requests } = server.lifeCycle;
    const { caller } = scene.world;
    const strangers = await adoption.list(caller, undefined);
    const stranger = strangers.find(({ provider_instance_id: id }) => Number(id) === laterId);
    assert.equal(stranger?.standing, 'former');
    const adopt = () => adoption.adoptStranger(caller, stranger.account_id, stranger.provider_instance_id);
    const adopted = await adopt();
    assert.equal(await adopt(), adopted, 'twice is once');
    await scene.rest(adopted);
    const row = await scene.machine(adopted);
    assert.deepEqual([row.state, row.problem, row.owner_id], ['running', null, caller.userId]);
    await scene.live(60);
    assert.ok(cloud.contract(laterId)?.label?.includes(installationId), 'and it goes by the present id');
    assert.equal((await scene.take(adopted, 'hibernate')).outcome, 'done');
    assert.deepEqual(touched, [keptId, laterId]);

    // One that is in the books is taken over without anything else being asked of it.
    const known = await requests.getToChange(caller, moved);
    await adoption.adopt(caller, known);
    assert.equal((await scene.rest(moved)).outcome, 'done');
    assert.equal((await scene.machine(moved)).problem, null);
    assert.equal(await codeOf(adoption.adopt(caller, await scene.machine(moved))), 'machine.ours');
    assert.deepEqual(touched, [keptId, laterId]);
  });
});
