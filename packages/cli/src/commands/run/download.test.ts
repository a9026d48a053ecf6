import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createTestHost } from '../../../test/run-in-process.ts';
import { downloadFile, pathInside } from './download.ts';

const folder = await mkdtemp(join(tmpdir(), 'dumont-cli-download-'));
after(() => rm(folder, { recursive: true }));

const artifact = (content: string) => ({
  name: 'report.csv',
  sizeBytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  createdAt: '2026-11-21T00:00:00Z',
});

test('a file of a run never leaves the folder that it is downloaded to', () => {
  assert.equal(pathInside('/downloads', 'out', 'a/b.csv'), '/downloads/out/a/b.csv');
  assert.equal(pathInside('/downloads', 'out', '..data.csv'), '/downloads/out/..data.csv');
  for (const name of ['../x', 'a/../../x', '/etc/passwd', '.', '..', 'x\0y']) {
    assert.throws(() => pathInside('/downloads', 'out', name), /would not stay/, name);
  }
});

test('a file is saved whole, and one that exists is left alone unless it may be replaced', async () => {
  const { host } = createTestHost({});
  const path = join(folder, 'sub', 'report.csv');
  await downloadFile(host, new Response('first'), artifact('first'), path, false);
  assert.equal(await readFile(path, 'utf8'), 'first');
  await assert.rejects(
    downloadFile(host, new Response('second'), artifact('second'), path, false),
    /--force/,
  );
  assert.equal(await readFile(path, 'utf8'), 'first');
  await downloadFile(host, new Response('second'), artifact('second'), path, true);
  assert.equal(await readFile(path, 'utf8'), 'second');
});

test('a file that came damaged is not kept', async () => {
  const { host } = createTestHost({});
  const target = await mkdtemp(join(folder, 'damaged-'));
  const path = join(target, 'report.csv');
  await assert.rejects(
    downloadFile(host, new Response('cut o'), artifact('cut off'), path, false),
    /damaged/,
  );
  await writeFile(path, 'good');
  await assert.rejects(downloadFile(host, new Response('cut o'), artifact('cut off'), path, true), /damaged/);
  assert.equal(await readFile(path, 'utf8'), 'good');
  assert.deepEqual(await readdir(target), ['report.csv']);
});
