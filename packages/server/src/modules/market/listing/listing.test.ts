import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { waitFor } from '../../../../test/wait.ts';
import {
  createBed,
  createSimulator,
  reply,
  sendInto,
  unending,
  type Bed,
  type Replica,
} from '../market-test-kit.ts';
import { ProviderError, type MachineOrder } from '../providers/provider.ts';
import type { ProviderResponse, Send } from '../providers/transport.ts';

interface World {
  readonly bed: Bed;
  readonly replica: Replica;
  readonly accountId: string;
  readonly cloud: ReturnType<typeof createSimulator>['cloud'];
  /** Instead of the simulator's answer; undefined leaves it. */
  lie: ((url: URL, method: string) => ProviderResponse | Error | undefined) | undefined;
  readonly sent: string[];
  rent(count: number): Promise<readonly string[]>;
}

const createWorld = async (t: TestContext): Promise<World> => {
  let simulator: ReturnType<typeof createSimulator> | undefined;
  const sent: string[] = [];
  const bed = await createBed((clock) => {
    simulator = createSimulator(clock, { hasLimits: true });
    const honest = sendInto(simulator.vast);
    const send: Send = async (request, signal) => {
      const url = new URL(request.url);
      sent.push(`${request.method} ${url.pathname}`);
      const lie = world.lie?.(url, request.method);
      if (lie instanceof Error) throw lie;
      return lie ?? honest(request, signal);
    };
    return send;
  });
  const replica = await bed.startReplica();
  t.after(async () => {
    await replica[Symbol.asyncDispose]();
    await bed[Symbol.asyncDispose]();
  });
  if (simulator === undefined) throw new Error('no simulator');
  const { cloud } = simulator;
  const accountId = await bed.accountId();
  const { api } = replica.market;
  const world: World = {
    bed,
    replica,
    accountId,
    cloud,
    lie: undefined,
    sent,
    rent: async (count) => {
      const provider = await api.open(accountId);
      const machines = new Set<number>();
      const [first, ...rest] = cloud
        .asks()
        .filter(({ isRentable, machine }) => isRentable && machines.size !== machines.add(machine.index).size)
        .slice(0, count)
        .map(({ id }): MachineOrder => ({
          offerId: String(id),
          label: `dumont/${api.installationId}/x`,
          image: 'x',
          diskGb: 20,
          ports: [],
          environment: {},
          onStart: '',
        }));
      if (first === undefined) throw new Error('nothing to rent');
      const results = await bed.passing(provider.createMachines([first, ...rest], unending));
      return results.map(({ machineId }) => machineId ?? '');
    },
  };
  return world;
};

const isList = (url: URL): boolean => url.pathname.startsWith('/api/v1/instances');
const emptyList = reply(200, {
  success: true,
  instances_found: 0,
  total_instances: 0,
  next_token: null,
  instances: [],
});
const blind = (error: unknown): boolean => error instanceof ProviderError && error.kind === 'blind';

describe('a listing', () => {
  it('that was asked for is begun after the call, and shows what was rented before it', async (t) => {
    const world = await createWorld(t);
    const { api } = world.replica.market;
    const ids = await world.rent(30);
    const asked = world.bed.clock.now();
    const listing = await world.bed.passing(api.refreshListing(world.accountId, unending));
    assert.ok(listing.takenAt >= asked);
    assert.deepEqual(listing.machines.map(({ id }) => id).toSorted(), [...ids].toSorted());
    assert.equal(listing.blindSince, null);
    const kept = await api.findListing(world.accountId);
    assert.deepEqual(kept?.machines, listing.machines);
    assert.ok(kept?.machines.every(({ startedAt }) => startedAt instanceof Date));
  });

  it('is one for everyone who asks at the same time, on every replica', async (t) => {
    const world = await createWorld(t);
    const other = await world.bed.startReplica();
    t.after(() => other[Symbol.asyncDispose]());
    const heard: string[] = [];
    other.market.api.onListing((id) => heard.push(id));
    await world.bed.passing(world.replica.market.api.refreshListing(world.accountId, unending));
    const before = world.sent.length;
    const asked = [...Array(20).keys()].map((index) =>
      (index % 2 === 0 ? world.replica : other).market.api.refreshListing(world.accountId, unending),
    );
    const all = await world.bed.passing(Promise.all(asked));
    assert.equal(all.length, 20);
    const requests = world.sent.slice(before).filter((line) => line.includes('/api/v1/instances'));
    assert.ok(requests.length <= 3, `${requests.length} lists for 20 who asked at once`);
    await waitFor('the other replica to hear of it', () => heard.includes(world.accountId));
  });

  it('D15, D28: that is empty while machines exist is not believed, and ends nothing', async (t) => {
    const world = await createWorld(t);
    const { api } = world.replica.market;
    const ids = await world.rent(3);
    await world.bed.passing(api.refreshListing(world.accountId, unending));
    world.lie = (url) => (isList(url) ? emptyList : undefined);
    const lied = world.bed.clock.now();
    await assert.rejects(world.bed.passing(api.refreshListing(world.accountId, unending)), blind);
    const listing = await api.findListing(world.accountId);
    assert.equal(listing?.machines.length, ids.length, 'the last complete one stays');
    assert.ok(listing.blindSince !== null && listing.blindSince >= lied);
    assert.match(listing.reason ?? '', /should be in it/);
    world.lie = undefined;
    const again = await world.bed.passing(api.refreshListing(world.accountId, unending));
    assert.equal(again.blindSince, null);
  });

  it('without one of many machines is not believed either', async (t) => {
    const world = await createWorld(t);
    const { api } = world.replica.market;
    await world.rent(5);
    await world.bed.passing(world.bed.clock.sleep(1000));
    world.lie = (url) => {
      if (!isList(url)) return undefined;
      const instances = world.cloud
        .contracts()
        .slice(1)
        .map(({ id, label }) => ({ id, label }));
      return reply(200, { total_instances: instances.length, next_token: null, instances });
    };
    await assert.rejects(world.bed.passing(api.refreshListing(world.accountId, unending)), blind);
  });

  it('is believed when machines are really gone, by whatever hand', async (t) => {
    const world = await createWorld(t);
    const { api } = world.replica.market;
    const ids = await world.rent(4);
    await world.bed.passing(api.refreshListing(world.accountId, unending));
    world.cloud.apply({ kind: 'destroy', contractIds: ids.slice(0, 3).map(Number) });
    await world.bed.passing(world.bed.clock.sleep(60_000));
    const listing = await world.bed.passing(api.refreshListing(world.accountId, unending));
    assert.deepEqual(
      listing.machines.map(({ id }) => id),
      ids.slice(3),
    );
    assert.ok(world.sent.some((line) => line.startsWith(`GET /api/v0/instances/`)));
  });

  it('says of no machine that it is gone before the provider says so of it by itself, though its end was asked for', async (t) => {
    const world = await createWorld(t);
    const { api } = world.replica.market;
    const [first, ...rest] = await world.rent(4);
    const provider = await api.open(world.accountId);
    await world.bed.passing(provider.destroyMachines([first ?? '', ...rest], unending));
    await world.bed.passing(world.bed.clock.sleep(60_000));
    const listing = await world.bed.passing(api.refreshListing(world.accountId, unending));
    assert.deepEqual(listing.machines, []);
    const asked = world.sent.filter((line) => line.startsWith('GET /api/v0/instances/'));
    assert.deepEqual(new Set(asked), new Set([first, ...rest].map((id) => `GET /api/v0/instances/${id}/`)));
    assert.equal(asked.length, 4, 'each once');
  });

  it('keeps machines whose end was asked for as long as a wrong list hides that they live', async (t) => {
    const world = await createWorld(t);
    const { api } = world.replica.market;
    const [first = '', ...rest] = await world.rent(3);
    await world.bed.passing(api.refreshListing(world.accountId, unending));
    const provider = await api.open(world.accountId);
    // The request is lost: nothing ends.
    world.lie = (_url, method) =>
      method === 'DELETE' ? new ProviderError('blind', 'destroy', 'no answer') : undefined;
    await assert.rejects(world.bed.passing(provider.destroyMachines([first, ...rest], unending)), blind);
    world.lie = (url) => (isList(url) ? emptyList : undefined);
    await assert.rejects(world.bed.passing(api.refreshListing(world.accountId, unending)), blind);
    assert.equal((await api.findListing(world.accountId))?.machines.length, 3);
  });

  it('says it of many after several lists: until then they count as being there', async (t) => {
    const world = await createWorld(t);
    const { api } = world.replica.market;
    const ids = await world.rent(12);
    await world.bed.passing(api.refreshListing(world.accountId, unending));
    world.cloud.apply({ kind: 'destroy', contractIds: ids.map(Number) });
    await world.bed.passing(world.bed.clock.sleep(2000));
    const first = await world.bed.passing(api.refreshListing(world.accountId, unending));
    assert.ok(first.machines.length > 0 && first.machines.length < 12, `${first.machines.length}`);
    assert.ok(first.machines.every(({ startedAt }) => startedAt instanceof Date));
    await world.bed.passing(world.bed.clock.sleep(60_000));
    assert.deepEqual((await api.findListing(world.accountId))?.machines, []);
    assert.equal(world.sent.filter((line) => line.startsWith('GET /api/v0/instances/')).length, 12);
  });

  it('that fails makes us blind since the first failure, is told as an event, and comes back by itself', async (t) => {
    const world = await createWorld(t);
    const { api } = world.replica.market;
    await world.rent(1);
    await world.bed.passing(api.refreshListing(world.accountId, unending));
    const lies = [
      reply(500, ''),
      reply(429, { detail: 'API requests too frequent' }),
      new ProviderError('blind', 'list', 'no complete answer'),
      reply(200, 'not JSON'),
    ];
    const first = world.bed.clock.now();
    for (const lie of lies) {
      world.lie = () => lie;
      await assert.rejects(world.bed.passing(api.refreshListing(world.accountId, unending)), blind);
    }
    const listing = await api.findListing(world.accountId);
    assert.ok(listing?.blindSince !== null && listing !== undefined);
    assert.ok(listing.blindSince.getTime() - first.getTime() < 15_000, 'since the first, not the last');
    await world.bed.passing(world.bed.clock.sleep(120_000));
    const events = await world.replica.events.readAfter(0, 100);
    assert.deepEqual(
      events.filter(({ name }) => name === 'provider.blind').map(({ subject }) => subject),
      ['Vast'],
    );
    world.lie = undefined;
    await world.bed.passing(world.bed.clock.sleep(200_000));
    assert.equal((await api.findListing(world.accountId))?.blindSince, null);
  });

  it('is stale, and we are blind, when no server is left that lists', async (t) => {
    const world = await createWorld(t);
    await world.bed.passing(world.replica.market.api.refreshListing(world.accountId, unending));
    await using reader = await world.bed.startReplica({ worker: false });
    await world.replica[Symbol.asyncDispose]();
    world.bed.clock.advance(10 * 60_000);
    const listing = await reader.market.api.findListing(world.accountId);
    assert.ok(listing?.blindSince instanceof Date);
    const abort = new AbortController();
    const waiting = reader.market.api.refreshListing(world.accountId, abort.signal);
    const refused = assert.rejects(world.bed.passing(waiting), /enough/);
    abort.abort(new Error('enough'));
    await refused;
  });

  it('goes on by another replica when the one that lists has died', async (t) => {
    const world = await createWorld(t);
    await world.bed.passing(world.replica.market.api.refreshListing(world.accountId, unending));
    // It dies without a word: its lease stays.
    const lease = await world.bed.database.pool.query<{ token: string; until: Date }>(
      'select lease_token as token, lease_expires_at as until from app.provider_listings',
    );
    await world.replica[Symbol.asyncDispose]();
    await world.bed.database.pool.query(
      'update app.provider_listings set lease_token = $1, lease_expires_at = $2',
      [lease.rows[0]?.token, lease.rows[0]?.until],
    );
    await using other = await world.bed.startReplica();
    const before = world.bed.clock.elapsedMs();
    await world.bed.passing(other.market.api.refreshListing(world.accountId, unending));
    assert.ok(world.bed.clock.elapsedMs() - before <= 17_000, `${world.bed.clock.elapsedMs() - before}`);
  });
});
