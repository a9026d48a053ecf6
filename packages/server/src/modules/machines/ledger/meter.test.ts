import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createLedger } from './ledger.ts';
import { createLedgerWorld, type LedgerWorld } from './ledger-test-kit.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

describe('costs counted from listings', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database[Symbol.asyncDispose]());

  const lines = async (world: LedgerWorld) =>
    database.db
      .selectFrom('ledger_lines as l')
      .innerJoin('rentals as r', 'r.id', 'l.rental_id')
      .select(['l.id', 'l.kind', 'l.from_at', 'l.to_at', 'l.rate_micro_usd', 'l.amount_micro_usd'])
      // PostgreSQL's own mark of the last write.
      .select((eb) => eb.cast<string>(eb.ref('l.xmin' as 'l.kind'), 'text').as('written'))
      .where('r.account_id', '=', world.accountId)
      .orderBy('l.from_at')
      .orderBy('l.kind')
      .execute();
  const costNow = async (world: LedgerWorld) =>
    (await world.ledger.costOf([world.owned.machineId], world.clock.now())).get(world.owned.machineId);
  /** One rental that runs and was listed as running. */
  const rentOne = async (): Promise<{ world: LedgerWorld; contractId: number }> => {
    const world = await createLedgerWorld(database);
    for (const { index } of new Set(world.cloud.asks().map(({ machine }) => machine)))
      world.cloud.apply({ kind: 'force-flaw', machine: index, flaw: 'none' });
    await world.rent(1);
    world.pass(10 * minuteMs);
    await world.list();
    const [rental] = await world.live();
    return { world, contractId: Number(rental?.providerId) };
  };

  it('include the disk from the order on, and the GPUs while they run', async () => {
    const { world, contractId } = await rentOne();
    const contract = world.cloud.contract(contractId);
    const { gpuMicrosPerHour = 0, diskMicrosPerHour = 0 } = contract?.rates ?? {};
    assert.deepEqual(
      (await lines(world)).map(({ kind, from_at, to_at, rate_micro_usd: rate }) => [
        kind,
        from_at.toISOString(),
        to_at,
        rate,
      ]),
      [
        ['storage', new Date(contract?.createdAtMs ?? 0).toISOString(), null, diskMicrosPerHour],
        ['gpu', world.clock.now().toISOString(), null, gpuMicrosPerHour],
      ],
    );
    world.cloud.apply({ kind: 'stop', contractId });
    world.pass(minuteMs);
    await world.list();
    assert.deepEqual(
      (await lines(world)).map(({ kind, to_at }) => [kind, to_at?.toISOString() ?? null]),
      [
        ['storage', null],
        ['gpu', world.clock.now().toISOString()],
      ],
    );
    assert.equal((await costNow(world))?.microUsdPerHour, diskMicrosPerHour);
  });

  it('of a machine that does not change are not written again', async () => {
    const { world } = await rentOne();
    const before = await lines(world);
    for (let listing = 0; listing < 5; listing += 1) {
      world.pass(10_000);
      await world.list();
    }
    assert.deepEqual(await lines(world), before);
  });

  it('go on while nobody sees, and end with the first listing that shows it', async () => {
    const { world, contractId } = await rentOne();
    const before = await lines(world);
    const cost = await costNow(world);
    world.setBlind(true);
    world.cloud.apply({ kind: 'destroy', contractIds: [contractId] });
    for (let hour = 0; hour < 3; hour += 1) {
      world.pass(hourMs);
      await world.list();
    }
    assert.deepEqual(await lines(world), before, 'nothing ends by not being seen');
    const { microUsd = 0, microUsdPerHour = 0 } = (await costNow(world)) ?? {};
    assert.equal(microUsd, (cost?.microUsd ?? 0) + 3 * microUsdPerHour);
    world.setBlind(false);
    world.pass(minuteMs);
    await world.list();
    const ended = await lines(world);
    assert.deepEqual(
      ended.map(({ to_at }) => to_at),
      [world.clock.now(), world.clock.now()],
    );
    assert.equal((await costNow(world))?.microUsdPerHour, 0);
    assert.equal(
      (await costNow(world))?.microUsd,
      ended.reduce((sum, line) => sum + line.amount_micro_usd, 0),
    );
  });

  it('change with the price', async () => {
    const { world, contractId } = await rentOne();
    const old = world.cloud.contract(contractId)?.rates.gpuMicrosPerHour ?? 0;
    const asked = world.cloud.apply({ kind: 'propose-increase', contractId, gpuMicrosPerHour: 2 * old });
    assert.ok(asked.ok && asked.id !== undefined);
    world.cloud.apply({ kind: 'accept-increase', increaseId: asked.id });
    world.pass(hourMs);
    await world.list();
    world.pass(hourMs);
    const gpu = (await lines(world)).filter(({ kind }) => kind === 'gpu');
    assert.deepEqual(
      gpu.map(({ rate_micro_usd: rate, amount_micro_usd: amount }) => [rate, amount]),
      [
        [old, old],
        [2 * old, 0],
      ],
    );
  });

  it('end when the machine was known to be gone, not when we next looked', async () => {
    const { world } = await rentOne();
    const [rental] = await world.live();
    world.pass(minuteMs);
    const goneAt = world.clock.now();
    await database.db
      .updateTable('rentals')
      .set({ state: 'gone', gone_at: goneAt })
      .where('id', '=', rental?.id ?? '')
      .execute();
    world.pass(hourMs);
    await world.list();
    assert.deepEqual(
      (await lines(world)).map(({ to_at }) => to_at),
      [goneAt, goneAt],
    );
  });

  it('are not changed by a listing that another replica has overtaken', async () => {
    const { world, contractId } = await rentOne();
    const old = world.listing();
    world.cloud.apply({ kind: 'stop', contractId });
    world.pass(minuteMs);
    await world.list();
    const counted = await lines(world);
    assert.equal(counted.filter(({ to_at }) => to_at !== null).length, 1, 'the GPUs are closed');
    const late = createLedger({
      ...world,
      db: database.db,
      log: createLogger('silent'),
      market: {
        open: () => Promise.reject(new Error('not asked for')),
        findListing: async () => old,
        onListing: () => () => undefined,
      },
    });
    await late.meter(world.accountId);
    assert.deepEqual(await lines(world), counted);
  });

  it('through a reboot are counted as the provider bills it', async () => {
    const { world, contractId } = await rentOne();
    const before = await lines(world);
    world.cloud.apply({ kind: 'reboot', contractId });
    world.pass(1000);
    await world.list();
    assert.deepEqual(await lines(world), before);
  });
});
