import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { z } from 'zod';
import * as contract from '@dumont/contracts/machines/cost';
import type { RouteInput, RouteResponse } from '@dumont/contracts/route';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { createTestClock, type TestClock } from '../../../../test/test-clock.ts';
import type { Caller } from '../../../kernel/access/caller.ts';
import { AppError } from '../../../kernel/errors.ts';
import { createSystemRandom, type Random } from '../../../kernel/random.ts';
import { holder } from '../../market/market-test-kit.ts';
import { createLedgerHandlers, type LedgerOperation } from './handlers.ts';
import { insertAccount, insertMachine, type Owned } from './ledger-test-kit.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type Contract = typeof contract;
const contracts: Pick<Contract, LedgerOperation> = contract;
type Input<K extends LedgerOperation> = Partial<Pick<RouteInput<Contract[K]>, 'params' | 'query'>>;

describe('savings', () => {
  let database: TestDatabase;
  let clock: TestClock;
  let random: Random;
  let home: Owned;
  let accountId: string;

  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database[Symbol.asyncDispose]());
  beforeEach(async () => {
    // Noon of the 2nd of March.
    clock = createTestClock();
    random = createSystemRandom(clock);
    home = await insertMachine(database, random, new Date('2026-02-20T00:00:00.000Z'), {
      state: 'hibernated',
    });
    accountId = await insertAccount(database, random, clock.now(), home.projectId);
  });

  const reader = (owned: Owned = home): Caller => holder(owned.projectId, ['machines:read']);
  /** As the HTTP layer calls it: the input is parsed, the answer checked. */
  const call = async <K extends LedgerOperation>(
    operation: K,
    input: Input<K> = {},
    caller = reader(),
  ): Promise<RouteResponse<Contract[K]>> => {
    const route: { params?: z.ZodType; query?: z.ZodType; response?: z.ZodType } = contracts[operation];
    const handler = createLedgerHandlers({ db: database.db, clock })[operation] as (
      given: unknown,
    ) => Promise<unknown>;
    const answer = await handler({
      params: route.params?.parse(input.params ?? {}),
      query: route.query?.parse(input.query ?? {}),
      caller,
    });
    return route.response?.parse(answer) as RouteResponse<Contract[K]>;
  };

  const sleep = async (
    row: { sleptAt: string; wokeAt?: string; price?: number; gpu?: string; reason?: string },
    owned = home,
  ): Promise<void> => {
    await database.db
      .insertInto('machine_sleeps')
      .values({
        id: random.id(),
        machine_id: owned.machineId,
        project_id: owned.projectId,
        operation_id: random.id(),
        gpu_name: row.gpu ?? 'RTX 4090',
        reason: row.reason ?? 'idle',
        slept_at: row.sleptAt,
        woke_at: row.wokeAt ?? null,
        price_per_hour_micro_usd: row.price ?? 600_000,
        wake_seconds: row.wokeAt === undefined ? null : 90,
      })
      .execute();
  };
  /** A rental of an operation, with what it cost as one charge. */
  const rent = async (row: {
    kind: 'wake' | 'deploy';
    orderedAt: string;
    micro: number;
    /** It was the one that is awake since then. */
    awakeAt?: string;
    owned?: Owned;
    gpu?: string;
  }): Promise<string> => {
    const owned = row.owned ?? home;
    const [operationId, id] = [random.id(), random.id()];
    await database.db
      .insertInto('machine_operations')
      .values({
        id: operationId,
        machine_id: owned.machineId,
        kind: row.kind,
        phase: 'waiting',
        phase_at: row.orderedAt,
        request: '{}',
        reason: 'user',
        winner_id: row.awakeAt === undefined ? null : id,
        created_at: row.orderedAt,
        finished_at: row.awakeAt ?? row.orderedAt,
        outcome: row.awakeAt === undefined ? 'failed' : 'done',
      })
      .execute();
    await database.db
      .insertInto('rentals')
      .values({
        id,
        machine_id: owned.machineId,
        operation_id: operationId,
        account_id: accountId,
        batch: 1,
        slot: 0,
        label: 'x',
        offer_id: 'x',
        host_machine_id: 'x',
        host_id: 'x',
        offer: JSON.stringify({ gpuName: row.gpu ?? 'RTX 4090', pricePerHourMicroUsd: 600_000 }),
        state: row.awakeAt === undefined ? 'gone' : 'usable',
        provider_machine_id: id,
        ordered_at: row.orderedAt,
      })
      .execute();
    const day = `${row.orderedAt.slice(0, 10)}T00:00:00.000Z`;
    await database.db
      .insertInto('ledger_lines')
      .values({
        id: random.id(),
        rental_id: id,
        machine_id: owned.machineId,
        project_id: owned.projectId,
        kind: 'gpu',
        source: 'charge',
        from_at: day,
        to_at: new Date(Date.parse(day) + dayMs),
        rate_micro_usd: null,
        amount_micro_usd: row.micro,
      })
      .execute();
    return id;
  };

  it('D13: are the price given up for the time asleep, less all that was paid to wake; hours before count for nothing', async () => {
    // It idled for hours before it slept, and those were paid: they stand in the ledger, and in no saving.
    await rent({ kind: 'deploy', orderedAt: '2026-03-01T00:00:00Z', micro: 5_000_000 });
    await sleep({ sleptAt: '2026-03-01T10:00:00Z', wokeAt: '2026-03-01T20:00:00Z' });
    // A wake that came to nothing, a loser, and the one that is awake, of which two minutes were waking.
    await rent({ kind: 'wake', orderedAt: '2026-03-01T15:00:00Z', micro: 20_000 });
    await rent({ kind: 'wake', orderedAt: '2026-03-01T19:59:00Z', micro: 10_000 });
    await rent({
      kind: 'wake',
      orderedAt: '2026-03-01T20:00:00Z',
      awakeAt: '2026-03-01T20:02:00Z',
      micro: 2_000_000,
    });
    // Ten hours at 60 cents, less 2 + 1 + 2 cents.
    const expected = 5.95;
    const { summary, gpu_breakdown: gpus, status, baseline } = await call('getRealSavings');
    assert.equal(status, 'ok');
    assert.match(baseline, /price of the rental that was given up/);
    assert.equal(summary.total_savings_usd, expected);
    assert.equal(summary.total_hours_saved, 10);
    assert.equal(summary.wake_cost_usd, 0.05);
    assert.equal(summary.hibernation_count, 1);
    assert.deepEqual(gpus, [
      { gpu_name: 'RTX 4090', hibernations: 1, hours_saved: 10, savings_usd: expected },
    ]);
    const one = await call('getInstanceSavings', { params: { id: home.machineId } });
    assert.deepEqual(
      one.sleeps.map((each) => [each.hours, each.not_paid_usd, each.wake_cost_usd, each.savings_usd]),
      [[10, 6, 0.05, expected]],
    );
    assert.equal(one.cost_usd, 7.03);
    const whole = await call('getSavingsSummary');
    assert.equal(whole.cost_usd, 7.03);
    assert.equal(whole.cost_without_sleep_usd, 12.98);
    assert.equal(whole.savings_percent, 45.8);
    const compared = await call('compareSavings', { params: { gpu_type: 'RTX_4090' } });
    assert.deepEqual([compared.cost_usd, compared.savings_usd, compared.baseline_dph], [7.03, expected, 0.6]);
  });

  it('D13: are unknown, not nothing, where nothing slept', async () => {
    const real = await call('getRealSavings');
    assert.equal(real.status, 'insufficient_data');
    assert.deepEqual(new Set(Object.values(real.summary)), new Set([null, 0]));
    assert.equal((await call('getSavingsSummary')).savings_usd, null);
    assert.equal((await call('getHibernationStats')).avg_sleep_hours, null);
    assert.equal((await call('compareSavings', { params: { gpu_type: 'H100' } })).savings_percent, null);
    assert.deepEqual((await call('getRealSavingsHistory')).history, []);
  });

  it('of a sleep that goes on are counted until now; one that ended with its machine, until then', async () => {
    await sleep({ sleptAt: '2026-03-02T08:00:00Z' });
    const gone = await insertMachine(database, random, new Date('2026-03-02T06:00:00Z'), {
      projectId: home.projectId,
      state: 'destroyed',
    });
    await sleep({ sleptAt: '2026-03-02T04:00:00Z' }, gone);
    const { summary } = await call('getRealSavings');
    assert.equal(summary.total_hours_saved, 4 + 2);
    const stats = await call('getHibernationStats');
    assert.deepEqual([stats.hibernation_count, stats.wake_count, stats.asleep_now], [2, 0, 1]);
    const { events } = await call('listHibernationEvents', { query: { instance_id: gone.machineId } });
    assert.deepEqual(
      events.map(({ event_type, sleep_hours }) => [event_type, sleep_hours]),
      [['fell_asleep', 2]],
    );
  });

  it('may be negative: a short sleep and a dear wake', async () => {
    await sleep({ sleptAt: '2026-03-02T08:00:00Z', wokeAt: '2026-03-02T08:06:00Z' });
    await rent({ kind: 'wake', orderedAt: '2026-03-02T08:05:00Z', micro: 100_000 });
    assert.equal((await call('getRealSavings')).summary.total_savings_usd, -0.04);
  });

  it('of another wake than that of the sleep are not lessened by it', async () => {
    await sleep({ sleptAt: '2026-03-01T08:00:00Z', wokeAt: '2026-03-01T09:00:00Z' });
    // It was lost later, and woken from its snapshot.
    await rent({ kind: 'wake', orderedAt: '2026-03-01T15:00:00Z', micro: 300_000 });
    assert.equal((await call('getRealSavings')).summary.total_savings_usd, 0.6);
    // Its second sleep still goes on; a wake came to nothing.
    await sleep({ sleptAt: '2026-03-02T10:00:00Z' });
    await rent({ kind: 'wake', orderedAt: '2026-03-02T11:00:00Z', micro: 50_000 });
    const { sleeps } = await call('getInstanceSavings', { params: { id: home.machineId } });
    assert.deepEqual(
      sleeps.map(({ savings_usd, wake_cost_usd }) => [savings_usd, wake_cost_usd]),
      [
        [1.15, 0.05],
        [0.6, 0],
      ],
    );
  });

  it('by day add up to the whole, over midnight too', async () => {
    await sleep({ sleptAt: '2026-02-27T22:30:00Z', wokeAt: '2026-03-01T01:00:00Z', price: 333_333 });
    await rent({
      kind: 'wake',
      orderedAt: '2026-03-01T01:00:00Z',
      awakeAt: '2026-03-01T01:06:00Z',
      micro: 1_000_000,
    });
    const { history } = await call('getRealSavingsHistory');
    assert.deepEqual(
      history.map(({ date, hibernations, hours_saved }) => [date, hibernations, hours_saved]),
      [
        ['2026-02-27', 1, 1.5],
        ['2026-02-28', 0, 24],
        ['2026-03-01', 0, 1],
      ],
    );
    const { summary } = await call('getRealSavings');
    assert.equal(history.at(-1)?.cumulative_savings_usd, summary.total_savings_usd);
    assert.equal(summary.total_savings_usd, Math.round(333_333 * 26.5 - 60_000) / 1e6);
    const months = await call('getRealSavingsHistory', { query: { group_by: 'month' } });
    assert.deepEqual(
      months.history.map(({ date }) => date),
      ['2026-02-01', '2026-03-01'],
    );
    const days = (await call('getSavingsHistory', { query: { days: 5 } })).history;
    assert.deepEqual(
      days.map(({ date }) => date),
      ['2026-02-26', '2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'],
    );
    assert.equal(days.at(-1)?.cumulative_savings_usd, summary.total_savings_usd);
    assert.equal(days.at(-2)?.cost_usd, 1);
  });

  it('of a period are those of its days alone', async () => {
    await sleep({ sleptAt: '2026-02-20T00:00:00Z', wokeAt: '2026-03-02T06:00:00Z' });
    const { summary } = await call('getRealSavings', { query: { days: 2 } });
    assert.equal(summary.total_hours_saved, 30);
    assert.equal(summary.hibernation_count, 0);
    assert.equal(summary.avg_daily_savings_usd, 12, '18 dollars in a day and a half');
    assert.equal(summary.projected_monthly_savings_usd, null, 'two days foretell no month');
    const month = (await call('getRealSavings')).summary;
    // Since the machine is there: ten days and a half.
    assert.equal(month.avg_daily_hours_saved, Math.round((246 / 10.5) * 1000) / 1000);
    assert.equal(month.projected_monthly_savings_usd, Math.round((246 * 600_000 * 30) / 10.5) / 1e6);
  });

  it('and costs are seen by who may read machines of the project, to others they are not there', async () => {
    const strange = await insertMachine(database, random, clock.now());
    const colleague = random.id();
    const theirs = await insertMachine(database, random, clock.now(), {
      projectId: home.projectId,
      ownerId: colleague,
    });
    await sleep({ sleptAt: '2026-03-01T10:00:00Z', wokeAt: '2026-03-01T11:00:00Z' });
    await sleep({ sleptAt: '2026-03-01T10:00:00Z', wokeAt: '2026-03-01T12:00:00Z' }, strange);
    await sleep({ sleptAt: '2026-03-01T10:00:00Z', wokeAt: '2026-03-01T14:00:00Z' }, theirs);
    await rent({ kind: 'deploy', orderedAt: '2026-03-01T00:00:00Z', micro: 1_000_000 });
    await rent({ kind: 'deploy', orderedAt: '2026-03-01T00:00:00Z', micro: 7_000_000, owned: strange });
    const mine = await call('getRealSavings');
    assert.equal(mine.summary.total_hours_saved, 5);
    assert.equal(
      (await call('getRealSavings', { query: { user_id: colleague } })).summary.total_hours_saved,
      4,
    );
    const own: Caller = { ...holder(home.projectId, ['machines:read:own']), userId: colleague };
    assert.equal((await call('getRealSavings', {}, own)).summary.total_hours_saved, 4);
    assert.equal((await call('getSavingsSummary')).cost_usd, 1);
    assert.equal((await call('listHibernationEvents')).count, 4);
    const { machines } = await call('getSavingsBreakdown');
    assert.deepEqual(
      machines.map((each) => [each.instance_id, each.cost_usd, each.hours_saved]),
      [
        [home.machineId, 1, 1],
        [theirs.machineId, 0, 4],
      ],
    );
    const isHidden = (error: unknown): boolean =>
      error instanceof AppError && error.code === 'machine.not_found';
    for (const operation of ['getInstanceCost', 'getInstanceSavings'] as const) {
      await assert.rejects(call(operation, { params: { id: strange.machineId } }), isHidden);
      await assert.rejects(call(operation, { params: { id: home.machineId } }, own), isHidden);
      await call(operation, { params: { id: theirs.machineId } }, own);
    }
  });

  it('events come newest first, each kind by its own time', async () => {
    await sleep({ sleptAt: '2026-03-01T00:00:00Z', wokeAt: '2026-03-02T00:00:00Z', reason: 'schedule' });
    const other = await insertMachine(database, random, clock.now(), { projectId: home.projectId });
    await sleep({ sleptAt: '2026-03-01T10:00:00Z', wokeAt: '2026-03-01T11:00:00Z' }, other);
    const kinds = (events: readonly contract.HibernationEvent[]) =>
      events.map(({ event_type, at }) => `${event_type} ${at.slice(8, 13)}`);
    assert.deepEqual(kinds((await call('listHibernationEvents')).events), [
      'woke 02T00',
      'woke 01T11',
      'fell_asleep 01T10',
      'fell_asleep 01T00',
    ]);
    const slept = await call('listHibernationEvents', { query: { limit: 1, event_type: 'fell_asleep' } });
    assert.deepEqual(kinds(slept.events), ['fell_asleep 01T10']);
    assert.deepEqual((await call('getHibernationStats')).reasons, { idle: 1, schedule: 1 });
  });

  it('and the cost of a machine is told by rental and day, with who says so', async () => {
    const first = await rent({ kind: 'deploy', orderedAt: '2026-03-01T09:00:00Z', micro: 1_250_000 });
    const second = await rent({ kind: 'deploy', orderedAt: '2026-01-31T09:00:00Z', micro: 3_000_000 });
    await database.db
      .insertInto('ledger_lines')
      .values({
        id: random.id(),
        rental_id: first,
        machine_id: home.machineId,
        project_id: home.projectId,
        kind: 'storage',
        source: 'estimate',
        from_at: '2026-03-01T12:00:00Z',
        to_at: null,
        rate_micro_usd: 10_001,
        amount_micro_usd: 0,
      })
      .execute();
    const cost = await call('getInstanceCost', { params: { id: home.machineId } });
    assert.equal(cost.total_usd, 4.490024);
    assert.equal(cost.estimated_usd, 0.240024);
    assert.equal(cost.period_usd, 1.490024, 'January is not in it');
    assert.equal(cost.dph_now, 0.010001);
    assert.deepEqual(cost.lines, [
      { rental_id: first, date: '2026-03-02', kind: 'storage', source: 'estimate', cost_usd: 0.120012 },
      { rental_id: first, date: '2026-03-01', kind: 'gpu', source: 'charge', cost_usd: 1.25 },
      { rental_id: first, date: '2026-03-01', kind: 'storage', source: 'estimate', cost_usd: 0.120012 },
    ]);
    assert.deepEqual(
      cost.rentals.map(({ id, cost_usd }) => [id, cost_usd]),
      [
        [first, 1.490024],
        [second, 3],
      ],
    );
    assert.equal(cost.truncated, false);
    const short = await call('getInstanceCost', { params: { id: home.machineId }, query: { limit: 1 } });
    assert.deepEqual([short.rentals.length, short.lines.length, short.truncated], [1, 1, true]);
  });
});
