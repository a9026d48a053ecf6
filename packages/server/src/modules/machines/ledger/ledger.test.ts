import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cloud } from '@dumont/simulator/cloud';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { waitFor } from '../../../../test/wait.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createBed, createSimulator, sendInto, unending } from '../../market/market-test-kit.ts';
import { createLedger } from './ledger.ts';
import { createLedgerWorld, insertMachine, type LedgerWorld } from './ledger-test-kit.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Numbers in [0, 1) by a seed (mulberry32). */
const drawing = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
};

const faults = {
  rates: [
    { fault: 'lost-after', endpoint: 'create-many', probability: 0.3 },
    { fault: 'lost-before', endpoint: 'list', probability: 0.1 },
    { fault: 'server-error', endpoint: 'list', probability: 0.05 },
    { fault: 'lost-before', endpoint: 'charges', probability: 0.1 },
    { fault: 'too-many', endpoint: 'charges', probability: 0.1 },
    { fault: 'lost-after', endpoint: 'destroy-many', probability: 0.1 },
  ],
} as const;

const nothing = { microUsd: 0, estimatedMicroUsd: 0, microUsdPerHour: 0 };

/** Our bill with the provider, contract by contract; of others' contracts there is nothing. */
const assertBill = async (world: LedgerWorld, what: string): Promise<void> => {
  const { cloud, accountId } = world;
  for (const truth of cloud.truth()) {
    const isOurs = truth.label?.includes(accountId) === true;
    const cost = await world.costOf(truth.id);
    assert.equal(cost, isOurs ? truth.micros : 0, `${what}: contract ${truth.id}`);
  }
  const all = cloud.truth().filter(({ label }) => label?.includes(accountId));
  const sum = all.reduce((micros, truth) => micros + truth.micros, 0);
  const costs = await world.ledger.costOf([world.owned.machineId], world.clock.now());
  assert.deepEqual(costs.get(world.owned.machineId) ?? nothing, {
    ...nothing,
    microUsd: sum,
  });
};

/** Some days of one machine: races, pauses, prices that change, lost hosts, traffic, hours without a listing. */
const live = async (world: LedgerWorld, draw: () => number, steps: number): Promise<void> => {
  const { cloud } = world;
  const command = (kind: 'start' | 'stop' | 'reboot' | 'recycle', contractId: number) =>
    cloud.apply({ kind, contractId });
  for (let step = 0; step < steps; step += 1) {
    const rentals = await world.live();
    const one = rentals[Math.floor(draw() * rentals.length)];
    const contractId = Number(one?.providerId ?? 0);
    const contract = cloud.contract(contractId);
    const chance = draw();
    if (rentals.length < 2) {
      await world.rent(3);
      world.pass(draw() * 90_000);
      await world.list();
      // The first that answers wins; the others are given back at once.
      const [, ...losers] = await world.live();
      await world.release(losers.map(({ id }) => id));
    } else if (chance < 0.1) await world.rent(2);
    else if (chance < 0.2 && one !== undefined) await world.release([one.id]);
    else if (chance < 0.3) command('stop', contractId);
    else if (chance < 0.4) command('start', contractId);
    else if (chance < 0.45) command('reboot', contractId);
    else if (chance < 0.5) command('recycle', contractId);
    else if (chance < 0.6) world.setBlind(draw() < 0.5);
    else if (chance < 0.7 && contract !== undefined) {
      const gpuMicrosPerHour = Math.round(contract.rates.gpuMicrosPerHour * (0.8 + draw()));
      const answer = cloud.apply({ kind: 'propose-increase', contractId, gpuMicrosPerHour });
      if (answer.ok && answer.id !== undefined)
        cloud.apply({ kind: 'accept-increase', increaseId: answer.id });
    } else if (chance < 0.8) {
      const bytes = { downBytes: Math.floor(draw() * 3e10), upBytes: Math.floor(draw() * 1e9) };
      cloud.apply({ kind: 'traffic', contractId, ...bytes });
    } else if (chance < 0.85 && contract !== undefined)
      cloud.apply({ kind: 'kill-host', machine: contract.machine, forMs: Math.floor(draw() * 2 * hourMs) });
    world.pass(Math.floor(draw() * draw() * 5 * hourMs));
    await world.list();
    if (draw() < 0.7) await world.collect();
  }
};

/** Gives everything back, and waits until the provider lists none of it. */
const end = async (world: LedgerWorld): Promise<void> => {
  world.setBlind(false);
  for (let tries = 0; tries < 50; tries += 1) {
    await world.list();
    const rentals = await world.live();
    if (rentals.length === 0) return;
    await world.release(rentals.map(({ id }) => id));
    world.pass(30_000);
  }
  assert.fail('something is still rented');
};

/** Lets hours pass until nothing is asked of the provider any more. */
const settle = async (world: LedgerWorld): Promise<void> => {
  for (let quiet = 0, rounds = 0; quiet < 2; rounds += 1) {
    assert.ok(rounds < 20, 'it asks for charges for ever');
    const before = world.asked.charges;
    world.pass(13 * hourMs);
    await world.collect();
    quiet = world.asked.charges === before ? quiet + 1 : 0;
  }
};

describe('the ledger', () => {
  it('equals the provider’s bill to the micro-dollar after any history, losers included', async () => {
    const seeds = [...Array(24).keys()];
    const run = async (database: TestDatabase, seed: number): Promise<void> => {
      const draw = drawing(seed);
      const startAt = new Date(Date.parse('2026-03-02T00:00:00.000Z') + Math.floor(draw() * 24) * hourMs);
      const world = await createLedgerWorld(database, { seed, faults, startAt });
      world.rentForOthers();
      await live(world, draw, 15);
      await end(world);
      await settle(world);
      await assertBill(world, `seed ${seed}`);
    };
    // A few beside each other: each waits for its database most of the time.
    const lane = async (): Promise<void> => {
      await using database = await createTestDatabase();
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) await run(database, seed);
    };
    await Promise.all([lane(), lane(), lane()]);
  });

  it('follows the market by itself: each listing, and the bill of what is gone', async () => {
    const clouds: Cloud[] = [];
    await using bed = await createBed((clock) => {
      const { cloud, vast } = createSimulator(clock, { hasLimits: true });
      clouds.push(cloud);
      return sendInto(vast);
    });
    await using replica = await bed.startReplica();
    const { api } = replica.market;
    const accountId = await bed.accountId();
    const [cloud] = clouds;
    const { db } = bed.database;
    const { machineId } = await insertMachine(bed.database, bed.random, bed.clock.now(), {
      projectId: bed.projects.home,
    });
    const log = createLogger('silent');
    await using ledger = createLedger({ db, clock: bed.clock, random: bed.random, log, market: api });
    ledger.startWorker();

    const provider = await api.open(accountId);
    const ask = cloud?.asks().find(({ isRentable }) => isRentable);
    const label = `dumont/${api.installationId}/x`;
    const order = {
      offerId: String(ask?.id),
      label,
      image: 'x',
      diskGb: 20,
      ports: [],
      environment: {},
      onStart: '',
    };
    const rentalId = bed.random.id();
    const [created] = await bed.passing(provider.createMachines([order], unending));
    await db
      .insertInto('rentals')
      .values({
        id: rentalId,
        machine_id: machineId,
        account_id: accountId,
        batch: 1,
        slot: 0,
        label,
        offer_id: order.offerId,
        host_machine_id: 'x',
        host_id: 'x',
        offer: '{}',
        state: 'waiting',
        provider_machine_id: created?.machineId ?? null,
        ordered_at: bed.clock.now(),
      })
      .execute();
    const lines = () =>
      db.selectFrom('ledger_lines').select(['source', 'to_at', 'amount_micro_usd as micro']).execute();
    await bed.passing(api.refreshListing(accountId, unending));
    await waitFor('a line', async () => (await lines()).length > 0);

    await bed.passing(provider.destroyMachines([created?.machineId ?? ''], unending));
    await bed.passing(bed.clock.sleep(20_000));
    await bed.passing(api.refreshListing(accountId, unending));
    await waitFor('its end', async () => (await lines()).every(({ to_at }) => to_at !== null));
    await db
      .updateTable('rentals')
      .set({ state: 'gone', gone_at: bed.clock.now() })
      .where('id', '=', rentalId)
      .execute();
    await bed.passing(bed.clock.sleep(6 * minuteMs));
    const charged = await lines();
    assert.ok(charged.length > 0 && charged.every(({ source }) => source === 'charge'));
    assert.equal(
      charged.reduce((sum, { micro }) => sum + micro, 0),
      cloud?.truth()[0]?.micros,
    );
  });
});
