import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolderBlobs } from '../../kernel/blobs/folder-blobs.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { DomainEvent, Events } from '../../kernel/events/events.ts';
import { AppError } from '../../kernel/errors.ts';
import { startLeasedWorker } from '../../kernel/lease/leased-worker.ts';
import { createLogger } from '../../kernel/log.ts';
import type { MachineRef, Machines, MachineShell, OpenMachine, SnapshotsApi } from './index.ts';
import { createMaintenanceJob } from './maintenance/maintenance-job.ts';
import { createMaintenanceStore, type MaintenanceStore } from './maintenance/maintenance-store.ts';
import { createRetentionStore, type RetentionStore } from './maintenance/retention-store.ts';
import { createManifests, type Manifests } from './manifest/manifest-blobs.ts';
import type { RepositoryRow } from './repository-store.ts';
import { defaultTuning, type ResticTuning } from './restic/access.ts';
import { createRestoreJob } from './restore/restore-job.ts';
import { createRestoreStore } from './restore/restore-store.ts';
import { createSnapshotJob } from './snapshot-job.ts';
import { createSnapshotStore, type SnapshotStore } from './snapshot-store.ts';
import { createSnapshotsApi } from './snapshots-api.ts';
import {
  createLocalMachine,
  createRepositoryBed,
  isSameDatabase,
  random,
  type RepositoryBed,
} from './snapshots-test-kit.ts';

export interface TestMachine {
  machine: MachineRef;
  /** Its files. */
  readonly folder: string;
  shell: MachineShell;
  /** Where it reaches the gateway. */
  readonly serverUrl: string;
}

export interface JobBed extends RepositoryBed {
  readonly api: SnapshotsApi;
  readonly snapshots: SnapshotStore;
  readonly retention: RetentionStore;
  readonly maintenance: MaintenanceStore;
  readonly manifests: Manifests;
  readonly events: readonly string[];
  readonly machines: Machines;
  /** What its maintenance knows of the installation. */
  readonly market: { idSince: Date | null };
  addMachine(options?: {
    user?: { uid: number; gid: number };
    name?: string;
    serverUrl?: string;
  }): Promise<TestMachine>;
  /** Starts a worker as a server has it; answers how to end it. */
  startWorkers(): AsyncDisposable;
  read(file: string): Promise<string>;
}

/** The module's work over a real database, real restic and folders as machines; time is the real one. */
export const createJobBed = async (
  options: Parameters<typeof createRepositoryBed>[0] & { readonly tuning?: ResticTuning } = {},
): Promise<JobBed> => {
  const bed = await createRepositoryBed(options);
  const { db } = bed.database;
  const log = createLogger('silent');
  const said: string[] = [];
  const events = {
    publish: async (_executor: unknown, event: DomainEvent) => void said.push(event.name),
  } as unknown as Events;
  const known = new Map<string, TestMachine>();
  const machines: Machines = {
    find: async (id) => known.get(id)?.machine,
    checkRunning: async () => undefined,
    open: async (id): Promise<OpenMachine> => {
      const found = known.get(id);
      if (found === undefined) throw new AppError('machine.unreachable');
      const { machine, shell, serverUrl } = found;
      return {
        machine,
        shell,
        serverUrl,
        resticProgram: 'restic',
        letIn: async () => undefined,
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
  };
  const snapshots = createSnapshotStore(db);
  const restores = createRestoreStore(db);
  const retention = createRetentionStore(db);
  const maintenance = createMaintenanceStore(db);
  const manifests = createManifests(createFolderBlobs(join(bed.folder.path, 'blobs')));
  const tuning = options.tuning ?? { ...defaultTuning, connections: 4 };
  const market: JobBed['market'] = { idSince: null };
  const shared = {
    db,
    market,
    repositories: bed.repositories,
    machines,
    manifests,
    events,
    tuning,
    clock: systemClock,
    log,
  };
  const wakes = new Set<() => void>();
  const wake = (): void => {
    for (const each of wakes) each();
  };
  const api = createSnapshotsApi({
    db,
    events,
    store: snapshots,
    restores,
    repositories: bed.repositories,
    manifests,
    clock: systemClock,
    random,
    log,
    wakeSnapshots: wake,
    wakeRestores: wake,
  });
  return {
    ...bed,
    api,
    snapshots,
    retention,
    maintenance,
    manifests,
    events: said,
    machines,
    market,
    addMachine: async ({ user, name = random.id(), serverUrl = bed.url } = {}) => {
      const folder = join(bed.folder.path, 'machines', name);
      await mkdir(join(folder, 'work'), { recursive: true });
      const machine = bed.newMachine();
      const added = { machine, folder, shell: createLocalMachine(folder, user), serverUrl };
      known.set(machine.id, added);
      return added;
    },
    startWorkers: () => {
      const deps = { clock: systemClock, random, log };
      const stack = new AsyncDisposableStack();
      const common = { concurrency: 4, pollMs: 100 };
      for (const worker of [
        startLeasedWorker(
          {
            name: 'snapshots',
            ...common,
            claim: (lease, limit) => snapshots.claim(lease, limit, isSameDatabase),
            renew: snapshots.renew,
            work: createSnapshotJob({ ...shared, store: snapshots }),
          },
          deps,
        ),
        startLeasedWorker(
          {
            name: 'restores',
            ...common,
            claim: (lease, limit) => restores.claim(lease, limit, isSameDatabase),
            renew: restores.renew,
            work: createRestoreJob({ ...shared, store: restores, snapshots }),
          },
          deps,
        ),
        startLeasedWorker<RepositoryRow & { id: string }>(
          {
            name: 'repositories',
            ...common,
            claim: (lease, limit) => maintenance.claim(lease, limit, isSameDatabase),
            renew: maintenance.renew,
            work: createMaintenanceJob({ ...shared, store: maintenance, snapshots, retention }),
          },
          deps,
        ),
      ]) {
        stack.use(worker);
        wakes.add(worker.wake);
      }
      return stack;
    },
    read: (file) => readFile(file, 'utf8'),
  };
};
