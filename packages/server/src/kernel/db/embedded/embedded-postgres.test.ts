import assert from 'node:assert/strict';
import { rm, stat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { EmbeddedPostgresError } from './error.ts';
import {
  connect,
  copyDataDir,
  isRoot,
  makeFolder,
  makeInitialisedDataDir,
  queryValue,
  readStatus,
  start,
} from './test-kit.ts';

describe('the embedded PostgreSQL', () => {
  it('initialises an empty data folder at the first start and keeps the data at the second', async (t) => {
    const dataDir = join(await makeFolder(t), 'not', 'made', 'yet');
    {
      await using db = await start(dataDir);
      assert.match(db.version, /^18\.\d+$/);
      assert.equal(await queryValue(db.url, `select upper('ação')`), 'AÇÃO');
      await queryValue(db.url, 'create table kept as select 42 as answer');
    }
    await using db = await start(dataDir);
    assert.equal(await queryValue(db.url, 'select answer from kept'), 42);
  });

  it('leaves nothing running, no socket and no claim when it is stopped', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    const db = await start(dataDir);
    const session = await connect(db.url);
    await db[Symbol.asyncDispose]();
    assert.deepEqual(await db.ended, { code: 0, signal: null });
    await session.end().catch(() => undefined);
    await assert.rejects(stat(`/proc/${db.pid}`));
    await assert.rejects(stat(db.socketDir));
    assert.deepEqual(await readdir(join(dataDir, 'postgres', 'servers')), []);
  });

  it('gives the app a role that owns its database, makes roles, and is no superuser', async (t) => {
    await using db = await start(await makeInitialisedDataDir(t));
    const client = await connect(db.url);
    const { rows } = await client.query(
      `select rolname, rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
              pg_get_userbyid(datdba) as owner, datname
         from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    );
    assert.deepEqual(rows, [
      {
        rolname: 'dumont_app',
        rolsuper: false,
        rolcreaterole: true,
        rolcreatedb: false,
        rolcanlogin: true,
        rolreplication: false,
        rolbypassrls: false,
        owner: 'dumont_app',
        datname: 'dumont',
      },
    ]);
    await client.query('create extension pg_trgm; create schema funds; create role reader login');
    await assert.rejects(client.query(`copy (select 1) to program 'cat'`), { code: '42501' });
    await assert.rejects(client.query(`copy (select 1) to '/tmp/file'`), { code: '42501' });
    await assert.rejects(client.query(`select pg_read_file('/etc/passwd')`), { code: '42501' });
    await client.end();
  });

  it('lets nobody in without the password, and the app into no other database', async (t) => {
    await using db = await start(await makeInitialisedDataDir(t));
    const wrong = new URL(db.url);
    wrong.password = 'wrong';
    await assert.rejects(queryValue(wrong.href, 'select 1'), { code: '28P01' });
    const superuser = new URL(db.superuserUrl);
    superuser.password = wrong.password;
    await assert.rejects(queryValue(superuser.href, 'select 1'), { code: '28P01' });
    const elsewhere = new URL(db.url);
    elsewhere.pathname = '/template1';
    await assert.rejects(queryValue(elsewhere.href, 'select 1'), { code: '42501' });
  });

  it('keeps its secrets and its data from other users, and offers the second socket to them', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    await using db = await start(dataDir);
    const root = join(dataDir, 'postgres');
    const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    assert.equal(await modeOf(join(root, 'superuser.password')), '600');
    assert.equal(await modeOf(join(root, 'app.password')), '600');
    assert.equal(await modeOf(join(root, 'postgres.log')), '600');
    assert.equal(await modeOf(join(root, 'cluster')), '700');
    assert.equal(await modeOf(db.socketDir), '700');
    assert.equal(await modeOf(db.runSocketDir), '755');
    assert.equal(await modeOf(join(db.runSocketDir, '.s.PGSQL.5432')), '777');
    const others = (await readdir(db.runSocketDir)).filter((name) => !name.startsWith('.s.PGSQL.5432'));
    assert.deepEqual(others, []);
    const throughRunSocket = db.url.replace(
      encodeURIComponent(db.socketDir),
      encodeURIComponent(db.runSocketDir),
    );
    assert.equal(await queryValue(throughRunSocket, 'select 1'), 1);
  });

  it(
    'runs without root rights when root starts it below a folder that only root can enter',
    { skip: !isRoot },
    async (t) => {
      const dataDir = await makeInitialisedDataDir(t);
      await using db = await start(dataDir);
      const status = await readStatus(db.pid);
      const uids = new Set(status['Uid']?.split('\t'));
      assert.equal(uids.size, 1);
      assert.ok(!uids.has('0'));
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
        assert.match(status[set] ?? '', /^0+$/, set);
      assert.equal(status['NoNewPrivs'], '1');
      assert.equal((await stat(join(dataDir, 'postgres', 'cluster'))).uid, Number([...uids][0]));
      const password = join(dataDir, 'postgres', 'superuser.password');
      await assert.rejects(queryValue(db.superuserUrl, `select pg_read_file('${password}')`), {
        code: '42501',
      });
    },
  );

  it('gives PostgreSQL nothing of the environment of the server', async (t) => {
    process.env['DUMONT_TEST_SECRET'] = 'do not show';
    t.after(() => delete process.env['DUMONT_TEST_SECRET']);
    await using db = await start(await makeInitialisedDataDir(t));
    const names = (await readFile(`/proc/${db.pid}/environ`, 'utf8'))
      .split('\0')
      .map((entry) => entry.split('=')[0]);
    // The shell and PostgreSQL add the others themselves.
    const allowed = ['PATH', 'LC_ALL', 'TZ', 'PWD', 'OLDPWD', 'SHLVL', '_', ''];
    assert.deepEqual(
      names.filter((name) => !allowed.includes(name ?? '') && !name?.startsWith('PG')),
      [],
    );
  });

  it('runs side by side with another on another folder', async (t) => {
    await using one = await start(await makeInitialisedDataDir(t));
    await using other = await start(await makeInitialisedDataDir(t));
    await queryValue(one.url, 'create table only_here ()');
    assert.equal(await queryValue(one.url, `select to_regclass('only_here')::text`), 'only_here');
    assert.equal(await queryValue(other.url, `select to_regclass('only_here')::text`), null);
  });

  it('works in a folder whose path is too long for a socket or full of odd characters', async (t) => {
    const source = await makeInitialisedDataDir(t);
    for (const name of ['l'.repeat(150), `it's "odd", 100% ação $HOME`]) {
      const dataDir = join(await makeFolder(t), name);
      copyDataDir(source, dataDir);
      const db = await start(dataDir);
      assert.equal(await queryValue(db.url, 'select 1'), 1);
      assert.equal(await queryValue(db.superuserUrl, 'select 1'), 1);
      await db[Symbol.asyncDispose]();
      await assert.rejects(stat(db.socketDir));
      await assert.rejects(stat(db.runSocketDir));
    }
  });

  it('sets the passwords anew when their files are lost', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    const file = join(dataDir, 'postgres', 'app.password');
    const before = await readFile(file, 'utf8');
    await rm(file);
    await rm(join(dataDir, 'postgres', 'superuser.password'));
    await using db = await start(dataDir);
    assert.notEqual(await readFile(file, 'utf8'), before);
    assert.equal(await queryValue(db.url, 'select 1'), 1);
    assert.equal(await queryValue(db.superuserUrl, 'select 1'), 1);
  });

  it('refuses data of another major version and leaves it alone', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    const file = join(dataDir, 'postgres', 'cluster', 'data', 'PG_VERSION');
    await writeFile(file, '17\n');
    await assert.rejects(start(dataDir), (error: Error) => {
      assert.ok(error instanceof EmbeddedPostgresError);
      assert.match(error.message, /PostgreSQL 17.*carries 18\.\d.*DUMONT_DATA_DIR.*DATABASE_URL/);
      return true;
    });
    await writeFile(file, '18\n');
    await using db = await start(dataDir);
    assert.equal(await queryValue(db.url, 'select 1'), 1);
  });

  it('says which settings help when the data folder cannot be used', async (t) => {
    const file = join(await makeFolder(t), 'file');
    await writeFile(file, '');
    await assert.rejects(start(join(file, 'below')), (error: Error) => {
      assert.ok(error instanceof EmbeddedPostgresError);
      assert.match(error.message, /ENOTDIR.*DUMONT_DATA_DIR.*DATABASE_URL/);
      return true;
    });
  });

  it('says what PostgreSQL said when it does not start', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    const settings = join(dataDir, 'postgres', 'cluster', 'data', 'postgresql.conf');
    await writeFile(settings, 'no_such_setting = 1\n');
    await assert.rejects(start(dataDir), (error: Error) => {
      assert.ok(error instanceof EmbeddedPostgresError);
      assert.match(error.message, /exit code 1.*no_such_setting.*postgres\.log/);
      return true;
    });
    await writeFile(settings, '');
    await using db = await start(dataDir);
    assert.equal(await queryValue(db.url, 'select 1'), 1);
  });

  it('uses a copy of the binaries, and removes the copies of earlier releases', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    const superseded = join(dataDir, 'postgres', '18.0.0');
    const foreign = join(dataDir, 'postgres', '17.9.0');
    for (const path of [superseded, foreign]) await writeFile(path, '');
    await using db = await start(dataDir);
    assert.doesNotMatch(await readFile(`/proc/${db.pid}/cmdline`, 'utf8'), /node_modules/);
    await assert.rejects(stat(superseded));
    await stat(foreign);
  });
});
