import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ProviderError,
  providerCalls,
  type MachineOrder,
  type Offer,
  type OfferQuery,
  type Provider,
  type ProviderErrorKind,
  type ProviderMachine,
} from './provider.ts';

/** A cloud of its own for one test, behind a real socket. */
export interface ConformanceWorld extends AsyncDisposable {
  readonly provider: Provider;
  /** The same cloud, asked with a key that nobody has. */
  readonly stranger: Provider;
  /** The same account where nobody answers. */
  readonly unreachable: Provider;
  /** The account as another client of it: what it does, nobody here asked for. */
  readonly elsewhere: Provider;
  /** Lets the cloud's time pass. */
  pass(ms: number): Promise<void>;
  /** The cloud shuts off connections without an answer after it has done what it was asked, for the next request. */
  loseNextReply(): void;
  readonly requests: readonly string[];
}

const unending = new AbortController().signal;
const wide: OfferQuery = { diskGb: 32, verifiedOnly: false, rental: 'on-demand', limit: 2000 };
const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqcPkXnMcKmYPSy5H2zWcFmPfTlPpRxUkmqcGyZ2e0x test';

const failing =
  (kind: ProviderErrorKind, call?: Provider['kind'] | ProviderError['call']) =>
  (error: unknown): boolean =>
    error instanceof ProviderError && error.kind === kind && (call === undefined || error.call === call);

const orderOf = (offer: Offer, more: Partial<MachineOrder> = {}): MachineOrder => ({
  offerId: offer.id,
  label: 'dumont/conformance/1',
  image: 'pytorch/pytorch:2.1.0',
  diskGb: 32,
  ports: [8080],
  environment: { PURPOSE: 'conformance' },
  onStart: 'true',
  ...more,
});

/** Offers of different machines and owners, cheapest first. */
const distinct = (offers: readonly Offer[], count: number): readonly [Offer, ...Offer[]] => {
  const machines = new Set<string>();
  const picked = offers
    .toSorted((a, b) => a.pricePerHourMicroUsd - b.pricePerHourMicroUsd)
    .filter(({ hostMachineId }) => machines.size !== machines.add(hostMachineId).size)
    .slice(0, count);
  const [first, ...rest] = picked;
  assert.ok(first !== undefined && picked.length === count, 'the cloud offers enough');
  return [first, ...rest];
};

/** Every promise of the port, as a suite that all providers pass. */
export const testProvider = (name: string, createWorld: () => Promise<ConformanceWorld>): void => {
  const rent = async (world: ConformanceWorld, count: number): Promise<readonly string[]> => {
    const [first, ...rest] = distinct(await world.provider.searchOffers(wide, unending), count);
    const results = await world.provider.createMachines(
      [orderOf(first), ...rest.map((offer) => orderOf(offer))],
      unending,
    );
    return results.map((result) => {
      assert.equal(result.kind, 'created');
      return result.machineId ?? '';
    });
  };
  const find = async (world: ConformanceWorld, id: string): Promise<ProviderMachine> => {
    const machine = await world.provider.findMachine(id, unending);
    assert.ok(machine, `machine ${id} is there`);
    return machine;
  };
  const until = async (
    world: ConformanceWorld,
    what: string,
    holds: () => Promise<boolean>,
  ): Promise<void> => {
    for (let tries = 0; tries < 120; tries += 1) {
      if (await holds()) return;
      await world.pass(5000);
    }
    assert.fail(`it never came to ${what}`);
  };

  describe(`the provider ${name}`, () => {
    it('states an interval for each of its calls', async () => {
      await using world = await createWorld();
      for (const call of providerCalls) assert.ok(world.provider.intervals[call] >= 0, call);
    });

    it('finds only offers that fit, priced with the disk that was asked for, and no more than were asked for', async () => {
      await using world = await createWorld();
      const all = await world.provider.searchOffers(wide, unending);
      assert.ok(all.length > 20);
      assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
      for (const offer of all) {
        const disk = Math.round((32 * offer.storagePricePerGbMonthMicroUsd) / 720);
        assert.equal(offer.pricePerHourMicroUsd, offer.basePricePerHourMicroUsd + disk);
        assert.ok(Number.isSafeInteger(offer.pricePerHourMicroUsd) && offer.diskGb >= 32);
        assert.ok(offer.hostMachineId !== '' && offer.hostId !== '' && offer.gpuCount > 0);
      }
      const middle = all.toSorted((a, b) => a.pricePerHourMicroUsd - b.pricePerHourMicroUsd)[all.length >> 1];
      assert.ok(middle);
      const query: OfferQuery = {
        ...wide,
        gpuName: middle.gpuName,
        gpuCount: middle.gpuCount,
        minGpuMemoryMb: middle.gpuMemoryMb,
        minCpuCores: middle.cpuCores,
        minMemoryMb: middle.memoryMb,
        minDownloadMbps: middle.downloadMbps,
        minUploadMbps: middle.uploadMbps,
        minReliability: middle.reliability ?? undefined,
        minCudaVersion: middle.cudaVersion ?? undefined,
        maxPricePerHourMicroUsd: middle.pricePerHourMicroUsd,
        verifiedOnly: middle.verified,
        staticIp: middle.staticIp,
      };
      const narrow = await world.provider.searchOffers(query, unending);
      assert.ok(
        narrow.some(({ id }) => id === middle.id),
        'the one that was described',
      );
      for (const offer of narrow) {
        assert.equal(offer.gpuName, middle.gpuName);
        assert.equal(offer.gpuCount, middle.gpuCount);
        assert.ok(offer.pricePerHourMicroUsd <= middle.pricePerHourMicroUsd);
        assert.ok(offer.downloadMbps >= middle.downloadMbps && offer.cpuCores >= middle.cpuCores);
        assert.ok(!query.verifiedOnly || offer.verified);
        assert.equal(offer.staticIp, middle.staticIp);
      }
      const few = await world.provider.searchOffers({ ...wide, limit: 3 }, unending);
      assert.equal(few.length, 3);
      for (const region of ['US', 'EU', 'ASIA'] as const)
        for (const { geolocation } of await world.provider.searchOffers({ ...wide, region }, unending))
          assert.match(geolocation ?? '', region === 'US' ? /US$/ : /[A-Z]{2}$/);
      assert.deepEqual(await world.provider.searchOffers({ ...wide, gpuName: 'No Such GPU' }, unending), []);
    });

    it('offers by bid say the least that is taken', async () => {
      await using world = await createWorld();
      const offers = await world.provider.searchOffers({ ...wide, rental: 'bid' }, unending);
      assert.ok(offers.length > 0);
      for (const { rental, minBidPerHourMicroUsd } of offers)
        assert.ok(rental === 'bid' && minBidPerHourMicroUsd !== null && minBidPerHourMicroUsd > 0);
    });

    it('rents one machine of an offer, as it was ordered, at the price of the offer', async () => {
      await using world = await createWorld();
      const [offer] = distinct(await world.provider.searchOffers(wide, unending), 1);
      const [result] = await world.provider.createMachines([orderOf(offer)], unending);
      assert.ok(result?.kind === 'created');
      const machine = await find(world, result.machineId);
      assert.equal(machine.label, 'dumont/conformance/1');
      assert.equal(machine.hostMachineId, offer.hostMachineId);
      assert.equal(machine.hostId, offer.hostId);
      assert.equal(machine.gpuName, offer.gpuName);
      assert.equal(machine.gpuCount, offer.gpuCount);
      assert.equal(machine.diskGb, 32);
      assert.equal(machine.intended, 'running');
      assert.equal(machine.rental, 'on-demand');
      assert.equal(machine.pricePerHourMicroUsd, offer.pricePerHourMicroUsd);
      assert.equal(machine.state, 'loading');
      await until(world, 'run', async () => (await find(world, machine.id)).state === 'running');
      const running = await find(world, machine.id);
      assert.ok(running.sshAddresses.length > 0 && running.startedAt instanceof Date);
      for (const { host, port } of running.sshAddresses) assert.ok(host !== '' && port > 0 && port < 65_536);
    });

    it('rents several by one request, with a result for each in their order, though some are taken', async () => {
      await using world = await createWorld();
      const [taken, ...others] = distinct(await world.provider.searchOffers(wide, unending), 4);
      const [first] = await world.elsewhere.createMachines([orderOf(taken, { label: 'theirs' })], unending);
      assert.equal(first?.kind, 'created');
      // At first a provider may take the same offer twice, and let one of the two die.
      await world.pass(120_000);
      const before = world.requests.length;
      const results = await world.provider.createMachines(
        [orderOf(taken), ...others.map((offer) => orderOf(offer))],
        unending,
      );
      assert.equal(world.requests.length - before, 1);
      assert.deepEqual(
        results.map(({ kind }) => kind),
        ['refused', 'created', 'created', 'created'],
      );
      assert.ok(results[0]?.kind === 'refused' && results[0].error.kind === 'no_capacity');
      assert.equal(results[0].machineId, null);
      const machines = await world.provider.listMachines(unending);
      for (const [index, offer] of others.entries()) {
        const machine = machines.find(({ id }) => id === results[index + 1]?.machineId);
        assert.equal(machine?.hostMachineId, offer.hostMachineId);
      }
    });

    it('refuses an order that makes no sense, and rents nothing', async () => {
      await using world = await createWorld();
      const [offer] = distinct(await world.provider.searchOffers(wide, unending), 1);
      const [result] = await world.provider.createMachines([orderOf(offer, { diskGb: 0 })], unending);
      assert.ok(result?.kind === 'refused' && result.error.kind === 'invalid');
      const [unknown] = await world.provider.createMachines([orderOf({ ...offer, id: '1' })], unending);
      assert.ok(unknown?.kind === 'refused' && unknown.error.kind === 'no_capacity');
      assert.deepEqual(await world.provider.listMachines(unending), []);
    });

    it('does not know what became of an order whose reply is lost; the label tells', async () => {
      await using world = await createWorld();
      const [offer, other] = distinct(await world.provider.searchOffers(wide, unending), 2);
      assert.ok(other);
      world.loseNextReply();
      const before = world.requests.length;
      await assert.rejects(
        world.provider.createMachines(
          [orderOf(offer, { label: 'lost' }), orderOf(other, { label: 'lost' })],
          unending,
        ),
        failing('blind', 'create'),
      );
      assert.equal(world.requests.length - before, 1, 'it was not repeated');
      const machines = await world.provider.listMachines(unending);
      assert.deepEqual(
        machines.map(({ label }) => label),
        ['lost', 'lost'],
      );
    });

    it('lists every machine once, over as many pages as it takes', async () => {
      await using world = await createWorld();
      const ids = [...(await rent(world, 40)), ...(await rent(world, 23))];
      const before = world.requests.length;
      const machines = await world.provider.listMachines(unending);
      assert.deepEqual(machines.map(({ id }) => id).toSorted(), ids.toSorted());
      assert.ok(world.requests.length - before >= 1);
    });

    it('stops and starts a machine, labels it, restarts it', async () => {
      await using world = await createWorld();
      const [id = ''] = await rent(world, 1);
      const isIn = (state: ProviderMachine['state']) => async () => (await find(world, id)).state === state;
      await until(world, 'run', isIn('running'));
      await world.provider.labelMachine(id, 'renamed', unending);
      assert.equal((await find(world, id)).label, 'renamed');
      await world.provider.rebootMachine(id, unending);
      await until(world, 'run again', isIn('running'));
      await world.provider.stopMachine(id, unending);
      await until(world, 'stop', isIn('stopped'));
      assert.equal((await find(world, id)).intended, 'stopped');
      await world.provider.startMachine(id, unending);
      await until(world, 'run once more', isIn('running'));
    });

    it('rents by bid, and changes the bid', async () => {
      await using world = await createWorld();
      const [offer] = distinct(await world.provider.searchOffers({ ...wide, rental: 'bid' }, unending), 1);
      const bid = (offer.minBidPerHourMicroUsd ?? 0) * 2;
      const [result] = await world.provider.createMachines(
        [orderOf(offer, { bidPerHourMicroUsd: bid })],
        unending,
      );
      assert.ok(result?.kind === 'created');
      const before = await find(world, result.machineId);
      assert.equal(before.rental, 'bid');
      await world.provider.changeBid(before.id, bid * 2, unending);
      const after = await find(world, before.id);
      assert.equal(after.pricePerHourMicroUsd - before.pricePerHourMicroUsd, bid);
    });

    it('destroys one or many; those that are gone already are no failure, and lists show when it is done', async () => {
      await using world = await createWorld();
      const [one = '', ...many] = await rent(world, 4);
      await world.provider.destroyMachines([one], unending);
      const left = async (): Promise<readonly string[]> =>
        (await world.provider.listMachines(unending)).map(({ id }) => id);
      await until(world, 'be gone', async () => !(await left()).includes(one));
      await world.provider.destroyMachines([one], unending);
      const before = world.requests.length;
      await world.provider.destroyMachines([one, ...many], unending);
      assert.equal(world.requests.length - before, 1);
      await until(world, 'be empty', async () => (await left()).length === 0);
      assert.equal(await world.provider.findMachine(one, unending), undefined);
    });

    it('says not_found of what is asked of a machine that is not there', async () => {
      await using world = await createWorld();
      for (const ask of [
        () => world.provider.startMachine('4', unending),
        () => world.provider.stopMachine('4', unending),
        () => world.provider.rebootMachine('4', unending),
        () => world.provider.labelMachine('4', 'x', unending),
        () => world.provider.changeBid('4', 100_000, unending),
        () => world.provider.readLogs('4', 10, unending),
        () => world.provider.addSshKey('4', publicKey, unending),
      ])
        await assert.rejects(ask(), failing('not_found'));
    });

    it('reads the log of a machine, and puts a key on it, twice as well as once', async () => {
      await using world = await createWorld();
      const [id = ''] = await rent(world, 1);
      await until(world, 'run', async () => (await find(world, id)).state === 'running');
      assert.equal(typeof (await world.provider.readLogs(id, 100, unending)), 'string');
      await world.provider.addSshKey(id, publicKey, unending);
      await world.provider.addSshKey(id, publicKey, unending);
    });

    it('tells what each machine was charged, to the micro-dollar', async () => {
      await using world = await createWorld();
      const [id = ''] = await rent(world, 1);
      const from = (await find(world, id)).startedAt ?? assert.fail('it has no start');
      const rate = (await find(world, id)).storagePricePerHourMicroUsd;
      await world.pass(3 * 86_400_000);
      const to = new Date(from.getTime() + 3 * 86_400_000);
      const before = await world.provider.findAccount(unending);
      const charges = await world.provider.listCharges(from, to, unending);
      assert.deepEqual([...new Set(charges.map(({ machineId }) => machineId))], [id]);
      const sum = (kind: string): number =>
        charges
          .filter((charge) => charge.kind === kind)
          .reduce((total, { amountMicroUsd }) => total + amountMicroUsd, 0);
      assert.ok(sum('gpu') > 0);
      assert.ok(Math.abs(sum('storage') - rate * 72) <= 10, `${sum('storage')} of ${rate * 72}`);
      for (const { amountMicroUsd, from: start, to: end } of charges)
        assert.ok(Number.isSafeInteger(amountMicroUsd) && start < end);
      assert.ok(before.name !== '' && Number.isSafeInteger(before.balanceMicroUsd));
    });

    it('tells a key that is refused from a provider that does not answer', async () => {
      await using world = await createWorld();
      const asks = (provider: Provider): readonly (() => Promise<unknown>)[] => [
        () => provider.listMachines(unending),
        () => provider.findMachine('4', unending),
        () => provider.findAccount(unending),
        () => provider.stopMachine('4', unending),
        () => provider.destroyMachines(['4'], unending),
        () => provider.destroyMachines(['4', '5'], unending),
      ];
      for (const ask of asks(world.stranger)) await assert.rejects(ask(), failing('auth'));
      for (const ask of [...asks(world.unreachable), () => world.unreachable.searchOffers(wide, unending)])
        await assert.rejects(ask(), failing('blind'));
    });

    it('gives up when the caller does', async () => {
      await using world = await createWorld();
      const abort = new AbortController();
      abort.abort(new Error('enough'));
      await assert.rejects(world.provider.listMachines(abort.signal), /enough/);
    });
  });
};
