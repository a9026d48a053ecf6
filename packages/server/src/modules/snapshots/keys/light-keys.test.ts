import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  copyEmptyRepository,
  createLocalMachine,
  createTestFolder,
  createTestRestic,
  folderAccess,
  never,
  random,
  type TestFolder,
} from '../snapshots-test-kit.ts';
import { createFolderFiles } from '../storage/folder-files.ts';
import type { RepositoryFiles } from '../storage/repository-files.ts';
import { isSlow } from './key-file.ts';
import { lightenKeys } from './light-keys.ts';

const password = 'a password of a test';
let folder: TestFolder;

before(async () => {
  folder = await createTestFolder();
});
after(() => folder[Symbol.asyncDispose]());

const opens = (repository: string, shown: string): Promise<boolean> =>
  createTestRestic(createLocalMachine(folder.path), folderAccess(repository, shown)).exists(never);

const keysIn = async (files: RepositoryFiles): Promise<boolean[]> => {
  const keys: boolean[] = [];
  for (const { name } of await files.list('keys', never)) {
    await using found = await files.open({ kind: 'keys', name });
    assert.ok(found);
    keys.push(isSlow(await found.read()));
  }
  return keys;
};

test('restic opens a light key with the same password, and with no other', async () => {
  const repository = join(folder.path, 'light');
  await copyEmptyRepository(repository);
  const files = createFolderFiles(repository, random);
  assert.deepEqual(await keysIn(files), [true]);
  await lightenKeys(files, password, random, never);
  assert.deepEqual(await keysIn(files), [false]);
  assert.equal(await opens(repository, password), true);
  await assert.rejects(opens(repository, 'another'), { kind: 'wrong_password' });
});

test('what was interrupted before the slow key was taken away is brought to its end', async () => {
  const repository = join(folder.path, 'interrupted');
  await copyEmptyRepository(repository);
  const files = createFolderFiles(repository, random);
  const slow = join(folder.path, 'slow');
  await cp(join(repository, 'keys'), slow, { recursive: true });
  await lightenKeys(files, password, random, never);
  await cp(slow, join(repository, 'keys'), { recursive: true });
  assert.equal((await keysIn(files)).length, 2);
  await lightenKeys(files, password, random, never);
  assert.deepEqual(await keysIn(files), [false]);
  assert.equal(await opens(repository, password), true);
});

test('a key that the password does not open is left as it is', async () => {
  const repository = join(folder.path, 'wrong');
  await copyEmptyRepository(repository);
  const files = createFolderFiles(repository, random);
  await assert.rejects(lightenKeys(files, 'another', random, never), /does not open the key/);
  assert.deepEqual(await keysIn(files), [true]);
});
