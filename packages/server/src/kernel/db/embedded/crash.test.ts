import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { claimDataFolder } from './claim.ts';
import { ensureDatabaseUser } from './database-user.ts';
import { prepareFolders } from './folders.ts';
import { tryLauncher } from './choose-launcher.ts';
import { findBinariesPackage, installBinaries } from './binaries.ts';
import { listLaunchers } from './launcher.ts';
import { startPostmaster, type Postmaster } from './postmaster.ts';
import { findStartTime, isPostgresOf } from './processes.ts';
import { prepareSocketFolders } from './sockets.ts';
import {
  connect,
  isRoot,
  listNames,
  makeFolder,
  makeInitialisedDataDir,
  queryValue,
  spawnServer,
  start,
  until,
  type LogLine,
} from './test-kit.ts';

const linuxOnly = { skip: process.platform !== 'linux' && 'the parent death signal is of Linux' };

function dataFolderOf(dataDir: string): string {
  return join(dataDir, 'postgres', 'cluster', 'data');
}

describe('after a crash', () => {
  it('a killed server takes PostgreSQL with it, and the next start works', linuxOnly, async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    const server = spawnServer(t, dataDir);
    const { url, postgresPid } = await server.answer;
    await queryValue(url ?? '', 'create table kept as select 42 as answer');
    await server.kill();
    await until(
      'PostgreSQL has gone',
      async () => (await findStartTime(postgresPid as number)) === undefined,
    );
    await using db = await start(dataDir);
    assert.equal(await queryValue(db.url, 'select answer from kept'), 42);
  });

  it('a server started at the very moment another was killed works', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    const server = spawnServer(t, dataDir);
    await server.answer;
    await server.kill();
    await using db = await start(dataDir);
    assert.equal(await queryValue(db.url, 'select 1'), 1);
  });

  it('a killed PostgreSQL with an open session recovers at the next start', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    const killed = await start(dataDir);
    const session = await connect(killed.url);
    await session.query('create table kept as select 42 as answer');
    await session.query('begin; insert into kept values (43)');
    process.kill(killed.pid, 'SIGKILL');
    assert.deepEqual(await killed.ended, { code: null, signal: 'SIGKILL' });
    await killed[Symbol.asyncDispose]();
    await using db = await start(dataDir);
    assert.equal(await queryValue(db.url, 'select sum(answer)::int from kept'), 42);
    await session.end().catch(() => undefined);
  });

  it(
    'a session too busy to notice that its PostgreSQL was killed is ended by the next start',
    linuxOnly,
    async (t) => {
      const dataDir = await makeInitialisedDataDir(t);
      const killed = await start(dataDir);
      const session = await connect(killed.url);
      const busy = Number(
        (await session.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid,
      );
      // Fails in the end, when its session is ended.
      const query = session
        .query('select count(*) from generate_series(1, 1000000000000)')
        .catch(() => undefined);
      await until('the query runs', async () => {
        const sql = `select state from pg_stat_activity where pid = ${busy}`;
        return (await queryValue(killed.superuserUrl, sql)) === 'active';
      });
      process.kill(killed.pid, 'SIGKILL');
      await killed.ended;
      assert.ok(await isPostgresOf(busy, dataFolderOf(dataDir)));
      await killed[Symbol.asyncDispose]();
      await using db = await start(dataDir);
      assert.equal(await findStartTime(busy), undefined);
      assert.equal(await queryValue(db.url, 'select 1'), 1);
      await query;
    },
  );

  it('a postmaster.pid and a socket lock that name some other live process are no obstacle', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    // Of the same user: PostgreSQL itself ignores the pids of others.
    const { uid } = await stat(dataFolderOf(dataDir));
    const other = spawn('sleep', ['600'], { stdio: 'ignore', cwd: '/', ...(isRoot && { uid }) });
    t.after(() => other.kill());
    await once(other, 'spawn');
    const pidFile = join(dataFolderOf(dataDir), 'postmaster.pid');
    const text = `${other.pid}\n${dataFolderOf(dataDir)}\n1700000000\n5432\n\n\n\nready   \n`;
    await writeFile(pidFile, text);
    const socketDir = join(dataDir, 'postgres', 'socket');
    await mkdir(socketDir);
    await writeFile(join(socketDir, '.s.PGSQL.5432.lock'), text);
    await using db = await start(dataDir);
    assert.equal((await readFile(pidFile, 'utf8')).split('\n')[0], String(db.pid));
    assert.equal(await queryValue(db.url, 'select 1'), 1);
    assert.equal(other.exitCode, null);
    assert.equal(other.signalCode, null);
  });

  it('a PostgreSQL that outlived its server is ended, and its data is there', async (t) => {
    const dataDir = await makeInitialisedDataDir(t);
    const { postmaster, socket } = await startWithoutServer(dataDir);
    const app = (await readFile(join(dataDir, 'postgres', 'app.password'), 'utf8')).trim();
    const session = await connect(`postgres://dumont_app:${app}@${encodeURIComponent(socket)}/dumont`);
    await session.query('create table kept as select 42 as answer');
    const lines: LogLine[] = [];
    await using db = await start(dataDir, lines);
    assert.deepEqual(await postmaster.ended, { code: 0, signal: null });
    assert.ok(lines.some((line) => line.message.includes('earlier server')));
    assert.equal(await queryValue(db.url, 'select answer from kept'), 42);
    await session.end().catch(() => undefined);
  });

  it('a server killed in the middle of its first start is followed by one that works', async (t) => {
    const dataDir = join(await makeFolder(t), 'data-dir');
    const cluster = join(dataDir, 'postgres', 'cluster');
    const server = spawnServer(t, dataDir);
    await until('initdb is at work', async () => {
      const names = await listNames(cluster);
      const unfinished = names.find((name) => name.startsWith('data.unfinished-'));
      return unfinished !== undefined && (await listNames(join(cluster, unfinished))).length > 3;
    });
    await server.kill();
    await using db = await start(dataDir);
    assert.equal(await queryValue(db.url, 'select 1'), 1);
    assert.deepEqual(await listNames(cluster), ['data']);
  });

  it('half a copy of the binaries, one of two passwords and a torn data folder converge', async (t) => {
    const dataDir = join(await makeFolder(t), 'data-dir');
    const root = join(dataDir, 'postgres');
    const { version } = await findBinariesPackage();
    await mkdir(join(root, `${version}.partial`, 'bin'), { recursive: true });
    await writeFile(join(root, `${version}.partial`, 'bin', 'postgres'), 'half');
    await mkdir(join(root, 'cluster', 'data.unfinished-1', 'base'), { recursive: true });
    await writeFile(join(root, 'cluster', 'data.unfinished-1', 'PG_VERSION'), '18\n');
    await writeFile(join(root, 'cluster', 'initdb.password'), 'half', { mode: 0o600 });
    await writeFile(join(root, 'superuser.password'), 'from-before\n', { mode: 0o600 });
    await writeFile(join(root, 'app.password.partial'), 'ha', { mode: 0o600 });
    await using db = await start(dataDir);
    assert.match(db.superuserUrl, /:from-before@/);
    assert.equal(await queryValue(db.url, 'select 1'), 1);
    assert.equal(await queryValue(db.superuserUrl, 'select 1'), 1);
  });
});

/** As on a system without a parent death signal, after a KILL of the server: PostgreSQL runs, nobody claims the folder. */
async function startWithoutServer(dataDir: string): Promise<{ postmaster: Postmaster; socket: string }> {
  const folders = await prepareFolders(dataDir);
  await (await claimDataFolder(folders.claims, dataDir, async () => false))[Symbol.asyncDispose]();
  const binaries = await installBinaries(await findBinariesPackage(), folders.root);
  const sockets = await prepareSocketFolders(folders);
  const visible = { binaries, cluster: folders.cluster, ...sockets };
  const user = isRoot ? await ensureDatabaseUser(() => undefined) : undefined;
  const launcher = listLaunchers(visible, user).find(({ name }) =>
    name.includes('without a parent death signal'),
  );
  assert.ok(launcher);
  for (const path of [dataDir, dirname(dataDir)]) await chmod(path, 0o711);
  const tried = await tryLauncher(launcher, visible);
  assert.ok('version' in tried, JSON.stringify(tried));
  const settings = { listen_addresses: '', unix_socket_directories: sockets.socket };
  return { postmaster: await startPostmaster(folders, launcher, settings), socket: sockets.socket };
}
