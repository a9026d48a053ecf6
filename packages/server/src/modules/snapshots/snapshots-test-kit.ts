import { rmSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fastify from 'fastify';
import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createLogger } from '../../kernel/log.ts';
import { toAppError } from '../../kernel/http/problem.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { createVault } from '../../kernel/vault/vault.ts';
import { createVaultStore } from '../../kernel/vault/vault-store.ts';
import { serveRepositories } from './gateway/gateway.ts';
import type { MachineShell } from './machine-shell.ts';
import type { MachineRef } from './machines-port.ts';
import { createRepositories, type Repositories } from './repositories.ts';
import { createRepositoryStore, type RepositoryStore } from './repository-store.ts';
import { defaultTuning, type RepositoryAccess } from './restic/access.ts';
import { createHostShell } from './restic/host-shell.ts';
import { createRestic, type Restic } from './restic/restic.ts';
import { createFolderPlace, type RepositoryPlace } from './storage/place.ts';

export const random = createSystemRandom(systemClock);
/** Nobody restores the database below these tests. */
export const isSameDatabase = sql<boolean>`true`;
export const never = new AbortController().signal;
/** Nobody in particular: what only root may read it cannot. */
export const plainUser = { uid: 65_432, gid: 65_432 };

export interface TestFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes files by their path in the folder; folders are made. */
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
}

/** A folder of a test's own that everyone may read. */
export const createTestFolder = async (): Promise<TestFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'dumont-snapshots-'));
  await chmod(path, 0o777);
  return {
    path,
    write: async (files) => {
      for (const [name, content] of Object.entries(files)) {
        const file = join(path, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
      }
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
};

/** A folder of this host as a machine: its programs are this host's, run as `user`. */
export const createLocalMachine = (
  folder: string,
  user?: { readonly uid: number; readonly gid: number },
): MachineShell =>
  createHostShell({
    toolsFolder: join(folder, 'tools'),
    clock: systemClock,
    random,
    ...(user === undefined ? {} : { user }),
  });

export const folderAccess = (folder: string, password = 'a password of a test'): RepositoryAccess => ({
  environment: { RESTIC_REPOSITORY: folder, RESTIC_PASSWORD: password },
  secrets: [password],
});

export const createTestRestic = (
  shell: MachineShell,
  access: RepositoryAccess,
  more: { readonly timeoutSeconds?: number } = {},
): Restic =>
  createRestic({
    shell,
    program: 'restic',
    access,
    tuning: { ...defaultTuning, connections: 4 },
    cacheFolder: undefined,
    timeoutSeconds: more.timeoutSeconds ?? 60,
  });

export interface RepositoryBed extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly folder: TestFolder;
  readonly place: RepositoryPlace;
  readonly store: RepositoryStore;
  readonly repositories: Repositories;
  readonly projectId: string;
  /** Of the gateway. */
  readonly url: string;
  /** A machine that is known to nobody but its repository. */
  newMachine(): MachineRef;
}

/** Repositories over a real database, and their gateway at a port of its own. */
export const createRepositoryBed = async (
  options: { readonly placeIn?: (folder: string) => Promise<RepositoryPlace>; readonly clock?: Clock } = {},
): Promise<RepositoryBed> => {
  await using starting = new AsyncDisposableStack();
  const clock = options.clock ?? systemClock;
  const database = starting.use(await createTestDatabase());
  const folder = starting.use(await createTestFolder());
  const projectId = random.id();
  await database.pool.query(
    `INSERT INTO app.projects (id, name, description, created_at) VALUES ($1, 'test', '', now())`,
    [projectId],
  );
  const place =
    (await options.placeIn?.(folder.path)) ?? createFolderPlace(join(folder.path, 'repositories'), random);
  const store = createRepositoryStore(database.db);
  const repositories = createRepositories({
    store,
    vault: await createVault(Buffer.alloc(32, 7), createVaultStore(database.db)),
    place,
    host: createLocalMachine(join(folder.path, 'host')),
    resticProgram: 'restic',
    tuning: { ...defaultTuning, connections: 4 },
    cacheFolder: join(folder.path, 'cache'),
    clock,
    random,
  });
  const app = fastify({ forceCloseConnections: true });
  app.setErrorHandler((error, request, reply) => {
    const known = toAppError(error);
    void reply.code(known.status).send({ code: known.code, detail: known.message });
  });
  await serveRepositories(app, { store, repositories, clock, log: createLogger('silent') });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  starting.defer(() => app.close());
  const stack = starting.move();
  return {
    database,
    folder,
    place,
    store,
    repositories,
    projectId,
    url,
    newMachine: () => ({ id: random.id(), name: 'box', projectId, ownerId: null, epoch: 1 }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

let emptyRepository: Promise<string> | undefined;

/** A fresh repository with the password of `folderAccess`: making one anew costs seconds of key derivation. */
export const copyEmptyRepository = async (folder: string): Promise<void> => {
  emptyRepository ??= (async () => {
    const template = await mkdtemp(join(tmpdir(), 'dumont-repository-'));
    process.once('exit', () => rmSync(template, { recursive: true, force: true }));
    await createTestRestic(createLocalMachine(template), folderAccess(template)).init(never);
    return template;
  })();
  await cp(await emptyRepository, folder, { recursive: true });
};
