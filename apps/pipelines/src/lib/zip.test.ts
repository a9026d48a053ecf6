import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { writeZip } from '../../testing/generator/write-zip.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { DamagedArchive, zipMembers } from './zip.ts';

async function readAll(path: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for await (const member of zipMembers(path, 'a.zip')) {
    let size = 0;
    for await (const part of member.read()) size += part.length;
    sizes[member.name] = size;
  }
  return sizes;
}

async function withBytes(path: string, change: (bytes: Buffer) => void): Promise<void> {
  const bytes = await readFile(path);
  change(bytes);
  await writeFile(path, bytes);
}

const lines = Array.from({ length: 5000 }, (_, index) => `linha ${index * 7919}`);

test('members are read one after the other', async () => {
  await using folder = await tempFolder();
  const path = await writeZip(folder.path, 'a.zip', [
    { name: 'x.csv', lines: ['a', 'b'] },
    { name: 'pasta/y.csv', lines: ['c'] },
  ]);
  assert.deepEqual(await readAll(path), { 'x.csv': 6, 'pasta/y.csv': 3 });
});

test('a cut archive is named as cut', async () => {
  await using folder = await tempFolder();
  const path = await writeZip(folder.path, 'a.zip', [{ name: 'x.csv', lines }]);
  const { length } = await readFile(path);
  for (const size of [length - 10, Math.floor(length / 2), 3]) {
    await truncate(path, size);
    await assert.rejects(
      readAll(path),
      (error: unknown) => error instanceof DamagedArchive && /cut or damaged/.test(error.message),
    );
  }
});

test('a byte that changed on the way is noticed', async () => {
  await using folder = await tempFolder();
  const path = await writeZip(folder.path, 'a.zip', [{ name: 'x.csv', lines }]);
  await withBytes(path, (bytes) => bytes.writeUInt8((bytes.readUInt8(5000) ^ 0xff) & 0xff, 5000));
  await assert.rejects(readAll(path), DamagedArchive);
});

test('a member that would be written outside of its folder is refused', async () => {
  await using folder = await tempFolder();
  const path = await writeZip(folder.path, 'a.zip', [{ name: 'aa/x.csv', lines: ['a'] }]);
  await withBytes(path, (bytes) => {
    for (let at = bytes.indexOf('aa/x'); at >= 0; at = bytes.indexOf('aa/x')) bytes.write('../x', at);
  });
  await assert.rejects(readAll(path), /unsafe name/);
});

test('a member that would grow without measure is refused before it is read', async () => {
  await using folder = await tempFolder();
  const zeros = '0'.repeat(1024 * 1024);
  const path = await writeZip(folder.path, 'a.zip', [
    { name: 'x.csv', lines: Array.from({ length: 80 }, () => zeros) },
  ]);
  await assert.rejects(readAll(path), /would grow to/);
});
