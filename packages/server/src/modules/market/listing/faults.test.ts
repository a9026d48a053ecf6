import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createFaults, faultProfiles, type Faults } from '@dumont/simulator/faults';
import { createBed, createSimulator, sendInto, unending } from '../market-test-kit.ts';
import type { Listing } from '../market-api.ts';
import type { MachineOrder } from '../providers/provider.ts';

const seeds = Array.from({ length: 6 }, (_, index) => index + 1);
const minuteMs = 60_000;
const hostile = faultProfiles['hostile'] ?? assert.fail('there is no such profile');

/** Half an hour of renting and destroying against a provider that errs and lies, then some calm. */
for (const seed of seeds) {
  it(`no listing says that a living machine is gone, whatever the provider answers (seed ${seed})`, async () => {
    let simulator: ReturnType<typeof createSimulator> | undefined;
    const edge: { faults?: Faults } = {};
    await using bed = await createBed((clock) => {
      simulator = createSimulator(clock, {
        seed,
        hasLimits: true,
        faults: { around: (...given) => edge.faults?.around(...given) ?? given[2]() },
      });
      return sendInto(simulator.vast);
    });
    assert.ok(simulator);
    const { cloud } = simulator;
    const faults = createFaults({ seed, cloud, plan: hostile });
    edge.faults = faults;
    await using replica = await bed.startReplica();
    const { api } = replica.market;
    const accountId = await bed.accountId();

    const believed = new Set<string>();
    const lies: string[] = [];
    const look = async (): Promise<Listing | undefined> => {
      const listing = await api.findListing(accountId);
      const alive = new Set(
        cloud.truth().flatMap(({ id, goneAtMs }) => (goneAtMs === null ? [String(id)] : [])),
      );
      const listed = new Set(listing?.machines.map(({ id }) => id));
      for (const id of believed)
        if (alive.has(id) && !listed.has(id)) lies.push(`${id} at ${bed.clock.now().toISOString()}`);
      for (const id of listed) believed.add(id);
      return listing;
    };
    const order = (): MachineOrder => ({
      offerId: String(cloud.asks().find(({ isRentable }) => isRentable)?.id),
      label: `dumont/${api.installationId}/${seed}`,
      image: 'x',
      diskGb: 20,
      ports: [],
      environment: {},
      onStart: '',
    });

    for (let round = 0; round < 30; round += 1) {
      const provider = await api.open(accountId);
      const [oldest, ...next] = (await look())?.machines.slice(0, 3) ?? [];
      // Whether they fail is what this is about.
      const asked =
        round % 4 === 3 && oldest !== undefined
          ? provider.destroyMachines([oldest.id, ...next.map(({ id }) => id)], unending)
          : provider.createMachines([order()], unending);
      await bed.passing(Promise.allSettled([asked, api.refreshListing(accountId, unending)]));
      await look();
      await bed.passing(bed.clock.sleep(minuteMs / 2));
      await look();
    }
    faults.clear();
    await bed.passing(bed.clock.sleep(5 * minuteMs));
    const calm = await look();
    const truth = cloud.truth().flatMap(({ id, goneAtMs }) => (goneAtMs === null ? [String(id)] : []));
    assert.deepEqual(lies, []);
    assert.equal(calm?.blindSince, null);
    assert.deepEqual(calm?.machines.map(({ id }) => id).toSorted(), truth.toSorted(), 'in calm, the truth');
    assert.ok(Object.values(faults.counts()).reduce((sum, count) => sum + count, 0) > 5);
  });
}
