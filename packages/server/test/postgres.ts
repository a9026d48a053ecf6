import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/kernel/db/embedded/embedded-postgres.ts';

export interface TestPostgres extends AsyncDisposable {
  readonly pid: number;
  readonly superuserUrl: string;
  readonly appUrl: string;
  readonly runSocketDir: string;
}

/** A real PostgreSQL for tests, without fsync, in a folder of its own that goes with it. */
export const startTestPostgres = async (): Promise<TestPostgres> => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-test-'));
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
