import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { claimDataFolder } from './claim.ts';
import { EmbeddedPostgresError } from './error.ts';
import { makeFolder, makeInitialisedDataDir, queryValue, spawnServer, start } from './test-kit.ts';

const notServed = async (): Promise<boolean> => false;
const served = async (): Promise<boolean> => true;

describe('the claim on a data folder', () => {
  it('refuses a second live server, which changes nothing for the first', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    const first = spawnServer(t, dataDir);
    const { url, postgresPid } = await first.answer;
    await assert.rejects(start(dataDir), (error: Error) => {
      assert.ok(error instanceof EmbeddedPostgresError);
      assert.match(error.message, new RegExp(`pid ${first.pid}\\).*DUMONT_DATA_DIR`));
      assert.ok(error.message.includes(dataDir));
      return true;
    });
    const startedAt = `select pg_postmaster_start_time()::text`;
    assert.ok(await queryValue(url ?? '', startedAt));
    process.kill(postgresPid as number, 0);
  });

  it('refuses a second start in the same process, and a third', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    await using db = await start(dataDir);
    await assert.rejects(start(dataDir), /this process has already started it/);
    await assert.rejects(start(dataDir), /this process has already started it/);
    assert.equal(await queryValue(db.url, 'select 1'), 1);
  });

  it('is refused to all but one of many that ask at once', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    const servers = [1, 2, 3].map(() => spawnServer(t, dataDir));
    const answers = await Promise.all(servers.map((server) => server.answer));
    assert.ok(answers.filter(({ url }) => url !== undefined).length <= 1, JSON.stringify(answers));
  });

  it('does not count when its process has gone, its pid belongs to another, or the system was started again', async (t) => {
    const folder = await makeFolder(t);
    await using self = await claimDataFolder(folder, 'here', notServed);
    const [own = ''] = await readdir(folder);
    const [pid = '', startTime = '', namespace = '', boot = ''] = own.split('_');
    await self[Symbol.asyncDispose]();
    const stale = [
      [pid, `${Number(startTime) - 1}`, namespace, boot],
      ['4194305', startTime, namespace, boot],
      [pid, startTime, namespace, '00000000-0000-0000-0000-000000000000'],
      [pid, startTime, '1', boot],
    ].map((parts) => parts.join('_'));
    for (const name of [...stale, 'rubbish']) await writeFile(join(folder, name), '');
    await using claim = await claimDataFolder(folder, 'here', notServed);
    assert.ok(claim);
    assert.deepEqual(await readdir(folder), [own]);
  });

  it('of another pid namespace counts while a PostgreSQL answers in the folder', async (t) => {
    const folder = join(await makeFolder(t), 'servers');
    await mkdir(folder);
    const probe = await claimDataFolder(folder, 'here', notServed);
    const [own = ''] = await readdir(folder);
    await probe[Symbol.asyncDispose]();
    const [pid, startTime, , boot] = own.split('_');
    const foreign = [pid, startTime, '1', boot].join('_');
    await writeFile(join(folder, foreign), '');
    await assert.rejects(claimDataFolder(folder, 'here', served), EmbeddedPostgresError);
    assert.deepEqual(await readdir(folder), [foreign]);
  });
});
