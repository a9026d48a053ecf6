import { text } from 'node:stream/consumers';
import fastify from 'fastify';
import { createFolderBlobs } from '../../kernel/blobs/folder-blobs.ts';
import { systemClock } from '../../kernel/clock.ts';
import { connectDatabase } from '../../kernel/db/database.ts';
import type { Events } from '../../kernel/events/events.ts';
import { createLogger } from '../../kernel/log.ts';
import { createVault } from '../../kernel/vault/vault.ts';
import { createVaultStore } from '../../kernel/vault/vault-store.ts';
import { createSnapshots, type MachineRef, type SnapshotsModule } from './index.ts';
import { createLocalMachine, isSameDatabase, random } from './snapshots-test-kit.ts';

export interface WorkerSettings {
  readonly databaseUrl: string;
  readonly folder: string;
  readonly machine: MachineRef;
}

/** The module as a server has it, with one machine: a folder of this host. */
export const openModule = async ({
  databaseUrl,
  folder,
  machine,
}: WorkerSettings): Promise<SnapshotsModule> => {
  const connection = connectDatabase(databaseUrl, { poolSize: 4, onError: () => undefined });
  const { db } = connection;
  const app = fastify();
  const opened = await createSnapshots({
    db,
    clock: systemClock,
    random,
    log: createLogger('silent'),
    events: { publish: async () => undefined } as unknown as Events,
    market: { idSince: null, isSameDatabase: () => isSameDatabase },
    vault: await createVault(Buffer.alloc(32, 9), createVaultStore(db)),
    blobs: createFolderBlobs(`${folder}/blobs`),
    config: {
      dataDir: folder,
      s3: undefined,
      repositories: {
        s3: undefined,
        machineKey: undefined,
        compression: 'max',
        packSizeMebibytes: 4,
        connections: 2,
      },
    },
    machines: {
      find: async () => machine,
      checkRunning: async () => undefined,
      open: async () => ({
        machine,
        shell: createLocalMachine(folder),
        serverUrl: app.listeningOrigin,
        resticProgram: 'restic',
        letIn: async () => undefined,
        [Symbol.asyncDispose]: async () => undefined,
      }),
    },
  });
  await opened.serve(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    ...opened,
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]();
      await app.close();
      await connection[Symbol.asyncDispose]();
    },
  };
};

/** As a process of its own: works until it is killed. Settings come as JSON on stdin. */
if (process.argv[2] === 'work') {
  const opened = await openModule(JSON.parse(await text(process.stdin)) as WorkerSettings);
  opened.startWorker();
  process.stdout.write('at work\n');
}
