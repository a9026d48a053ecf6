import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApiError } from '@dumont/contracts/client';
import { NewInstance } from '@dumont/contracts/machines/instances';
import { createTestApp } from '../../../test/test-app.ts';
import { createObjects } from '../../../test/objects.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { createWorld } from '../../../test/simulation/world.ts';
import type { MachineSettings } from './engine-deps.ts';
import { showEvent } from './wire-operation.ts';

const limitMs = 30 * 60_000;

/** A simulated cloud in virtual time, and a server with a budget of its own. */
const openBed = async (database: TestDatabase, settings: Partial<MachineSettings>) => {
  const world = await createWorld({ database, seed: 7, faults: 'none', badShare: 0, settings });
  const nowMs = (): number => world.clock.now().getTime();
  const during = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    void work.catch(() => undefined).finally(() => (isOver = true));
    await world.pass(nowMs() + limitMs, () => isOver);
    return work;
  };
  const { lifeCycle } = await during(world.startServer(undefined));
  const { requests, machines, operations, story } = lifeCycle;
  return {
    rented: () => world.cloud.truth().length,
    during,
    create: (label: string) => during(requests.create(world.caller, NewInstance.parse({ label }), undefined)),
    begin: async (id: string, kind: 'hibernate' | 'wake' | 'migrate') => {
      const machine = await during(requests.getToChange(world.caller, id));
      return during(requests.begin(machine, { kind, reason: 'user', requestedBy: null }));
    },
    /** What is said of its failure, without words. */
    said: async (id: string) => {
      const [latest] = await during(operations.listLatest([id]));
      const [machine] = await during(machines.listByIds([id]));
      const [event] = await during(story.list(id, undefined, 1));
      return {
        error: latest?.error_params,
        problem: machine?.problem_finding,
        story: event && showEvent(event, null).message_finding,
      };
    },
    /** How its latest operation ended, and where the machine is then. */
    over: async (id: string) => {
      for (;;) {
        const [latest] = await during(operations.listLatest([id]));
        const [machine] = await during(machines.listByIds([id]));
        if (latest !== undefined && latest.finished_at !== null)
          return { outcome: latest.outcome, error: latest.error_code, state: machine?.state };
        await world.pass(nowMs() + 5000);
      }
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
};

describe('the budget of machines', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database[Symbol.asyncDispose]());

  it('refuses a machine too many where it is asked for; one that sleeps makes room', async () => {
    await using bed = await openBed(database, { maxMachines: 1 });
    const first = await bed.create('first');
    await assert.rejects(bed.create('second'), { code: 'machine.budget' }, 'the first is still on its way');
    assert.equal((await bed.over(first.id)).state, 'running');
    await assert.rejects(bed.create('second'), {
      code: 'machine.budget',
      message: /allows: \d+ machines, \$[\d.]+ an hour/,
    });
    await bed.begin(first.id, 'hibernate');
    assert.equal((await bed.over(first.id)).state, 'hibernated');
    const second = await bed.create('second');
    assert.equal((await bed.over(second.id)).state, 'running');
    await assert.rejects(bed.begin(first.id, 'wake'), { code: 'machine.budget' });
  });

  it('does not count a machine that is moved beside its successor', async () => {
    await using bed = await openBed(database, { maxMachines: 1 });
    const { id } = await bed.create('mover');
    assert.equal((await bed.over(id)).state, 'running');
    await bed.begin(id, 'migrate');
    assert.deepEqual(await bed.over(id), { outcome: 'done', error: null, state: 'running' });
  });

  it('refuses in the race what costs more than is left, before anything is ordered', async () => {
    await using bed = await openBed(database, { maxMicroUsdPerHour: 1 });
    const { id } = await bed.create('dear');
    assert.deepEqual(await bed.over(id), { outcome: 'failed', error: 'machine.budget', state: 'new' });
    assert.equal(bed.rented(), 0);
    const said = await bed.said(id);
    assert.equal(said.error?.['dollars'], 0.000_001);
    const finding = { code: 'machine.budget', params: said.error };
    assert.deepEqual([said.problem, said.story], [finding, finding], 'wherever it is told, in any language');
  });

  it('refuses whatever is asked for once the dollars are spent', async () => {
    await using bed = await openBed(database, { maxMicroUsdPerHour: 0 });
    await assert.rejects(bed.create('none'), { code: 'machine.budget' });
  });
});

const refusedAs =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof ApiError && error.status === 409 && error.problem.code === code;

describe('the budget of machines over HTTP', () => {
  it('is what the configuration says, and answers 409; a repeated request is not a second machine', async () => {
    await using app = await createTestApp({
      environment: { DUMONT_ROLES: 'api', DUMONT_MACHINES_MAX: '1' },
    });
    const [project] = (await app.admin.client.listProjects({})).items;
    assert.ok(project);
    await createObjects(app.database).addProvider(project.id, true);
    const ask = (key: string) =>
      app.admin.client.createInstance({ body: { label: 'box' }, idempotencyKey: key });
    const first = await ask('one');
    assert.equal((await ask('one')).id, first.id);
    await assert.rejects(ask('two'), refusedAs('machine.budget'));
  });

  it('says of a destroyed machine that it is destroyed, whatever is asked of it', async () => {
    await using app = await createTestApp({ environment: { DUMONT_ROLES: 'api' } });
    const [project] = (await app.admin.client.listProjects({})).items;
    assert.ok(project);
    const { client, id: ownerId } = app.admin;
    const id = await createObjects(app.database).addMachine(project.id, ownerId, { state: 'destroyed' });
    const params = { id };
    for (const asking of [
      () => client.wakeInstance({ params }),
      () => client.pauseInstance({ params }),
      () => client.resumeInstance({ params }),
      () => client.hibernateInstance({ params }),
      () => client.migrateInstance({ params, body: {} }),
      () => client.deleteInstance({ params, query: {} }),
    ])
      await assert.rejects(asking, refusedAs('machine.destroyed'));
  });
});
