import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { createTestClock, type TestClock } from '../../../../test/test-clock.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { createSystemRandom } from '../../../kernel/random.ts';
import { anyOffer, apiKey, createSimulator, passing, reply, sendInto, unending } from '../market-test-kit.ts';
import type { ProviderCall } from '../providers/provider.ts';
import type { ProviderRequest, Send } from '../providers/transport.ts';
import { createVastProvider, vastIntervals } from '../providers/vast/vast.ts';
import { createPaceStore } from './pace-store.ts';
import { createPacer, type Pacer } from './pacer.ts';

const random = createSystemRandom(systemClock);
let database: TestDatabase;
const projectId = random.id();
before(async () => {
  database = await createTestDatabase();
  await database.db
    .insertInto('projects')
    .values({ id: projectId, name: 'p', description: '', is_default: true, created_at: new Date(0) })
    .execute();
});
after(() => database[Symbol.asyncDispose]());

const addAccount = async (): Promise<string> => {
  const id = random.id();
  const at = new Date(0);
  await database.db
    .insertInto('provider_accounts')
    .values({
      id,
      project_id: projectId,
      name: id,
      kind: 'vast',
      url: id,
      api_key: Buffer.of(),
      is_installation: false,
      is_open: true,
      created_at: at,
      updated_at: at,
    })
    .execute();
  return id;
};

const pacerOf = (accountId: string, clock: TestClock): Pacer =>
  createPacer({ accountId, intervals: vastIntervals, store: createPaceStore(database.db), clock });

const run = <T>(clock: TestClock, work: Promise<T>): Promise<T> =>
  passing({ clock, pool: database.pool }, work);

const requestOf = (call: ProviderCall, url = 'x'): ProviderRequest => ({
  call,
  method: 'GET',
  url,
  headers: {},
});

/** Notes when what was sent. */
const recording = (clock: TestClock, status: () => number = () => 200) => {
  const sent: { readonly call: ProviderCall; readonly url: string; readonly atMs: number }[] = [];
  const send: Send = async ({ call, url }) => {
    sent.push({ call, url, atMs: clock.elapsedMs() });
    return reply(status(), {});
  };
  return { sent, send };
};

describe('paced requests', () => {
  it('D5: of three replicas in a storm meet no single refusal by the real limits', async () => {
    const clock = createTestClock();
    const { cloud, vast } = createSimulator(clock, { hasLimits: true });
    const accountId = await addAccount();
    const refusals: string[] = [];
    const replicas = [1, 2, 3].map(() => {
      const pacer = pacerOf(accountId, clock);
      const send: Send = async (request, signal) => {
        const response = await sendInto(vast)(request, signal);
        if (response.status === 429) refusals.push(`${request.call} at ${clock.elapsedMs()}`);
        return response;
      };
      return createVastProvider({
        url: 'http://simulator.example',
        apiKey,
        clock,
        send: pacer.paced(send, false),
      });
    });
    const machines = new Set<number>();
    const asks = cloud
      .asks()
      .filter(({ isRentable, machine }) => isRentable && machines.size !== machines.add(machine.index).size);
    const orders = asks.slice(0, 9).map(({ id }) => ({
      offerId: String(id),
      label: 'storm',
      image: 'x',
      diskGb: 20,
      ports: [],
      environment: {},
      onStart: '',
    }));
    const storm = replicas.flatMap((provider, index) => [
      ...Array.from({ length: 4 }, () => provider.searchOffers(anyOffer, unending)),
      ...Array.from({ length: 10 }, () => provider.listMachines(unending)),
      ...orders.slice(index * 3, index * 3 + 3).map((order) => provider.createMachines([order], unending)),
      provider.findAccount(unending),
    ]);
    const done = await run(clock, Promise.all(storm));
    assert.equal(done.length, 3 * 18);
    const listed = await run(clock, Promise.all(replicas.map((provider) => provider.listMachines(unending))));
    const ids = (listed[0] ?? []).map(({ id }) => id);
    assert.equal(ids.length, 9);
    const more = ids.flatMap((id, index) => {
      const provider = replicas[index % 3];
      return provider === undefined
        ? []
        : [
            provider.stopMachine(id, unending),
            provider.labelMachine(id, 'other', unending),
            provider.findMachine(id, unending),
            provider.readLogs(id, 10, unending),
            provider.destroyMachines([id], unending),
          ];
    });
    await run(clock, Promise.allSettled(more));
    assert.deepEqual(refusals, []);
  });

  it('leave a lane to the more urgent, even to one that came while the first waited; background comes last', async () => {
    const clock = createTestClock();
    await using pacer = pacerOf(await addAccount(), clock);
    const { sent, send } = recording(clock);
    const foreground = pacer.paced(send, false);
    const background = pacer.paced(send, true);
    await run(clock, foreground(requestOf('label', 'first'), unending));
    const waiting = [
      background(requestOf('label', 'background'), unending),
      foreground(requestOf('label', 'label'), unending),
      foreground(requestOf('start', 'start'), unending),
      foreground(requestOf('stop', 'stop'), unending),
    ];
    await run(clock, Promise.all(waiting));
    assert.deepEqual(
      sent.map(({ url }) => url),
      ['first', 'stop', 'start', 'label', 'background'],
    );
  });

  it('do not wait for a lane that is not theirs', async () => {
    const clock = createTestClock();
    await using pacer = pacerOf(await addAccount(), clock);
    const { sent, send } = recording(clock);
    const paced = pacer.paced(send, false);
    await run(
      clock,
      Promise.all(
        (['search', 'create', 'destroy', 'list'] as const).map((call) => paced(requestOf(call), unending)),
      ),
    );
    assert.ok(
      sent.every(({ atMs }) => atMs < 1000),
      JSON.stringify(sent),
    );
  });

  it('that are refused as too frequent push the next one out: by the penalty, then further each time', async () => {
    const clock = createTestClock();
    const accountId = await addAccount();
    await using pacer = pacerOf(accountId, clock);
    let status = 429;
    const { sent, send } = recording(clock, () => status);
    const paced = pacer.paced(send, false);
    for (let count = 0; count < 3; count += 1) await run(clock, paced(requestOf('create'), unending));
    status = 200;
    await run(clock, paced(requestOf('create'), unending));
    await run(clock, paced(requestOf('create'), unending));
    const gaps = sent.slice(1).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0));
    const least = [12_000, 24_000, 48_000, 4500];
    assert.ok(
      gaps.every((gap, index) => gap >= (least[index] ?? 0) && gap < (least[index] ?? 0) + 1000),
      gaps.join(', '),
    );
  });

  it('that are given up while they wait are not sent, and hold up nobody', async () => {
    const clock = createTestClock();
    await using pacer = pacerOf(await addAccount(), clock);
    const { sent, send } = recording(clock);
    const paced = pacer.paced(send, false);
    await run(clock, paced(requestOf('create', 'first'), unending));
    const abort = new AbortController();
    const given = paced(requestOf('create', 'given up'), abort.signal);
    const kept = paced(requestOf('create', 'kept'), unending);
    abort.abort(new Error('cancelled'));
    await assert.rejects(given, /cancelled/);
    await run(clock, kept);
    assert.deepEqual(
      sent.map(({ url }) => url),
      ['first', 'kept'],
    );
    assert.ok((sent[1]?.atMs ?? 0) < 6000);
    await assert.rejects(paced(requestOf('list'), abort.signal), /cancelled/);
  });

  it('bring their answer although the database goes away behind them', async () => {
    const clock = createTestClock();
    const store = createPaceStore(database.db);
    const away = async (): Promise<never> => Promise.reject(new Error('the database is away'));
    await using pacer = createPacer({
      accountId: await addAccount(),
      intervals: vastIntervals,
      store: { ...store, pushOut: away, clearRefusals: away },
      clock,
    });
    const { send } = recording(clock, () => 429);
    const response = await run(clock, pacer.paced(send, false)(requestOf('create'), unending));
    assert.equal(response.status, 429);
  });

  it('end with the server that waits to send them', async () => {
    const clock = createTestClock();
    const pacer = pacerOf(await addAccount(), clock);
    const { sent, send } = recording(clock);
    const paced = pacer.paced(send, false);
    await run(clock, paced(requestOf('search'), unending));
    const waiting = paced(requestOf('search'), unending);
    const refused = assert.rejects(waiting, /the server stops/);
    await pacer[Symbol.asyncDispose]();
    await refused;
    assert.equal(sent.length, 1);
  });
});
