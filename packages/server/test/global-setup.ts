import { startTestPostgres } from './postgres.ts';

const started = new AsyncDisposableStack();

/**
 * So many PostgreSQLs for the whole test run, named in `DUMONT_TEST_POSTGRES_0` and on; each test file clones its
 * database from a template in one of them. Answers their process ids.
 */
export const globalSetup = async (count: number): Promise<number[]> => {
  const pids: number[] = [];
  for (let lane = 0; lane < count; lane += 1) {
    const { pid, superuserUrl, appUrl, runSocketDir } = started.use(await startTestPostgres());
    process.env[`DUMONT_TEST_POSTGRES_${lane}`] = JSON.stringify({ superuserUrl, appUrl, runSocketDir });
    pids.push(pid);
  }
  return pids;
};

export const globalTeardown = (): Promise<void> => started.disposeAsync();
