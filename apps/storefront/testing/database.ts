import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** To look at what is stored, in schema `storefront`. */
  readonly owner: pg.Pool;
}

const withDatabase = (url: string, name: string): string => url.replace(/\/[^/?]+(\?|$)/, `/${name}$1`);

/** A database of its own in the PostgreSQL of the test run; the service makes its schema itself. */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const shared = process.env['DUMONT_TEST_POSTGRES'];
  if (shared === undefined) throw new Error('these tests run by tools/test.mjs, which starts PostgreSQL');
  const { superuserUrl, appUrl } = JSON.parse(shared) as { superuserUrl: string; appUrl: string };
  const name = `storefront_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: superuserUrl });
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${name} OWNER dumont_app STRATEGY file_copy`);
    // Hidden assumptions about the time zone show in tests, not on a customer's server.
    await admin.query(`ALTER DATABASE ${name} SET timezone TO 'Asia/Kathmandu'`);
  } finally {
    await admin.end();
  }
  const url = withDatabase(appUrl, name);
  const owner = new pg.Pool({ connectionString: url, max: 2, options: '-c search_path=storefront' });
  // One that is idle breaks when PostgreSQL stops before us.
  owner.on('error', () => undefined);
  return { url, owner, [Symbol.asyncDispose]: () => owner.end() };
};
