import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../root.mjs';
import { packServer } from './server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'dumont-pack-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('the archive has what a server needs to install and start, and nothing of tests', () => {
  const archive = packServer(root, join(folder, 'one'));
  const listed = execFileSync('tar', ['--list', `--file=${archive}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const paths = new Set(listed.map((path) => path.slice(path.indexOf('/') + 1)));
  for (const path of [
    'package.json',
    'package-lock.json',
    '.npmrc',
    'tools/launch.mjs',
    'tools/launch/dependencies.mjs',
    'packages/contracts/src/route.ts',
    'packages/web/package.json',
    'apps/pipelines/fund-data/manifest.json',
  ]) {
    assert.ok(paths.has(path), path);
  }
  assert.deepEqual(
    [...paths].filter((path) => /\.test\.|\.e2e\.|(^|\/)(test|testing)\/|^packages\/web\/src\//.test(path)),
    [],
  );
});

test('the same sources make the same bytes', () => {
  const [first, second] = ['two', 'three'].map((name) => readFileSync(packServer(root, join(folder, name))));
  assert.ok(first.equals(second));
});
