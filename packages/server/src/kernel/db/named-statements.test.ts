import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database[Symbol.asyncDispose]());

/** Names of what the connection has prepared, asked in the same connection. */
const prepared = async (work: (run: (text: string, value: number) => Promise<number>) => Promise<void>) =>
  database.db.connection().execute(async (connection) => {
    await work(async (text, value) => {
      const { rows } = await sql<{ n: number }>`select ${sql.raw(text)} + ${value}::int as n`.execute(
        connection,
      );
      return rows[0]?.n ?? Number.NaN;
    });
    const { rows } = await sql<{ name: string; statement: string }>`
      select name, statement from pg_prepared_statements`.execute(connection);
    return rows;
  });

test('a text is prepared once a connection, whatever its values', async () => {
  const statements = await prepared(async (run) => {
    assert.deepEqual([await run('1', 1), await run('1', 2), await run('1', 3)], [2, 3, 4]);
  });
  assert.equal(statements.filter(({ statement }) => statement.includes('select 1 + $1')).length, 1);
});

test('more texts than there are names for still answer, unnamed: the server keeps a bounded number of plans', async () => {
  const statements = await prepared(async (run) => {
    for (let at = 0; at < 600; at += 1) assert.equal(await run(String(at), 1), at + 1);
  });
  assert.ok(statements.length <= 500, `${statements.length} are kept`);
});
