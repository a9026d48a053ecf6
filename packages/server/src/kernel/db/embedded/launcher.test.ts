import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, chown, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { findBinariesPackage, installBinaries } from './binaries.ts';
import { tryLauncher } from './choose-launcher.ts';
import { ensureDatabaseUser } from './database-user.ts';
import { prepareFolders } from './folders.ts';
import { listLaunchers } from './launcher.ts';
import { startPostmaster } from './postmaster.ts';
import { settingsFor } from './settings.ts';
import { prepareSocketFolders } from './sockets.ts';
import {
  isRoot,
  makeFolder,
  makeInitialisedDataDir,
  queryValue,
  readStatus,
  spawnServer,
  start,
} from './test-kit.ts';

const nobodyKnown = 54_321;

describe('the ways to start PostgreSQL', () => {
  it('each that this host allows serves the same data, whatever the one before it was', async (t) => {
    const dataDir = await makeInitialisedDataDir(t, `it's "odd", 100%`);
    for (const path of [dataDir, dirname(dataDir)]) await chmod(path, 0o711);
    const folders = await prepareFolders(dataDir);
    const binaries = await installBinaries(await findBinariesPackage(), folders.root);
    const user = isRoot ? await ensureDatabaseUser(() => undefined) : undefined;
    const names = listLaunchers({ binaries, cluster: '/c', socket: '/s', runSocket: '/r' }, user).map(
      ({ name }) => name,
    );
    let worked = 0;
    for (const name of names) {
      const sockets = await prepareSocketFolders(folders);
      const visible = { binaries, cluster: folders.cluster, ...sockets };
      const launcher = listLaunchers(visible, user).find((each) => each.name === name);
      assert.ok(launcher);
      const tried = await tryLauncher(launcher, visible);
      if ('refusal' in tried) {
        t.diagnostic(`${name}: ${tried.refusal}`);
        continue;
      }
      const postmaster = await startPostmaster(folders, launcher, settingsFor(launcher, true));
      try {
        const { Uid, CapEff } = await readStatus(postmaster.pid);
        t.diagnostic(`${name}: works, uid ${Uid?.split('\t')[0]}`);
        assert.match(CapEff ?? '', /^0+$/);
        assert.equal((await stat(folders.cluster)).uid, launcher.owner?.uid ?? process.getuid?.());
        assert.deepEqual((await readdir(sockets.socket)).length, 2);
      } finally {
        await postmaster.stop();
      }
      worked++;
    }
    assert.ok(worked > 0);
    await using db = await start(dataDir);
    assert.equal(await queryValue(db.url, 'select 1'), 1);
  });

  it('a user without root rights and without an entry in the password file can start it', async (t) => {
    if (!isRoot) return t.skip('needs root to become that user');
    const identity = { uid: nobodyKnown, gid: nobodyKnown };
    const readable = spawnSync('test', ['-r', import.meta.filename], identity);
    if (readable.status !== 0) return t.skip('the checkout cannot be read by that user');
    const parent = await makeFolder(t);
    await chown(parent, identity.uid, identity.gid);
    const answer = await spawnServer(t, join(parent, 'data-dir'), identity).answer;
    if (answer.error?.includes('user namespace')) return t.skip(answer.error);
    assert.equal(answer.error, undefined);
    assert.equal(await queryValue(answer.url ?? '', 'select 1'), 1);
    const { Uid } = await readStatus(answer.postgresPid as number);
    assert.equal(Uid?.split('\t')[0], String(nobodyKnown));
  });

  it('a folder of another user is refused with words for the operator', async (t) => {
    if (!isRoot) return t.skip('needs root to become another user');
    const identity = { uid: nobodyKnown, gid: nobodyKnown };
    if (spawnSync('test', ['-r', import.meta.filename], identity).status !== 0) {
      return t.skip('the checkout cannot be read by that user');
    }
    const dataDir = await makeInitialisedDataDir(t);
    for (const path of [dataDir, dirname(dataDir)]) await chmod(path, 0o755);
    const { error } = await spawnServer(t, dataDir, identity).answer;
    assert.match(error ?? '', /EPERM|EACCES/);
    assert.match(error ?? '', /DUMONT_DATA_DIR.*DATABASE_URL/);
  });

  it('never covers a folder that it needs', () => {
    const folders = {
      binaries: '/mnt/dumont/18',
      cluster: '/mnt/dumont/c',
      socket: '/srv/s',
      runSocket: '/srv/r',
    };
    const launchers = listLaunchers(folders, { uid: 999, gid: 999 });
    const best = launchers[0];
    if (process.platform === 'linux') assert.equal(best?.folders.cluster, '/media/cluster');
    const everywhere = { binaries: '/mnt/b', cluster: '/media/c', socket: '/srv/s', runSocket: '/opt/r' };
    assert.notEqual(listLaunchers(everywhere, { uid: 999, gid: 999 })[0]?.name, 'mount namespace');
  });
});
