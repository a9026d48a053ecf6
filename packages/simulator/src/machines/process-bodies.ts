import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Cloud, Contract } from '../cloud/index.ts';
import type { Bodies } from './bodies.ts';
import { endLeftOver, findObstacle, startContainer, type Container } from './container.ts';
import { prepareImage } from './image.ts';
import { prepareRoot, type Owner } from './machine-root.ts';
import { readOwnKeys } from './own-keys.ts';
import { describeGpus, describeLoad } from './nvidia-smi.ts';
import { findPort, makeKeyPair, startSilentServer, startSshServer, type Listener } from './ssh-server.ts';

export interface ProcessBodiesOptions {
  readonly cloud: Cloud;
  /** Where the machines' folders are. */
  readonly folder: string;
  readonly clock: Clock;
  /** How many seconds of the cloud pass in one of the clock; 1 unless given. */
  readonly speed?: number;
  /** Told of what went wrong with a body. */
  readonly onError: (contractId: number, error: unknown) => void;
}

/** Users of this host that nobody else is: machines of root run as one each. */
const firstOwner = 2_000_000_000;
const ownerCount = 100_000_000;

const ownerOf = (contractId: number): Owner =>
  process.getuid?.() === 0 ? firstOwner + (contractId % ownerCount) : undefined;

/** A machine that runs. */
interface Body {
  readonly container: Container;
  readonly containerNumber: number;
  readonly start: number;
  readonly stack: AsyncDisposableStack;
  readonly stopping: AbortController;
}

interface HostKey {
  /** Of which container: recycling makes another. */
  readonly container: number;
  readonly private: string;
  readonly public: string;
}

const environmentOf = (contract: Contract): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(contract.env.filter(([name]) => /^[A-Za-z_]\w*$/.test(name))),
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  SHELL: '/bin/bash',
  LANG: 'C.UTF-8',
  // Without it a bash that reads from a pipe takes itself for a remote shell and runs ~/.bashrc.
  SHLVL: '1',
  CONTAINER_ID: String(contract.id),
  CONTAINER_API_KEY: contract.apiKey,
  CONTAINER_LABEL: `C.${contract.id}`,
  GPU_COUNT: String(contract.numGpus),
});

const readHostKey = async (folder: string, container: number): Promise<HostKey> => {
  const path = join(folder, 'host-key.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const known = text === undefined ? undefined : (JSON.parse(text) as HostKey);
  if (known?.container === container) return known;
  const made = { container, ...makeKeyPair() };
  await writeFile(`${path}.new`, JSON.stringify(made), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return made;
};

/**
 * Gives each machine that runs a root of its own, processes of its own and an SSH server on this host's own side.
 * A machine that stops keeps its folder; one that is destroyed does not.
 */
export const openProcessBodies = async (options: ProcessBodiesOptions): Promise<Bodies> => {
  const { cloud, clock, speed = 1, onError } = options;
  const obstacle = await findObstacle();
  if (obstacle !== undefined) throw new Error(obstacle);
  const machines = join(options.folder, 'machines');
  await mkdir(machines, { recursive: true, mode: 0o700 });
  const mark = createHash('sha256')
    .update(await realpath(machines))
    .digest('hex')
    .slice(0, 16);
  await endLeftOver(mark);
  const bin = await prepareImage(join(options.folder, 'image'));
  const bodies = new Map<number, Body>();
  /** The last thing to do for each machine: one after the other. */
  const queues = new Map<number, Promise<void>>();
  let isClosing = false;

  const folderOf = (id: number): string => join(machines, String(id));
  const rootOf = (contract: Contract): string => join(folderOf(contract.id), `root-${contract.container}`);

  const writeGpus = async (contract: Contract): Promise<void> => {
    const gpus = join(folderOf(contract.id), 'gpus');
    await mkdir(gpus, { recursive: true, mode: 0o755 });
    await writeFile(join(gpus, 'gpus'), `${describeGpus(contract, cloud.machine(contract.machine))}\n`);
    await writeFile(join(gpus, 'load'), describeLoad(contract));
  };

  const listen = async (
    contract: Contract,
    container: Container,
    hostKey: HostKey,
  ): Promise<Listener | undefined> => {
    const port = contract.address?.port ?? 0;
    const { flaw } = contract.fate;
    if (flaw === 'ssh-refuses') return undefined;
    if (flaw === 'ssh-hangs') return startSilentServer(port);
    return startSshServer({
      container,
      environment: environmentOf(contract),
      hostKey: flaw === 'wrong-host-key' ? makeKeyPair().private : hostKey.private,
      port,
      authorizedKeys: () => [
        ...(cloud.contract(contract.id)?.sshKeys ?? []),
        ...readOwnKeys(rootOf(contract)),
      ],
    });
  };

  const startUp = async (contract: Contract): Promise<void> => {
    const folder = folderOf(contract.id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const hostKey = await readHostKey(folder, contract.container);
    const root = rootOf(contract);
    const hostname = `C.${contract.id}`;
    const owner = ownerOf(contract.id);
    await prepareRoot(root, { owner, hostname, hostKey: hostKey.public, onstart: contract.onstart });
    await writeGpus(contract);
    const stack = new AsyncDisposableStack();
    try {
      const container = stack.use(
        await startContainer({ root, bin, gpus: join(folder, 'gpus'), hostname, owner, mark }),
      );
      const stopping = new AbortController();
      bodies.set(contract.id, {
        container,
        containerNumber: contract.container,
        start: contract.start,
        stack,
        stopping,
      });
      if (contract.onstart !== null) {
        const script = 'exec bash /root/onstart.sh > /var/log/onstart.log 2>&1 < /dev/null';
        container.run(['/bin/sh', '-c', script], environmentOf(contract)).on('error', () => undefined);
      }
      await openDoor(contract, container, hostKey, stack, stopping.signal);
    } catch (error) {
      bodies.delete(contract.id);
      await stack.disposeAsync();
      throw error;
    }
  };

  /** SSH answers some time after the container runs, where it answered before. */
  const openDoor = async (
    contract: Contract,
    container: Container,
    hostKey: HostKey,
    stack: AsyncDisposableStack,
    signal: AbortSignal,
  ): Promise<void> => {
    if (contract.address === null)
      cloud.apply({ kind: 'address', contractId: contract.id, host: '127.0.0.1', port: await findPort() });
    const sinceMs = contract.runningSinceMs ?? cloud.nowMs;
    const waitMs = sinceMs + contract.fate.sshDelayMs - cloud.nowMs;
    const open = async (): Promise<void> => {
      if (waitMs > 0) await clock.sleep(waitMs / speed, signal);
      if (signal.aborted) return;
      const listener = await listen(contract, container, hostKey);
      if (listener === undefined) return;
      // What is taken down meanwhile takes nothing more.
      if (signal.aborted) {
        await listener[Symbol.asyncDispose]();
        return;
      }
      stack.use(listener);
      if (listener.port !== contract.address?.port)
        cloud.apply({ kind: 'address', contractId: contract.id, host: '127.0.0.1', port: listener.port });
    };
    const opening = open().catch((error: unknown) => onError(contract.id, error));
    stack.defer(() => opening);
  };

  const takeDown = async (id: number): Promise<void> => {
    const body = bodies.get(id);
    if (body === undefined) return;
    bodies.delete(id);
    body.stopping.abort();
    await body.stack.disposeAsync();
  };

  /** Brings a body to what its machine is now: what happened in between does not matter. */
  const settle = async (id: number): Promise<void> => {
    const contract = cloud.contract(id);
    const shouldRun =
      !isClosing && contract !== undefined && contract.runningSinceMs !== null && !contract.isDestroying;
    const body = bodies.get(id);
    if (body !== undefined && (!shouldRun || body.start !== contract.start)) await takeDown(id);
    if (contract === undefined) {
      await rm(folderOf(id), { recursive: true, force: true });
      return;
    }
    if (body !== undefined && body.containerNumber !== contract.container)
      await rm(join(folderOf(id), `root-${body.containerNumber}`), { recursive: true, force: true });
    if (shouldRun && !bodies.has(id)) await startUp(contract);
  };

  const enqueue = (id: number, work: () => Promise<void>): Promise<void> => {
    const next = (queues.get(id) ?? Promise.resolve())
      .then(work)
      .catch((error: unknown) => onError(id, error));
    queues.set(id, next);
    void next.then(() => {
      if (queues.get(id) === next) queues.delete(id);
    });
    return next;
  };

  // Gone while nobody was here to see it.
  for (const name of await readdir(machines))
    if (cloud.contract(Number(name)) === undefined)
      await rm(join(machines, name), { recursive: true, force: true });
  for (const { id, runningSinceMs } of cloud.contracts())
    if (runningSinceMs !== null) void enqueue(id, () => settle(id));

  const read = async (container: Container, argv: readonly string[]): Promise<string> => {
    const child = container.run(argv, { PATH: '/usr/bin', LANG: 'C.UTF-8' });
    child.stdin?.end();
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (part: Buffer) => {
        if (text.length < 1_000_000) text += part.toString();
      });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    child.on('close', () => resolve());
    child.on('error', reject);
    await promise;
    return text;
  };

  /** Reads what a program says in a machine; one that is stopped is there for just that, its disk is kept. */
  const readFrom = (id: number, argv: readonly string[]): Promise<string> | undefined => {
    const running = bodies.get(id)?.container;
    if (running !== undefined) return read(running, argv);
    const contract = cloud.contract(id);
    const isStopped = contract !== undefined && contract.runningSinceMs === null && !contract.isDestroying;
    if (isClosing || !isStopped || !existsSync(rootOf(contract))) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    void enqueue(id, async () => {
      try {
        const gpus = join(folderOf(id), 'gpus');
        const place = { root: rootOf(contract), bin, gpus, hostname: `C.${id}`, owner: ownerOf(id), mark };
        await using container = await startContainer(place);
        resolve(await read(container, argv));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    return promise;
  };

  return {
    onEvent: ({ contractId }) => void enqueue(contractId, () => settle(contractId)),
    onLoad: (contractId) => {
      const contract = cloud.contract(contractId);
      if (contract !== undefined && bodies.has(contractId))
        void enqueue(contractId, () => writeGpus(contract));
    },
    readLog: (contractId, lines) =>
      readFrom(contractId, ['tail', '-n', String(lines), '/var/log/onstart.log']),
    execute: readFrom,
    [Symbol.asyncDispose]: async () => {
      isClosing = true;
      await Promise.all([...bodies.keys()].map((id) => enqueue(id, () => settle(id))));
      await Promise.all(queues.values());
      await Promise.all([...bodies.keys()].map(takeDown));
    },
  };
};
