import assert from 'node:assert/strict';
import { appendFile, link, readdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createMachineFiles, type MachineFiles } from './manifest/machine-files.ts';
import { decodeManifest, encodeManifest, manifestSha256, type Manifest } from './manifest/manifest.ts';
import { Damaged, openRepository, type RepositoryReader } from './reader/repository-reader.ts';
import type { Restic } from './restic/restic.ts';
import {
  copyEmptyRepository,
  createLocalMachine,
  createTestFolder,
  createTestRestic,
  folderAccess,
  never,
  random,
  type TestFolder,
} from './snapshots-test-kit.ts';
import { createFolderFiles } from './storage/folder-files.ts';
import { verifySnapshot, type Verification } from './verify.ts';

interface Bed extends AsyncDisposable {
  readonly folder: TestFolder;
  readonly work: string;
  readonly place: string;
  readonly restic: Restic;
  readonly machineFiles: MachineFiles;
  read(): Promise<RepositoryReader>;
  /** Answers the full id. */
  backUp(excludes?: readonly string[]): Promise<string>;
  verify(
    snapshotId: string,
    more?: {
      previous?: Manifest;
      excludes?: readonly string[];
      machineFiles?: MachineFiles;
      hashesAll?: boolean;
    },
  ): Promise<Verification>;
}

const password = 'a password of a test';

const createBed = async (): Promise<Bed> => {
  const folder = await createTestFolder();
  const work = join(folder.path, 'work');
  const place = join(folder.path, 'repository');
  await copyEmptyRepository(place);
  const shell = createLocalMachine(folder.path);
  const restic = createTestRestic(shell, folderAccess(place, password));
  const machineFiles = createMachineFiles(shell);
  const read = (): Promise<RepositoryReader> =>
    openRepository(createFolderFiles(place, random), password, never);
  return {
    folder,
    work,
    place,
    restic,
    machineFiles,
    read,
    backUp: async (excludes = []) => {
      const tag = `t${random.id()}`;
      await restic.backup({ paths: [work], host: 'h', tags: [tag], excludes }, never);
      return (await restic.listSnapshots([tag], never))[0]?.id ?? '';
    },
    verify: async (
      snapshotId,
      { previous, excludes = [], machineFiles: files = machineFiles, hashesAll = true } = {},
    ) =>
      verifySnapshot({
        reader: await read(),
        machineFiles: files,
        snapshotId,
        paths: [work],
        excludes,
        previous,
        hashesAll,
        signal: never,
      }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
};

const clean = ({ mismatched, missing, inMotion }: Verification): void =>
  assert.deepEqual({ mismatched, missing, inMotion }, { mismatched: [], missing: [], inMotion: [] });

test('files of any name and size are in the snapshot as they are on the disk', async () => {
  await using bed = await createBed();
  await bed.folder.write({
    'work/empty': '',
    'work/a b/ü\n"quoted"\\t\u0001.txt': 'odd',
    'work/-rf': 'x',
    'work/large.bin': Buffer.from(Array.from({ length: 5_000_000 }, (_, at) => (at * at) % 251)),
    'work/zeros.bin': Buffer.alloc(3_000_000),
  });
  await writeFile(Buffer.concat([Buffer.from(`${bed.work}/`), Buffer.from([0x66, 0xff, 0xfe])]), 'not UTF-8');
  await symlink('../elsewhere/ü', join(bed.work, 'link'));
  await link(join(bed.work, 'large.bin'), join(bed.work, 'same.bin'));
  const verification = await bed.verify(await bed.backUp());
  clean(verification);
  assert.equal(verification.manifest.files.length, 7);
  assert.equal(verification.manifest.links.length, 1);
  assert.ok(verification.manifest.files.every((file) => file.sha256 === file.stored));
  const again = await decodeManifest(await encodeManifest(verification.manifest));
  assert.equal(manifestSha256(again), manifestSha256(verification.manifest));
});

test('D23: .git, .venv and hidden files are in a snapshot; what is left out is only what was asked to be', async () => {
  await using bed = await createBed();
  const files = ['.git/HEAD', '.venv/bin/python', '.cache/x', '__pycache__/a.pyc', 'node_modules/b/c.js'];
  await bed.folder.write(Object.fromEntries(files.map((path) => [`work/${path}`, path])));
  const pathsOf = ({ manifest }: Verification): ReadonlySet<string> =>
    new Set(manifest.files.map(({ path }) => path.replace(`${bed.work}/`, '')));
  const whole = await bed.verify(await bed.backUp());
  clean(whole);
  assert.deepEqual(pathsOf(whole), new Set(files));
  const excludes = ['node_modules'];
  const part = await bed.verify(await bed.backUp(excludes), { excludes });
  clean(part);
  assert.deepEqual(pathsOf(part), new Set(files.slice(0, 4)));
});

test('a later snapshot hashes what looks changed, and reads back what is new', async () => {
  await using bed = await createBed();
  await bed.folder.write({ 'work/a': 'one', 'work/b': 'two' });
  const { manifest } = await bed.verify(await bed.backUp());
  await bed.folder.write({ 'work/b': 'three', 'work/c': 'four' });
  const later = await bed.verify(await bed.backUp(), { previous: manifest, hashesAll: false });
  clean(later);
  assert.equal(later.filesHashed, 2);
  assert.equal((await bed.verify(await bed.backUp(), { previous: manifest })).filesHashed, 3);
});

test('a file that changed without a sign of it is found when all are hashed', async () => {
  await using bed = await createBed();
  await bed.folder.write({ 'work/a': 'right', 'work/b': 'x' });
  const id = await bed.backUp();
  // As damaged memory would: the machine reads other bytes, and all times are as they were.
  const machineFiles: MachineFiles = {
    ...bed.machineFiles,
    hash: async (files, signal) =>
      new Map(
        [...(await bed.machineFiles.hash(files, signal))].map(([path, sha256]) => [
          path,
          path.endsWith('/a') ? 'f'.repeat(64) : sha256,
        ]),
      ),
  };
  const { mismatched, inMotion } = await bed.verify(id, { machineFiles });
  assert.deepEqual([mismatched, inMotion], [[join(bed.work, 'a')], []]);
});

test('what changed, came or went after the backup is in motion, not damage', async () => {
  await using bed = await createBed();
  await bed.folder.write({ 'work/grows': 'x', 'work/goes': 'x', 'work/stays': 'x' });
  const id = await bed.backUp();
  await appendFile(join(bed.work, 'grows'), 'more');
  await rm(join(bed.work, 'goes'));
  await bed.folder.write({ 'work/comes': 'x' });
  const { mismatched, missing, inMotion } = await bed.verify(id);
  assert.deepEqual([mismatched, missing], [[], []]);
  assert.deepEqual(
    inMotion.toSorted(),
    ['comes', 'goes', 'grows'].map((name) => join(bed.work, name)),
  );
});

test('a file that was there and is not in the snapshot is missing', async () => {
  await using bed = await createBed();
  await bed.folder.write({ 'work/a': 'x', 'work/forgotten/b': 'x' });
  const id = await bed.backUp(['forgotten']);
  assert.deepEqual((await bed.verify(id)).missing, [join(bed.work, 'forgotten/b')]);
});

test('restic and the list of files leave out the same', async () => {
  await using bed = await createBed();
  await bed.folder.write({
    'work/a.tmp': 'x',
    'work/deep/.b.tmp': 'x',
    'work/node_modules/c': 'x',
    'work/deep/node_modules/d': 'x',
    'work/cache/e': 'x',
    'work/deep/cache/f': 'x',
    'work/a.tmpl': 'x',
  });
  const excludes = ['*.tmp', 'node_modules', join(bed.work, 'cache')];
  const verification = await bed.verify(await bed.backUp(excludes), { excludes });
  clean(verification);
  assert.deepEqual(verification.manifest.files.map(({ path }) => path.slice(bed.work.length)).toSorted(), [
    '/a.tmpl',
    '/deep/cache/f',
  ]);
});

test('a pack that was cut off, changed or lost is noticed', async () => {
  for (const harm of ['truncate', 'change', 'remove'] as const) {
    await using bed = await createBed();
    await bed.folder.write({
      'work/a': Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * at) % 251)),
    });
    const id = await bed.backUp();
    const names = await readdir(join(bed.place, 'data'), { recursive: true, withFileTypes: true });
    for (const entry of names.filter((found) => found.isFile())) {
      const file = join(entry.parentPath, entry.name);
      if (harm === 'truncate') await truncate(file, 40);
      else if (harm === 'remove') await rm(file);
      else await writeFile(file, Buffer.alloc(200_000, 1));
    }
    await assert.rejects(bed.verify(id), Damaged, harm);
  }
});

test('a wrong password opens nothing', async () => {
  await using bed = await createBed();
  await assert.rejects(openRepository(createFolderFiles(bed.place, random), 'wrong', never), Damaged);
});

test('a list of files that was cut off is no list', async () => {
  await using bed = await createBed();
  await bed.folder.write({ 'work/a': 'x' });
  const shell = createLocalMachine(bed.folder.path);
  const cut = createMachineFiles({
    ...shell,
    run: (command, options) => {
      let lines = 0;
      return shell.run(command, {
        ...options,
        onStdout: (line) => {
          lines += 1;
          if (lines === 1) options.onStdout?.(line.slice(0, 40));
        },
      });
    },
  });
  await assert.rejects(cut.list([bed.work], [], never), /cut off/);
  await utimes(join(bed.work, 'a'), 1, 1);
  assert.equal((await bed.machineFiles.list([bed.work], [], never)).files[0]?.modified, '1.000000000');
});
