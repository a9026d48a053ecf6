import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { parseTimestamp } from './timestamps.ts';

describe('times out of the database', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database[Symbol.asyncDispose]());

  it('are the same instants in every zone that a session may have, cut to the millisecond', async () => {
    const client = new pg.Client({
      connectionString: database.url,
      types: { getTypeParser: () => (text: string) => text },
    });
    await client.connect();
    try {
      for (const zone of ['UTC', 'America/Sao_Paulo', 'Asia/Kolkata', 'Africa/Monrovia']) {
        await client.query(`SET timezone = '${zone}'`);
        const { rows } = await client.query<{ text: string; ms: string }>(
          `SELECT at AS text, floor(extract(epoch FROM at) * 1000) AS ms FROM generate_series(
             '1971-01-01 00:00:00.000999+00'::timestamptz, '2037-12-31', interval '61 days 7 hours 13.123457 seconds') at
           UNION ALL SELECT at, floor(extract(epoch FROM at) * 1000)
           FROM unnest('{1600-02-29 12:00:00+00,12026-03-02 12:00:00.5+00,2026-12-31 23:59:60+00}'::timestamptz[]) at`,
        );
        assert.ok(rows.length > 390);
        for (const { text, ms } of rows)
          assert.equal((parseTimestamp(text) as Date).getTime(), Number(ms), text);
      }
    } finally {
      await client.end();
    }
  });

  it('without an end are numbers without one', () => {
    assert.equal(parseTimestamp('infinity'), Infinity);
    assert.equal(parseTimestamp('-infinity'), -Infinity);
  });
});
