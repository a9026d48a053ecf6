import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/kernel/db/embedded/embedded-postgres.ts';

export interface TestPostgres extends AsyncDisposable {
  readonly pid: number;
  readonly superuserUrl: string;
  readonly appUrl: string;
  readonly runSocketDir: string;
}

const memoryFolder = '/dev/shm';
/** The databases of a whole test run take a third of it. */
const roomBytes = 12 * 2 ** 30;

/** In memory where there is plenty: some hundred databases are made, and none of them outlives the tests. */
const chooseFolder = async (): Promise<string> => {
  const space = await statfs(memoryFolder).catch(() => undefined);
  return space !== undefined && space.bavail * space.bsize >= roomBytes ? memoryFolder : tmpdir();
};

/** What a killed test run left behind: it would hold memory until the host starts again. */
const sweep = async (parent: string): Promise<void> => {
  for (const name of await readdir(parent)) {
    const [, pid] = /^dumont-test-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      await rm(join(parent, name), { recursive: true, force: true });
  }
};

/** A real PostgreSQL for tests, without fsync, in a folder of its own that goes with it. */
export const startTestPostgres = async (): Promise<TestPostgres> => {
  const parent = await chooseFolder();
  await sweep(parent);
  const folder = await mkdtemp(join(parent, `dumont-test-${process.pid}-`));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined, unsafeFast: true });
  return {
    pid: postgres.pid,
    superuserUrl: postgres.superuserUrl,
    appUrl: postgres.url,
    runSocketDir: postgres.runSocketDir,
    [Symbol.asyncDispose]: async () => {
      await postgres[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
