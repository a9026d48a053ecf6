import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { migrate, MigrationError } from './migrate.ts';

const ends = new AsyncDisposableStack();
after(() => ends.disposeAsync());

/** A database as a server of an older time left it, and a folder of migrations. */
const prepare = async (
  files: Readonly<Record<string, string>>,
): Promise<{ database: TestDatabase; folder: string }> => {
  const database = ends.use(await createTestDatabase());
  await database.pool.query('DROP SCHEMA app CASCADE');
  const folder = await mkdtemp(join(tmpdir(), 'dumont-migrations-'));
  ends.defer(() => rm(folder, { recursive: true }));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
  return { database, folder };
};

const first = { '0001_things.sql': 'CREATE TABLE things (id int);' };

test('servers that start together migrate once: the others wait, then find it done', async () => {
  const { database, folder } = await prepare({
    ...first,
    '0002_rows.sql': 'INSERT INTO things VALUES (1); SELECT pg_sleep(0.1);',
    'README.md': 'not a migration',
  });
  const done = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url, folder)));
  assert.deepEqual(done.flat(), ['0001_things.sql', '0002_rows.sql']);
  const { rows } = await database.pool.query('SELECT id FROM app.things');
  assert.equal(rows.length, 1);
});

test('only what is new is applied', async () => {
  const { database, folder } = await prepare(first);
  await migrate(database.url, folder);
  assert.deepEqual(await migrate(database.url, folder), []);
  await writeFile(join(folder, '0002_more.sql'), 'ALTER TABLE things ADD name text;');
  assert.deepEqual(await migrate(database.url, folder), ['0002_more.sql']);
});

test('a migration that fails leaves nothing of itself behind, and says which it was', async () => {
  const { database, folder } = await prepare({
    ...first,
    '0002_broken.sql': 'CREATE TABLE half (id int); SELECT 1 / 0;',
  });
  await assert.rejects(migrate(database.url, folder), (error: unknown) => {
    assert.ok(error instanceof MigrationError);
    assert.match(error.message, /^The migration 0002_broken.sql failed: division by zero$/);
    return true;
  });
  const { rows } = await database.pool.query<{ half: string | null; things: string | null }>(
    "SELECT to_regclass('app.half')::text AS half, to_regclass('app.things')::text AS things",
  );
  assert.deepEqual(rows, [{ half: null, things: 'things' }]);
  await writeFile(join(folder, '0002_broken.sql'), 'CREATE TABLE half (id int);');
  assert.deepEqual(await migrate(database.url, folder), ['0002_broken.sql']);
});

test('a file that was changed after it had been applied is refused', async () => {
  const { database, folder } = await prepare(first);
  await migrate(database.url, folder);
  await writeFile(join(folder, '0001_things.sql'), 'CREATE TABLE things (id bigint);');
  await assert.rejects(
    migrate(database.url, folder),
    /0001_things.sql was changed after it had been applied/,
  );
});

test('a database of a newer version is left alone', async () => {
  const { database, folder } = await prepare({
    ...first,
    '0009_future.sql': 'CREATE TABLE future (id int);',
  });
  await migrate(database.url, folder);
  await rm(join(folder, '0009_future.sql'));
  await writeFile(join(folder, '0002_other.sql'), 'CREATE TABLE other (id int);');
  await assert.rejects(migrate(database.url, folder), /0009_future.sql of a newer version/);
  const { rows } = await database.pool.query("SELECT to_regclass('app.other') AS other");
  assert.deepEqual(rows, [{ other: null }]);
});
