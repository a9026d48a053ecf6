import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import { createTestDatabase } from '../../../test/database.ts';
import { systemClock } from '../clock.ts';
import { createLogger } from '../log.ts';
import { whileLeased } from './while-leased.ts';

const lease = { token: '', signal: new AbortController().signal };
const deps = { clock: systemClock, log: createLogger('silent') };

it('a write is repeated when its connection is cut inside a transaction, or it is cancelled', async () => {
  await using database = await createTestDatabase();
  const attempts = { cut: 0, cancelled: 0 };
  const cut = await whileLeased(lease, deps, () =>
    database.db.transaction().execute(async (tx) => {
      attempts.cut += 1;
      if (attempts.cut === 1) {
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx).catch(() => undefined);
      }
      return (await sql<{ one: number }>`select 1 as one`.execute(tx)).rows[0]?.one;
    }),
  );
  assert.equal(cut, 1);
  assert.equal(attempts.cut, 2);
  await whileLeased(lease, deps, async () => {
    attempts.cancelled += 1;
    if (attempts.cancelled === 1)
      await sql`select pg_cancel_backend(pg_backend_pid()), pg_sleep(1)`.execute(database.db);
  });
  assert.equal(attempts.cancelled, 2);
});
