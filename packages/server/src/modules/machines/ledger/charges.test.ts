import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import type { Charge } from '../../market/providers/provider.ts';
import { createLedgerWorld, type LedgerWorld } from './ledger-test-kit.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const march = (day: number): Date => new Date(Date.UTC(2026, 2, day));

describe('charges of the provider', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database[Symbol.asyncDispose]());

  /** Nothing of the world before is due in the next one. */
  const clean = async (): Promise<void> => {
    await database.db.deleteFrom('ledger_lines').execute();
    await database.db.deleteFrom('rentals').execute();
  };
  /** One rental that has run since 20:00. */
  const rentOne = async () => {
    await clean();
    const world = await createLedgerWorld(database, { startAt: new Date('2026-03-02T20:00:00.000Z') });
    for (const { index } of new Set(world.cloud.asks().map(({ machine }) => machine)))
      world.cloud.apply({ kind: 'force-flaw', machine: index, flaw: 'none' });
    await world.rent(1);
    await world.list();
    for (let seconds = 0; seconds < 20 * 60; seconds += 10) {
      world.pass(10_000);
      if (world.cloud.contracts()[0]?.runningSinceMs !== null) break;
    }
    await world.list();
    const [rental] = await world.live();
    return { world, rentalId: rental?.id ?? '', contractId: Number(rental?.providerId) };
  };
  const hoursUntil = async (world: LedgerWorld, hours: number): Promise<void> => {
    for (let hour = 0; hour < hours; hour += 1) {
      world.pass(hourMs);
      await world.list();
      await world.collect();
    }
  };
  const truthOf = (world: LedgerWorld, contractId: number): number =>
    world.cloud.truth().find(({ id }) => id === contractId)?.micros ?? 0;
  const lines = (rentalId: string) =>
    database.db
      .selectFrom('ledger_lines')
      .select(['kind', 'source', 'from_at', 'to_at', 'amount_micro_usd as amount'])
      .where('rental_id', '=', rentalId)
      .orderBy('from_at')
      .orderBy('kind')
      .execute();
  const shape = (rows: Awaited<ReturnType<typeof lines>>) =>
    rows.map(({ kind, source, from_at, to_at }) => [
      `${source} of ${kind}`,
      from_at.toISOString().slice(0, 16),
      to_at?.toISOString().slice(0, 16) ?? null,
    ]);
  const costNow = async (world: LedgerWorld): Promise<number> => {
    const costs = await world.ledger.costOf([world.owned.machineId], world.clock.now());
    return costs.get(world.owned.machineId)?.microUsd ?? 0;
  };

  it('take the place of what was estimated for a day once it is over; the present day is estimated on', async () => {
    const { world, rentalId, contractId } = await rentOne();
    await hoursUntil(world, 3);
    assert.ok((await lines(rentalId)).every(({ source }) => source === 'estimate'));
    await hoursUntil(world, 3);
    assert.deepEqual(shape(await lines(rentalId)), [
      ['charge of gpu', '2026-03-02T00:00', '2026-03-03T00:00'],
      ['charge of storage', '2026-03-02T00:00', '2026-03-03T00:00'],
      ['estimate of gpu', '2026-03-03T00:00', null],
      ['estimate of storage', '2026-03-03T00:00', null],
    ]);
    assert.equal(await costNow(world), truthOf(world, contractId), 'no gap at midnight, and nothing twice');
  });

  it('of what was carried are known on the same day', async () => {
    const { world, rentalId, contractId } = await rentOne();
    await hoursUntil(world, 1);
    world.cloud.apply({ kind: 'traffic', contractId, downBytes: 70e9, upBytes: 3e9 });
    await hoursUntil(world, 1);
    const carried = (await lines(rentalId)).filter(({ source }) => source === 'charge');
    const billed = world.cloud
      .truth()
      .flatMap(({ charges }) => charges)
      .filter(({ kind }) => kind === 'bwd' || kind === 'bwu');
    assert.deepEqual(
      carried.map(({ kind, amount }) => [kind, amount]),
      [
        ['download', billed[0]?.micros],
        ['upload', billed[1]?.micros],
      ],
    );
  });

  it('of a machine that is gone are asked for minutes later, and equal its bill', async () => {
    const { world, rentalId, contractId } = await rentOne();
    await hoursUntil(world, 1);
    await world.release([rentalId]);
    world.pass(minuteMs);
    await world.list();
    await world.collect();
    assert.ok(
      (await lines(rentalId)).every(({ source }) => source === 'estimate'),
      'its bill is being written',
    );
    world.pass(5 * minuteMs);
    await world.collect();
    assert.ok((await lines(rentalId)).every(({ source }) => source === 'charge'));
    assert.equal(await world.costOf(contractId), truthOf(world, contractId));
  });

  it('are not asked for again and again: hourly, and after a day’s rest never more', async () => {
    const { world, rentalId } = await rentOne();
    const before = world.asked.charges;
    for (let minute = 0; minute < 59; minute += 1) {
      world.pass(minuteMs);
      await world.collect();
    }
    assert.equal(world.asked.charges - before, 1, 'the first look, and none for an hour');
    await world.release([rentalId]);
    world.pass(minuteMs);
    await world.list();
    await hoursUntil(world, 30);
    const asked = world.asked.charges;
    assert.ok(asked < 80, `${asked} requests in a day and a half`);
    await hoursUntil(world, 100);
    assert.equal(world.asked.charges, asked);
  });

  it('that come late or change are taken over, and asking again never doubles them', async () => {
    const { world, rentalId, contractId } = await rentOne();
    let bill: 'none' | 'half' | 'whole' = 'none';
    world.changeBill((charges) =>
      bill === 'none'
        ? []
        : charges.map((charge) => ({
            ...charge,
            amountMicroUsd: bill === 'half' ? Math.floor(charge.amountMicroUsd / 2) : charge.amountMicroUsd,
          })),
    );
    await hoursUntil(world, 1);
    await world.release([rentalId]);
    world.pass(minuteMs);
    await world.list();
    await hoursUntil(world, 5);
    const estimated = await lines(rentalId);
    assert.ok(estimated.length > 0 && estimated.every(({ source }) => source === 'estimate'));
    bill = 'half';
    await hoursUntil(world, 5);
    const halved = await world.costOf(contractId);
    assert.ok(Math.abs(halved * 2 - truthOf(world, contractId)) <= 2 * 2);
    bill = 'whole';
    await hoursUntil(world, 30);
    assert.equal(await world.costOf(contractId), truthOf(world, contractId));
    assert.equal((await lines(rentalId)).length, 2);
  });

  it('that never come within a day leave nothing estimated', async () => {
    const { world, rentalId, contractId } = await rentOne();
    world.changeBill(() => []);
    await hoursUntil(world, 1);
    await world.release([rentalId]);
    world.pass(minuteMs);
    await world.list();
    await hoursUntil(world, 30);
    assert.equal(await world.costOf(contractId), 0, 'the bill is nothing');
  });

  it('are not taken over by who has lost the account to another process', async () => {
    const { world, rentalId } = await rentOne();
    await hoursUntil(world, 1);
    await world.release([rentalId]);
    world.pass(10 * minuteMs);
    await world.list();
    world.pass(10 * minuteMs);
    world.changeBill(async (charges) => {
      await database.db
        .updateTable('ledger_accounts')
        .set({ lease_token: world.random.id() })
        .where('account_id', '=', world.accountId)
        .execute();
      return charges;
    });
    await world.collect();
    assert.ok((await lines(rentalId)).every(({ source }) => source === 'estimate'));
  });

  it('of a day that the provider leaves out for now leave its estimate as it was', async () => {
    const { world, rentalId, contractId } = await rentOne();
    world.changeBill((charges) => charges.filter(({ from }) => from >= march(3)));
    await hoursUntil(world, 5);
    await world.release([rentalId]);
    world.pass(minuteMs);
    await world.list();
    await hoursUntil(world, 2);
    const all = await lines(rentalId);
    assert.deepEqual(
      all.map(({ source, kind, to_at }) => [source, kind, to_at?.toISOString()]),
      [
        ['estimate', 'storage', '2026-03-03T00:00:00.000Z'],
        ['estimate', 'gpu', '2026-03-03T00:00:00.000Z'],
        ['charge', 'gpu', '2026-03-04T00:00:00.000Z'],
        ['charge', 'storage', '2026-03-04T00:00:00.000Z'],
      ],
    );
    const rates = world.cloud.world.state.contracts[contractId]?.rates;
    const late = Math.abs((await costNow(world)) - truthOf(world, contractId));
    assert.ok(
      late < (rates?.gpuMicrosPerHour ?? 0) / 360 + 10,
      'it was listed within ten seconds after it ran',
    );
  });

  it('of another day than the one asked for are left to that day', async () => {
    const { world, rentalId, contractId } = await rentOne();
    let second: readonly Charge[] = [];
    const isSecond = ({ from }: Charge): boolean => from.getTime() === march(2).getTime();
    world.changeBill((charges) => {
      if (charges.some(isSecond)) second = charges.filter(isSecond);
      return [...second, ...charges.filter((charge) => !isSecond(charge))];
    });
    await hoursUntil(world, 6);
    await world.release([rentalId]);
    world.pass(minuteMs);
    await world.list();
    await hoursUntil(world, 2);
    assert.equal((await lines(rentalId)).length, 4);
    assert.equal(await costNow(world), truthOf(world, contractId));
  });

  it('leave no estimate of the day after it, for a machine that was seen gone past midnight', async () => {
    const { world, rentalId, contractId } = await rentOne();
    world.pass(march(3).getTime() - 30_000 - world.clock.now().getTime());
    await world.list();
    await world.release([rentalId]);
    world.pass(40_000);
    await world.list();
    // By other means it was known before.
    await database.db
      .updateTable('rentals')
      .set({ gone_at: new Date(march(3).getTime() - 1000) })
      .where('id', '=', rentalId)
      .execute();
    await hoursUntil(world, 30);
    assert.ok((await lines(rentalId)).every(({ source }) => source === 'charge'));
    assert.equal(await world.costOf(contractId), truthOf(world, contractId));
  });

  it('that come late for a machine whose bill was final are taken over as long as its day is asked for', async () => {
    const { world, rentalId, contractId } = await rentOne();
    await world.rent(1);
    world.pass(minuteMs);
    await world.list();
    await world.release([rentalId]);
    world.pass(minuteMs);
    await world.list();
    await hoursUntil(world, 25);
    const final = await database.db
      .selectFrom('rentals')
      .select(['gone_at', 'charged_until'])
      .where('id', '=', rentalId)
      .executeTakeFirstOrThrow();
    assert.ok((final.charged_until ?? march(1)) > (final.gone_at ?? march(31)), 'its bill is final');
    world.changeBill((charges) =>
      charges.map((charge) =>
        charge.machineId === String(contractId)
          ? { ...charge, amountMicroUsd: charge.amountMicroUsd + 1_000_000 }
          : charge,
      ),
    );
    await hoursUntil(world, 1);
    assert.equal(await world.costOf(contractId), truthOf(world, contractId) + 2_000_000);
  });

  it('and nothing before them is counted for a machine that is first listed after them', async () => {
    await clean();
    const world = await createLedgerWorld(database, { startAt: new Date('2026-03-02T20:00:00.000Z') });
    await world.rent(1);
    world.pass(30 * hourMs);
    await world.collect();
    await world.list();
    const [rental] = await world.live();
    const counted = (await lines(rental?.id ?? '')).filter(({ kind }) => kind === 'storage');
    assert.deepEqual(shape(counted), [
      ['charge of storage', '2026-03-02T00:00', '2026-03-03T00:00'],
      ['charge of storage', '2026-03-03T00:00', '2026-03-04T00:00'],
      ['estimate of storage', '2026-03-04T00:00', null],
    ]);
  });

  it('of several days are fetched after we were away', async () => {
    const { world, contractId } = await rentOne();
    world.pass(100 * hourMs);
    await world.collect();
    await world.list();
    assert.equal(await costNow(world), truthOf(world, contractId));
    const { microUsdPerHour = 0 } =
      (await world.ledger.costOf([world.owned.machineId], world.clock.now())).get(world.owned.machineId) ??
      {};
    const { gpuMicrosPerHour = 0, diskMicrosPerHour = 0 } = world.cloud.contract(contractId)?.rates ?? {};
    assert.equal(microUsdPerHour, gpuMicrosPerHour + diskMicrosPerHour);
  });
});
