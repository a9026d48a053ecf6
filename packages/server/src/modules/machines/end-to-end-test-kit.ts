import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instance, InstanceStatus } from '@dumont/contracts/machines/instances';
import { openProcessBodies } from '@dumont/simulator/machines';
import { startVast, type RunningVast } from '@dumont/simulator/vast';
import { createMovedClock, type MovedClock } from '../../../test/moved-clock.ts';
import { createTestApp, type TestApp } from '../../../test/test-app.ts';
import { waitFor } from '../../../test/wait.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { connect, type SshConnection } from './ssh/connection.ts';
import { createKeyPair, type KeyPair } from './ssh/keys.ts';

/** For what takes a race, a snapshot or a restore on a host that may be busy. */
export const stepMs = 120_000;
export const never = new AbortController().signal;
const random = createSystemRandom(systemClock);

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

/** The whole server, beside a cloud whose machines are sandboxes that one can enter. */
export interface EndToEndBed extends AsyncDisposable {
  /** The server that was started last. */
  readonly app: TestApp;
  /** Ends the server, and starts one in the same folder whose database is empty. */
  loseBooks(): Promise<void>;
  readonly cloud: RunningVast;
  /** Of the server. */
  readonly clock: MovedClock;
  /** Of the administrator, who rents. */
  readonly keys: KeyPair;
  /** Until it is at rest there; `look` sees it on its way. Fails at once when it comes to rest elsewhere. */
  until(id: string, status: InstanceStatus, look?: (instance: Instance) => void): Promise<Instance>;
  /** As its user: with their own key unless another is given, and with the host key that they were told. */
  enter(instance: Instance, keys?: KeyPair): Promise<SshConnection>;
  /** What a script in it prints; fails when the script does. */
  run(instance: Instance, script: string): Promise<string[]>;
}

export const openEndToEndBed = async (): Promise<EndToEndBed> => {
  await using beds = new AsyncDisposableStack();
  const clock = createMovedClock();
  const keys = createKeyPair();
  const dataFolder = await mkdtemp(join(tmpdir(), 'dumont-end-to-end-'));
  beds.defer(() => rm(dataFolder, { recursive: true, force: true, maxRetries: 5 }));
  const apiKey = randomBytes(16).toString('hex');
  const cloud = beds.use(
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
  let app: TestApp | undefined;
  beds.defer(async () => app?.[Symbol.asyncDispose]());
  const dataDir = join(dataFolder, 'server');
  await mkdir(dataDir);
  const start = async (): Promise<TestApp> => {
    app = await createTestApp({
      clock,
      dataDir,
      environment: { VAST_URL: cloud.url, VAST_API_KEY: apiKey },
    });
    await app.admin.client.createSshKey({ body: { name: 'mine', publicKey: keys.publicKey } });
    return app;
  };
  let running = await start();

  const enter: EndToEndBed['enter'] = async (instance, own = keys) => {
    const { ssh_host: host, ssh_port: port, ssh_host_key: hostKey } = instance;
    assert.ok(host !== null && port !== null && hostKey !== null);
    const target = { addresses: [{ host, port }], user: 'root', privateKey: own.privateKey, hostKey };
    return connect(target, { clock: systemClock, random, timeoutMs: 20_000 }, never);
  };

  const all = beds.move();
  return {
    get app() {
      return running;
    },
    loseBooks: async () => {
      await running[Symbol.asyncDispose]();
      running = await start();
    },
    cloud,
    clock,
    keys,
    enter,
    until: async (id, status, look = () => undefined) => {
      let seen = '';
      try {
        return await waitFor(
          `the machine to be ${status}`,
          async () => {
            const instance = await running.admin.client.getInstance({ params: { id } });
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
        const said = running.logLines.filter(isWarning).slice(-20).join('');
        throw new Error(`it is ${seen}; the server said:\n${said}`, { cause: error });
      }
    },
    run: async (instance, script) => {
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
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
};
const isWarning = (line: string): boolean => /"level":"(warn|error)"/.test(line);
