import { proseOf } from '@dumont/contracts/findings';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { scopeOf, type Caller } from '../../kernel/access/caller.ts';
import type { Blobs } from '../../kernel/blobs/blobs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Config } from '../../kernel/config/config.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import { startLeasedWorker, type LeasedWorker } from '../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { check, type Check } from '../../kernel/system/checks.ts';
import type { Vault } from '../../kernel/vault/vault.ts';
import type { MarketApi } from '../market/index.ts';
import { serveRepositories } from './gateway/gateway.ts';
import type { Machines } from './machines-port.ts';
import { createMaintenanceJob } from './maintenance/maintenance-job.ts';
import { createMaintenanceStore } from './maintenance/maintenance-store.ts';
import { createRetentionStore } from './maintenance/retention-store.ts';
import { createManifests } from './manifest/manifest-blobs.ts';
import { createRepositories } from './repositories.ts';
import { createRepositoryStore, type RepositoryRow } from './repository-store.ts';
import { createHostShell } from './restic/host-shell.ts';
import { findRestic, type FoundRestic } from './restic/program.ts';
import { createRestoreJob } from './restore/restore-job.ts';
import { createRestoreStore } from './restore/restore-store.ts';
import { createSnapshotHandlers, type SnapshotOperation as StoredOperation } from './routes.ts';
import { createSnapshotJob } from './snapshot-job.ts';
import { createSnapshotStore } from './snapshot-store.ts';
import { createSnapshotsApi, type SnapshotsApi } from './snapshots-api.ts';
import { createSyncHandlers, type SyncOperation } from './sync.ts';
import { createFolderPlace } from './storage/place.ts';

export { ShellLost, type MachineShell, type ShellExit } from './machine-shell.ts';
export type { MachineRef, Machines, OpenMachine } from './machines-port.ts';
export type { RestoreRequest, SnapshotRequest, SnapshotsApi } from './snapshots-api.ts';

export type SnapshotOperation = StoredOperation | SyncOperation;

export interface SnapshotsModule extends AsyncDisposable {
  readonly api: SnapshotsApi;
  readonly handlers: Handlers<SnapshotOperation>;
  /** The gateway for machines. */
  serve(app: FastifyInstance): Promise<void>;
  /** Makes snapshots and restores them, and looks after repositories. */
  startWorker(): void;
  /** restic on this host; undefined where there is none that can be used. */
  readonly resticFile: string | undefined;
  /** Throws unless the caller may see the snapshot, and it can be restored. */
  checkRestorable(caller: Caller, id: string): Promise<void>;
  /** Whether restic can be used here, for the page of the installation. */
  check(): Check;
}

const concurrency = { snapshots: 20, restores: 20, maintenance: 2 };
const pollMs = 1000;

/** Snapshots of machines: restic repositories, what is in them, and the way back. */
export const createSnapshots = async (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  log: Logger;
  events: Events;
  vault: Vault;
  blobs: Blobs;
  config: Pick<Config, 'dataDir' | 's3' | 'repositories'>;
  market: Pick<MarketApi, 'idSince' | 'isSameDatabase'>;
  /** Undefined until module machines gives it: then no machine can be reached. */
  machines?: Machines;
}): Promise<SnapshotsModule> => {
  const { db, clock, random, log, market, config, machines } = deps;
  const host = createHostShell({ toolsFolder: join(config.dataDir, 'tools'), clock, random });
  const restic = await findRestic(host);
  if (restic.version === undefined)
    log.warn({ reason: proseOf(restic.reason) }, 'restic cannot be used: no snapshots');
  const s3 = config.repositories.s3 ?? config.s3;
  const place =
    s3 === undefined
      ? createFolderPlace(join(config.dataDir, 'repositories'), random)
      : // Its client takes more memory than all of us: only for who has a bucket.
        (await import('./storage/s3-place.ts')).createS3Place(s3, config.repositories.machineKey);
  const repositoryStore = createRepositoryStore(db);
  const { compression, packSizeMebibytes, connections } = config.repositories;
  const tuning = { compression, packSizeMebibytes, connections };
  const repositories = createRepositories({
    store: repositoryStore,
    vault: deps.vault,
    place,
    host,
    resticProgram: restic.program,
    tuning,
    cacheFolder: join(config.dataDir, 'restic-cache'),
    clock,
    random,
  });
  const store = createSnapshotStore(db);
  const restores = createRestoreStore(db);
  const retention = createRetentionStore(db);
  const maintenance = createMaintenanceStore(db);
  const manifests = createManifests(deps.blobs);

  const stack = new AsyncDisposableStack();
  const workers: { snapshots?: LeasedWorker; restores?: LeasedWorker; maintenance?: LeasedWorker } = {};
  const api = createSnapshotsApi({
    db,
    events: deps.events,
    store,
    restores,
    repositories,
    manifests,
    clock,
    random,
    log,
    wakeSnapshots: () => workers.snapshots?.wake(),
    wakeRestores: () => workers.restores?.wake(),
  });

  return {
    api,
    resticFile: restic.version === undefined ? undefined : restic.program,
    checkRestorable: async (caller, id) => {
      const row = await store.find(scopeOf(caller, 'snapshots:read'), id);
      if (row === undefined) throw new AppError('snapshot.not_found');
      if (row.restic_id === null) throw new AppError('snapshot.not_restorable', { id });
    },
    check: () => checkOf(restic),
    handlers: {
      ...createSyncHandlers({ api, store, machines, clock }),
      ...createSnapshotHandlers({
        api,
        store,
        restores,
        retention,
        maintenance,
        machines,
        clock,
        wakeMaintenance: () => workers.maintenance?.wake(),
      }),
    },
    serve: (app) => serveRepositories(app, { store: repositoryStore, repositories, clock, log }),
    startWorker: () => {
      const shared = { ...deps, repositories, manifests, tuning };
      if (machines !== undefined) {
        workers.snapshots = stack.use(
          startLeasedWorker(
            {
              name: 'snapshots',
              concurrency: concurrency.snapshots,
              pollMs,
              claim: (lease, limit) => store.claim(lease, limit, market.isSameDatabase()),
              renew: store.renew,
              work: createSnapshotJob({ ...shared, store, machines }),
            },
            deps,
          ),
        );
        workers.restores = stack.use(
          startLeasedWorker(
            {
              name: 'restores',
              concurrency: concurrency.restores,
              pollMs,
              claim: (lease, limit) => restores.claim(lease, limit, market.isSameDatabase()),
              renew: restores.renew,
              work: createRestoreJob({ ...shared, store: restores, snapshots: store, machines }),
            },
            deps,
          ),
        );
      }
      workers.maintenance = stack.use(
        startLeasedWorker<RepositoryRow & { id: string }>(
          {
            name: 'repositories',
            concurrency: concurrency.maintenance,
            pollMs,
            claim: (lease, limit) => maintenance.claim(lease, limit, market.isSameDatabase()),
            renew: maintenance.renew,
            work: createMaintenanceJob({
              ...deps,
              store: maintenance,
              snapshots: store,
              retention,
              repositories,
              manifests,
            }),
          },
          deps,
        ),
      );
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

const checkOf = (restic: FoundRestic): Check =>
  restic.version === undefined
    ? check('snapshots of machines', 'warning', {
        code: 'snapshots.off',
        params: { reason: restic.reason },
        remedy: 'snapshots.remedy',
      })
    : check('snapshots of machines', 'ok', {
        code: 'snapshots.ready',
        params: { version: restic.version },
        remedy: null,
      });
