import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { copyColumns, joinSlices } from './copy-columns.ts';
import type { Executor } from './database.ts';
import type { DB } from './schema.gen.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
  await sql`create table copied (id text primary key, data text, note text)`.execute(database.db);
  await sql`alter table copied alter column data set storage external`.execute(database.db);
});
after(() => database[Symbol.asyncDispose]());

const table = 'copied' as keyof DB;

const insert = async (executor: Executor, id: string, data: string | null): Promise<void> => {
  await sql`insert into copied values (${id}, ${data}, 'a note')`.execute(executor);
};
const copy = (id: string, executor: Executor = database.db) =>
  copyColumns(executor, table, ['data', 'note'], id);

/** Characters of one to four bytes, so that slices end in the middle of some. */
const long = (characters: number): string => '{"a":"xçã€😀\\n"}\n'.repeat(characters).slice(0, characters);

test('columns come as they are kept, whatever their length and their characters', async () => {
  for (const characters of [0, 15, 48_000, 1_000_000]) {
    const id = `of ${characters}`;
    const text = long(characters).toWellFormed();
    await insert(database.db, id, text);
    const copied = await copy(id);
    assert.ok(copied);
    assert.equal(joinSlices(copied.data), text);
    assert.equal(joinSlices(copied.note), 'a note');
  }
});

test('no slice is so long that the driver would have to put it together', async () => {
  await insert(database.db, 'long', long(400_000).toWellFormed());
  const { data } = (await copy('long')) ?? {};
  assert.ok(data?.every(({ length }) => length <= 49_152));
});

test('a column without a value is null, and a row that is not there is nothing', async () => {
  await insert(database.db, 'empty', null);
  assert.deepEqual(await copy('empty'), { data: null, note: [Buffer.from('a note')] });
  for (const id of ['nobody', "' or true or '", "x'); drop table copied; --"])
    assert.equal(await copy(id), undefined);
});

test('slices stay as they are while the same connection reads on', async () => {
  const texts = [long(300_000), 'y'.repeat(300_000)].map((text) => text.toWellFormed());
  for (const [at, text] of texts.entries()) await insert(database.db, `text ${at}`, text);
  await database.db.connection().execute(async (connection) => {
    const copies = [];
    for (let turn = 0; turn < 20; turn += 1) copies.push(await copy(`text ${turn % 2}`, connection));
    for (const [turn, copied] of copies.entries())
      assert.ok(joinSlices(copied?.data ?? null) === texts[turn % 2], `turn ${turn}`);
  });
});

test('in a transaction it sees what that wrote; where it fails, so does the transaction', async () => {
  const within = database.db.transaction().execute(async (transaction) => {
    await insert(transaction, 'fresh', 'here');
    assert.equal(joinSlices((await copy('fresh', transaction))?.data ?? null), 'here');
    await assert.rejects(copyColumns(transaction, table, ['nothing'], 'fresh'), { code: '42703' });
    await copy('fresh', transaction);
  });
  await assert.rejects(within, { code: '25P02' });
  assert.equal(await copy('fresh'), undefined);
});
