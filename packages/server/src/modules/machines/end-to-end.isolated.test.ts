import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '@dumont/contracts/machines/instances';
import { findObstacle } from '@dumont/simulator/machines';
import { waitFor } from '../../../test/wait.ts';
import { openEndToEndBed, stepMs, type EndToEndBed } from './end-to-end-test-kit.ts';

const obstacle = await findObstacle();
/** A race, an idle machine and two snapshots, all for real, on a host that may be busy. */
const options = { timeout: 170_000, ...(obstacle === undefined ? {} : { skip: obstacle }) };

let bed: EndToEndBed;
let app: EndToEndBed['app'];
let cloud: EndToEndBed['cloud'];
let until: EndToEndBed['until'];
let run: EndToEndBed['run'];
before(async () => {
  if (obstacle !== undefined) return;
  bed = await openEndToEndBed();
  ({ app, cloud, until, run } = bed);
});
after(() => bed?.[Symbol.asyncDispose]());

const writeFiles = `cd /workspace && mkdir -p model/deep && head -c 3000000 /dev/urandom > model/weights.bin
printf 'notes' > model/deep/notes.txt && : > model/empty && ln -s deep/notes.txt model/link && chmod 750 model/deep
printf 'alias ll="ls -l"\\n' >> /root/.bashrc`;
/** Bytes, modes and links of all that a user has. */
const readFiles = `cd /workspace && find . -printf '%y %m %p %l\\n' | sort && find . /root/.bashrc -type f -exec sha256sum {} + | sort`;

const contractsLeft = () => cloud.cloud.truth().filter(({ goneAtMs }) => goneAtMs === null);
const contractOf = (instance: Instance) => {
  const found = cloud.cloud.truth().find(({ id }) => String(id) === instance.provider_instance_id);
  assert.ok(found, 'the provider knows it');
  return found;
};

let sleeper: Instance;
let files: string[];

test('a machine is deployed by a race, and files are written in it over SSH', options, async () => {
  const asked = await app.admin.client.createInstance({ body: { label: 'sleeper', disk_size: 10 } });
  sleeper = await until(asked.id, 'running');
  const { operation } = sleeper;
  assert.ok(operation);
  const { candidates } = await app.admin.client.getOperation({
    params: { id: sleeper.id, operationId: operation.id },
  });
  assert.equal(
    new Set(candidates.map(({ host_id: host }) => host)).size,
    candidates.length,
    'on as many hosts',
  );
  assert.ok(candidates.length > 1, 'a race');
  assert.equal(candidates.filter(({ is_winner: isWinner }) => isWinner).length, 1);

  await run(sleeper, writeFiles);
  files = await run(sleeper, readFiles);
  await waitFor('the losers to be gone', () => contractsLeft().length === 1, stepMs);
  assert.equal(
    String(contractsLeft()[0]?.id),
    sleeper.provider_instance_id,
    'and the winner is what is left',
  );
});

/** Sleeps on its own host and comes back. */
const pauseAndResume = async (): Promise<Instance> => {
  const { client } = app.admin;
  const { offers } = await client.listOffers({ query: { limit: 1 } });
  const asked = await client.createInstance({
    body: {
      label: 'pausing',
      disk_size: 10,
      offer_id: String(offers[0]?.id),
      idle_policy: { enabled: false },
    },
  });
  const running = await until(asked.id, 'running');
  await run(running, writeFiles);
  const written = await run(running, readFiles);
  await client.pauseInstance({ params: { id: asked.id } });
  const paused = await until(asked.id, 'paused');
  assert.notEqual(paused.snapshot_id, null, 'saved before it was stopped');
  assert.equal(contractOf(paused).actualStatus, 'exited');
  await client.resumeInstance({ params: { id: asked.id } });
  const resumed = await until(asked.id, 'running');
  assert.equal(resumed.provider_instance_id, running.provider_instance_id, 'the same host');
  assert.deepEqual(await run(resumed, readFiles), written);
  return resumed;
};
let other: Instance;

/** Its window passes sooner than it does: the clock is moved on after each beat that finds it quiet. */
const fallAsleep = (id: string): Promise<Instance> => {
  const heard = new Set<string>();
  return until(id, 'hibernated', ({ status, idle_since: since, last_heartbeat: beat }) => {
    if (status !== 'running' || since === null || beat === null || heard.has(beat)) return;
    heard.add(beat);
    // The next beat comes in ten seconds: with them less than what leaves no doubt of the time between two.
    bed.clock.move(40_000);
  });
};

test(
  'an idle machine falls asleep by itself and says why, while another is paused and resumed',
  options,
  async () => {
    await app.admin.client.updateInstance({
      params: { id: sleeper.id },
      body: { idle_policy: { window_seconds: 60, warning_seconds: 50 } },
    });
    other = await pauseAndResume();
    const asleep = await fallAsleep(sleeper.id);
    assert.notEqual(asleep.snapshot_id, null);
    assert.equal(asleep.dph_total, 0, 'nothing is paid for it');
    const was = contractOf(sleeper);
    assert.notEqual(was.goneAtMs, null, 'its rental is gone at the provider');
    const { items } = await app.admin.client.listMachineEvents({ params: { id: sleeper.id }, query: {} });
    const why = items.find(({ event_type: kind }) => kind === 'idle');
    assert.ok(why !== undefined && why.evidence.length >= 2, 'the figures that justified it are kept');
    for (const sample of why.evidence) {
      assert.ok(sample.gpu_percent !== null && sample.gpu_percent < 5);
      assert.ok(sample.cpu_percent !== null && sample.cpu_percent < 20);
    }
    const { snapshots } = await app.admin.client.listSnapshots({ query: { instance_id: sleeper.id } });
    assert.equal(snapshots.find(({ id }) => id === asleep.snapshot_id)?.state, 'verified');
  },
);

test('it wakes on another host with the same bytes', options, async () => {
  const { machine } = contractOf(sleeper);
  cloud.cloud.apply({ kind: 'force-flaw', machine, flaw: 'stuck-loading' });
  await app.admin.client.wakeInstance({ params: { id: sleeper.id } });
  const awake = await until(sleeper.id, 'running');
  assert.notEqual(contractOf(awake).machine, machine);
  assert.notEqual(awake.ssh_host_key, sleeper.ssh_host_key);
  assert.equal(awake.epoch, sleeper.epoch + 1);
  assert.deepEqual(await run(awake, readFiles), files);
});

test('when both are destroyed nothing is left, and the ledger is the bill', options, async () => {
  const { client } = app.admin;
  await client.deleteInstance({ params: { id: sleeper.id }, query: {} });
  await client.deleteInstance({ params: { id: other.id }, query: { skip_snapshot: 'true' } });
  await Promise.all([until(sleeper.id, 'destroyed'), until(other.id, 'destroyed')]);
  await waitFor('the losers of the last race to be gone', () => contractsLeft().length === 0, stepMs);

  // A bill is written after the fact: charges are believed some minutes later.
  await waitFor(
    'the charges',
    async () => {
      bed.clock.move(6 * 60_000);
      await delay(500);
      const costs = await Promise.all(
        [sleeper, other].map(({ id }) => client.getInstanceCost({ params: { id }, query: {} })),
      );
      if (costs.some(({ estimated_usd: estimated }) => estimated !== 0)) return undefined;
      const bill = cloud.cloud.truth().reduce((sum, { micros }) => sum + micros, 0);
      const ledger = costs.reduce((sum, { total_usd: total }) => sum + Math.round(total * 1e6), 0);
      assert.ok(bill > 0);
      assert.equal(ledger, bill, 'to the micro-dollar, race losers included');
      return true;
    },
    stepMs,
  );
});
