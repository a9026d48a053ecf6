import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openAllowedFolders, type AllowedFolders } from './folders.ts';

let folder: string;
let root: string;
let folders: AllowedFolders;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dumont-folders-'));
  root = join(folder, 'files');
  folders = await openAllowedFolders([root]);
  await mkdir(join(root, 'reports/2026'), { recursive: true });
  await mkdir(join(folder, 'secret'));
  await mkdir(join(folder, 'files-beside'));
  await writeFile(join(root, 'note.txt'), '');
  await symlink(join(folder, 'secret'), join(root, 'escape'));
  await symlink(join(root, 'reports'), join(root, 'inside'));
});
after(() => rm(folder, { recursive: true, force: true }));

const reasonOf = async (path: string, create = false): Promise<string> => {
  const checked = await folders.check(path, { create });
  return checked.ok ? 'ok' : checked.reason;
};

test('a folder inside a root passes, as the place that it really is', async () => {
  assert.deepEqual(await folders.check(join(root, 'reports')), { ok: true, path: join(root, 'reports') });
  assert.deepEqual(await folders.check(join(root, 'inside')), { ok: true, path: join(root, 'reports') });
});

test('no path leaves the roots: by dots, by a link, by a name that only begins like a root', async () => {
  for (const path of [
    join(folder, 'secret'),
    `${root}/../secret`,
    join(root, 'escape'),
    join(folder, 'files-beside'),
    '/etc',
    '/does/not/exist',
  ]) {
    assert.match(await reasonOf(path), /lies outside/, path);
  }
  assert.match(await reasonOf(join(root, 'escape/new'), true), /lies outside/);
  assert.match(await reasonOf('reports'), /absolute/);
});

test('what is missing is made when asked for, and only then', async () => {
  const path = join(root, 'new/deep');
  assert.equal(await reasonOf(path), 'does not exist');
  assert.equal(await reasonOf(path, true), 'ok');
  assert.equal(await reasonOf(path), 'ok');
  assert.equal(await reasonOf(join(root, 'note.txt')), 'is not a folder');
  assert.equal(await reasonOf(join(root, 'note.txt'), true), 'is not a folder');
});

test('browsing starts at the roots and shows no way out', async () => {
  const top = await folders.browse(undefined);
  assert.ok(top.ok);
  assert.deepEqual(
    top.folders.map(({ path }) => path),
    [root],
  );
  const inRoot = await folders.browse(root);
  assert.ok(inRoot.ok);
  assert.equal(inRoot.parent, null);
  assert.deepEqual(
    inRoot.folders.map(({ name }) => name),
    ['inside', 'new', 'reports'],
  );
  const below = await folders.browse(join(root, 'reports'));
  assert.ok(below.ok);
  assert.equal(below.parent, root);
  assert.equal((await folders.browse(folder)).ok, false);
  assert.equal((await folders.browse(join(root, 'escape'))).ok, false);
});
