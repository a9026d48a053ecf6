import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instance, InstanceStatus } from '@dumont/contracts/machines/instances';
import { findObstacle, openProcessBodies } from '@dumont/simulator/machines';
import { startVast, type RunningVast } from '@dumont/simulator/vast';
import { createMovedClock } from '../../../test/moved-clock.ts';
import { createTestApp, type TestApp } from '../../../test/test-app.ts';
import { waitFor } from '../../../test/wait.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { connect, type SshConnection } from './ssh/connection.ts';
import { createKeyPair } from './ssh/keys.ts';

const obstacle = await findObstacle();
/** A race, an idle machine and two snapshots, all for real, on a host that may be busy. */
const options = { timeout: 170_000, ...(obstacle === undefined ? {} : { skip: obstacle }) };
const stepMs = 120_000;
const never = new AbortController().signal;

const beds = new AsyncDisposableStack();
const random = createSystemRandom(systemClock);
const clock = createMovedClock();
const keys = createKeyPair();
let cloud: RunningVast;
let app: TestApp;

/** Good machines that come up at once: what the race does with bad ones is for the simulations. */
const market = {
  machines: 8,
  badShare: 0,
  flawRate: 0,
  boot: { medianSeconds: 1, sigma: 0.3 },
  restart: { medianSeconds: 0.5, sigma: 0.1 },
  ssh: { medianSeconds: 0.3, sigma: 0.1 },
  removal: { medianSeconds: 0.5, sigma: 0.1 },
};

before(async () => {
  if (obstacle !== undefined) return;
  const dataFolder = await mkdtemp(join(tmpdir(), 'dumont-end-to-end-'));
  beds.defer(() => rm(dataFolder, { recursive: true, force: true, maxRetries: 5 }));
  const apiKey = randomBytes(16).toString('hex');
  cloud = beds.use(
    await startVast({
      port: 0,
      dataFolder,
      seed: 7,
      market,
      accounts: [{ username: 'dumont', apiKey }],
      clock: systemClock,
      hasLimits: false,
      openBodies: (of) =>
        openProcessBodies({
          cloud: of,
          folder: dataFolder,
          clock: systemClock,
          onError: (id, error) => console.error(`machine ${id}:`, error),
        }),
    }),
  );
  app = beds.use(await createTestApp({ clock, environment: { VAST_URL: cloud.url, VAST_API_KEY: apiKey } }));
  await app.admin.client.createSshKey({ body: { name: 'mine', publicKey: keys.publicKey } });
});
after(() => beds.disposeAsync());

/** Until it is at rest there; `look` sees it on its way. Fails at once when it comes to rest elsewhere. */
const until = async (
  id: string,
  status: InstanceStatus,
  look: (instance: Instance) => void = () => undefined,
): Promise<Instance> => {
  let seen = '';
  try {
    return await waitFor(
      `the machine to be ${status}`,
      async () => {
        const instance = await app.admin.client.getInstance({ params: { id } });
        if (instance.status === status) return instance;
        const { operation } = instance;
        seen = `${instance.status}, ${operation?.status}, ${operation?.message ?? operation?.error ?? instance.problem}`;
        assert.ok(operation?.finished_at === null || operation?.error_code === null, seen);
        look(instance);
        await delay(100);
        return undefined;
      },
      stepMs,
    );
  } catch (error) {
    throw new Error(
      `it is ${seen}; the server said:\n${app.logLines.filter(isWarning).slice(-20).join('')}`,
      {
        cause: error,
      },
    );
  }
};
const isWarning = (line: string): boolean => /"level":"(warn|error)"/.test(line);

/** As its user: with their own key, and with the host key that they were told. */
const enter = async ({
  ssh_host: host,
  ssh_port: port,
  ssh_host_key: hostKey,
}: Instance): Promise<SshConnection> => {
  assert.ok(host !== null && port !== null && hostKey !== null);
  const target = { addresses: [{ host, port }], user: 'root', privateKey: keys.privateKey, hostKey };
  return connect(target, { clock: systemClock, random, timeoutMs: 20_000 }, never);
};

const run = async (instance: Instance, script: string): Promise<string[]> => {
  await using connection = await enter(instance);
  const lines: string[] = [];
  const { code } = await connection.run(['sh', '-c', script], {
    onStdout: (line) => lines.push(line),
    onStderr: (line) => lines.push(line),
    signal: never,
    timeoutSeconds: 60,
  });
  assert.equal(code, 0, lines.join('\n'));
  return lines;
};

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
    clock.move(40_000);
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
      clock.move(6 * 60_000);
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
