import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { NewInstance } from '@dumont/contracts/machines/instances';
import type { HeldMachine, HoldRef, MachineHolds, MachineWish } from '../../src/modules/machines/index.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { createWorld, type Server, type World } from '../simulation/world.ts';

const limitMs = 30 * 60_000;

/** A server whose machines are rented from a simulated cloud, in time that passes as fast as it can. */
const openBed = async (database: TestDatabase) => {
  const world = await createWorld({ database, seed: 11, faults: 'none', badShare: 0 });
  const nowMs = (): number => world.clock.now().getTime();

  /** Lets time pass until the work is done. */
  const during = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    void work.catch(() => undefined).finally(() => (isOver = true));
    await world.pass(nowMs() + limitMs, () => isOver);
    return work;
  };
  const holdsOf = (server: Server): MachineHolds =>
    server.lifeCycle.holdsIn({ enter: () => Promise.reject(new Error('nobody enters here')) });
  const boot = (): Promise<Server> => during(world.startServer(undefined));
  let server = await boot();
  let runs = 0;
  const bed = {
    world,
    get server() {
      return server;
    },
    get holds() {
      return holdsOf(server);
    },
    during,
    run: (): HoldRef => {
      runs += 1;
      return { runId: `0192cccc-0000-7000-8000-${String(runs).padStart(12, '0')}`, attempt: 1 };
    },
    take: (run: HoldRef, wish: Partial<MachineWish> = {}) =>
      during(
        bed.holds.take(world.caller, run, {
          projectId: world.caller.defaultProjectId,
          needs: { num_gpus: 1 },
          ...wish,
        }),
      ),
    /** Until the condition holds for the machine of a run. */
    until: async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
      for (let tries = 0; !(await during(isSo())); tries += 1) {
        assert.ok(tries < 600, `waited in vain: ${what}`);
        await world.pass(nowMs() + 3000);
      }
    },
    ready: async (run: HoldRef): Promise<HeldMachine & { kind: 'ready' }> => {
      let found: HeldMachine | undefined;
      await bed.until('a machine', async () => {
        found = await bed.holds.find(run);
        assert.notEqual(found?.kind, 'failed', found?.kind === 'failed' ? found.message : '');
        return found?.kind === 'ready';
      });
      assert.equal(found?.kind, 'ready');
      return found;
    },
    stateOf: async (machineId: string): Promise<string> => {
      const [machine] = await server.lifeCycle.machines.listByIds([machineId]);
      const current = await server.lifeCycle.operations.findCurrent(machineId);
      return current === undefined ? (machine?.state ?? 'none') : `${machine?.state} ${current.kind}`;
    },
    begin: async (machineId: string, kind: 'hibernate' | 'destroy' | 'reboot'): Promise<unknown> => {
      const machine = await server.lifeCycle.requests.getToChange(world.caller, machineId);
      return server.lifeCycle.requests.begin(machine, { kind, reason: 'user', requestedBy: null });
    },
    machines: async (): Promise<number> => {
      const { rows } = await database.pool.query<{ count: string }>(
        `SELECT count(*) FROM machines WHERE state <> 'destroyed'`,
      );
      return Number(rows[0]?.count);
    },
    paid: (): number => world.cloud.truth().filter(({ goneAtMs }) => goneAtMs === null).length,
    crash: async (): Promise<void> => {
      await server.process.kill();
      server = await boot();
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
  return bed;
};

type Bed = Awaited<ReturnType<typeof openBed>> & { readonly world: World };

describe('machines that runs hold', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database[Symbol.asyncDispose]());

  const inBed = async (body: (bed: Bed) => Promise<void>): Promise<void> => {
    await using bed = await openBed(database);
    await body(bed);
  };

  it('is rented once for an attempt, however often it is asked for, and sleeps when the run is over', () =>
    inBed(async (bed) => {
      const run = bed.run();
      await Promise.all([bed.take(run), bed.take(run)]);
      assert.equal(await bed.during(bed.machines()), 1);
      assert.equal((await bed.during(bed.holds.find(run)))?.kind, 'coming');
      await bed.crash();
      await bed.take(run);
      const { machineId } = await bed.ready(run);
      assert.equal(await bed.during(bed.machines()), 1);
      assert.deepEqual(await bed.during(bed.holds.list()), [run]);

      for (const kind of ['hibernate', 'destroy', 'reboot'] as const)
        await assert.rejects(bed.during(bed.begin(machineId, kind)), { code: 'machine.held' });

      await bed.during(bed.holds.release(run));
      await bed.until('sleep', async () => (await bed.stateOf(machineId)) === 'hibernated');
      assert.equal(bed.paid(), 0);
      assert.deepEqual(await bed.during(bed.holds.list()), []);
      assert.equal(await bed.during(bed.holds.find(run)), undefined);
      const { rows } = await bed.during(
        database.pool.query(`SELECT reason FROM machine_operations ORDER BY id`),
      );
      assert.deepEqual(rows, [{ reason: 'run' }, { reason: 'run' }]);

      const next = bed.run();
      await bed.take(next);
      assert.equal((await bed.ready(next)).machineId, machineId, 'the one that sleeps is woken');
    }));

  it('goes back when the run is given up before it came, and leaves nothing', () =>
    inBed(async (bed) => {
      const run = bed.run();
      await bed.take(run);
      const coming = await bed.during(bed.holds.find(run));
      await bed.during(bed.holds.release(run));
      await bed.during(bed.holds.release(run));
      await bed.until('its end', async () => (await bed.stateOf(coming?.machineId ?? '')) === 'destroyed');
      await bed.until('the provider to list none', async () => bed.paid() === 0);
    }));

  it('is let go of by the next server when the one that held it died', () =>
    inBed(async (bed) => {
      const run = bed.run();
      await bed.take(run);
      const { machineId } = await bed.ready(run);
      await bed.crash();
      assert.equal((await bed.ready(run)).machineId, machineId);
      await bed.during(bed.holds.release(run));
      await bed.crash();
      await bed.until('sleep', async () => (await bed.stateOf(machineId)) === 'hibernated');
    }));

  it('is not shared: two runs at once have two', () =>
    inBed(async (bed) => {
      const [one, two] = [bed.run(), bed.run()];
      await Promise.all([bed.take(one), bed.take(two)]);
      assert.notEqual((await bed.ready(one)).machineId, (await bed.ready(two)).machineId);
    }));

  it('that is somebody’s own is held by its name, and stays awake afterwards', () =>
    inBed(async (bed) => {
      const own = await bed.during(
        bed.server.lifeCycle.requests.create(
          bed.world.caller,
          NewInstance.parse({ label: 'trainer' }),
          undefined,
        ),
      );
      await bed.until('it', async () => (await bed.stateOf(own.id)) === 'running');
      const [run, other] = [bed.run(), bed.run()];
      assert.deepEqual(await bed.take(run, { machine: 'trainer' }), { kind: 'taken' });
      assert.equal((await bed.ready(run)).machineId, own.id);
      assert.equal((await bed.take(other, { machine: own.id })).kind, 'busy');
      await assert.rejects(bed.take(other, { machine: 'no such' }), { code: 'machine.not_found' });

      await bed.during(bed.holds.release(run));
      assert.equal((await bed.take(other, { machine: own.id })).kind, 'taken');
      await bed.during(bed.holds.release(other));
      await bed.until('the hold to be forgotten', async () => {
        const { rows } = await database.pool.query('SELECT 1 FROM machine_holds');
        return rows.length === 0;
      });
      assert.equal(await bed.during(bed.stateOf(own.id)), 'running');
    }));

  it('that its provider takes away is said to be lost', () =>
    inBed(async (bed) => {
      const run = bed.run();
      await bed.take(run);
      const { rentalId } = await bed.ready(run);
      const rental = await bed.during(bed.server.lifeCycle.rentals.find(rentalId));
      const contractIds = [Number(rental?.provider_machine_id)];
      bed.world.cloud.apply({ kind: 'destroy', contractIds });
      await bed.until('that it is missed', async () => (await bed.holds.find(run))?.kind === 'failed');
    }));
});
