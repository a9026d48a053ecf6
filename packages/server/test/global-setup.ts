import { startTestPostgres, type TestPostgres } from './postgres.ts';

/** One PostgreSQL for the whole test run; each file clones its database from a template in it. */
let postgres: TestPostgres | undefined;

export const globalSetup = async (): Promise<void> => {
  postgres = await startTestPostgres();
  process.env['DUMONT_TEST_POSTGRES'] = JSON.stringify({
    superuserUrl: postgres.superuserUrl,
    appUrl: postgres.appUrl,
    runSocketDir: postgres.runSocketDir,
  });
};

export const globalTeardown = async (): Promise<void> => {
  await postgres?.[Symbol.asyncDispose]();
};
