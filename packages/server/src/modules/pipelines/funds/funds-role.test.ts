import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { createPipelinesBed, type PipelinesBed } from '../test-kit.ts';

let bed: PipelinesBed;
let client: pg.Client;

before(async () => {
  bed = await createPipelinesBed({ worker: false });
  client = new pg.Client({ connectionString: bed.fundsUrl });
  await client.connect();
});
after(async () => {
  await client.end();
  await bed[Symbol.asyncDispose]();
});

test('the role of runs reads and writes the loaded data, with temporary tables', async () => {
  await client.query(`INSERT INTO funds.fund (cnpj, name) VALUES ('00000000000191', 'A')`);
  await client.query(
    `INSERT INTO funds.source_file (system, name, sha256, loader_version, size_bytes, rows_read, rows_rejected,
       rows_duplicate, rows_changed, rows_removed, loaded_at) VALUES ('s', 'n', 'x', 1, 1, 1, 0, 0, 1, 0, now())`,
  );
  await client.query('CREATE TEMPORARY TABLE t AS SELECT * FROM funds.fund');
  await client.query('BEGIN; LOCK TABLE funds.daily IN SHARE ROW EXCLUSIVE MODE; COMMIT');
  await client.query(`SELECT funds.cda_asset_class('BLC_1', '', '')`);
  await client.query('SELECT * FROM funds.holding LIMIT 1');
  await client.query('TRUNCATE funds.daily');
});

test('the role of runs reaches nothing else', async () => {
  for (const statement of [
    'SELECT * FROM app.users',
    'SELECT * FROM app.credentials',
    'SELECT * FROM app.data_keys',
    'CREATE TABLE public.mine (a int)',
    'CREATE TABLE funds.mine (a int)',
    'CREATE SCHEMA mine',
    'CREATE ROLE friend',
    'SET ROLE dumont_app',
    'DROP TABLE funds.daily',
    'ALTER TABLE funds.daily OWNER TO CURRENT_USER',
    `COPY funds.fund TO '/tmp/x'`,
    `COPY funds.fund FROM PROGRAM 'id'`,
    `SELECT pg_read_file('/etc/passwd')`,
  ]) {
    await assert.rejects(
      client.query(statement),
      /permission denied|must be owner|must be able to/,
      statement,
    );
  }
});

test('preparing the role again keeps its password', async () => {
  const again = new pg.Client({ connectionString: bed.fundsUrl });
  await again.connect();
  await again.query('SELECT 1');
  await again.end();
  const { rows } = await bed.runs.database.pool.query<{ sealed: Buffer }>(
    `SELECT sealed FROM shared_secrets WHERE name = 'funds-role'`,
  );
  assert.equal(rows.length, 1);
  const password = /:([^:@]+)@/.exec(bed.fundsUrl)?.[1] ?? '';
  assert.ok(password.length > 30);
  assert.ok(!rows[0]?.sealed.toString('latin1').includes(password));
});
