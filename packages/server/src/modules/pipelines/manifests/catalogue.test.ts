import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sampleManifest, sampleSystem, writeFiles } from '../test-kit.ts';
import { createCatalogue } from './catalogue.ts';

const withFolder = async (
  files: Readonly<Record<string, unknown>>,
  use: (folder: string) => Promise<void>,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-catalogue-'));
  try {
    const texts = Object.entries(files).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    await writeFiles(folder, Object.fromEntries(texts) as Record<string, string>);
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

test('the pipelines that ship are all in order', async () => {
  const catalogue = await createCatalogue([join(import.meta.dirname, '../../../../../../apps/pipelines')]);
  assert.deepEqual(catalogue.broken, []);
  assert.deepEqual(
    catalogue.pipelines.map(({ manifest }) => manifest.id),
    ['fund-data', 'fund-portals'],
  );
  assert.ok(catalogue.findSystem('amplis_reag'));
});

test('a bad manifest is named with file, place and reason, and the others load', async () => {
  const files = {
    'good/manifest.json': sampleManifest(),
    'typo/manifest.json': '{"id": "typo",',
    'shape/manifest.json': {
      ...sampleManifest({ id: 'shape' }),
      systems: [{ ...sampleSystem('x'), color: 1 }],
    },
    'escape/manifest.json': sampleManifest({
      id: 'escape',
      workingFolder: '../../..',
      systems: [sampleSystem('y')],
    }),
    'waits/manifest.json': sampleManifest({
      id: 'waits',
      command: ['node', '-e', 'main.mjs'],
      preload: [],
      systems: [sampleSystem('z')],
    }),
    'notes/readme.txt': 'no manifest here',
  };
  await withFolder(files, async (folder) => {
    const catalogue = await createCatalogue([folder, join(folder, 'missing')]);
    assert.deepEqual(
      catalogue.pipelines.map(({ manifest }) => manifest.id),
      ['sample'],
    );
    const paths = catalogue.broken.map(({ path }) => path.replace(folder, ''));
    assert.deepEqual(paths, [
      '/escape/manifest.json: workingFolder',
      '/shape/manifest.json: systems.0',
      '/typo/manifest.json',
      '/waits/manifest.json: preload',
      '/missing',
    ]);
    assert.match(catalogue.findBroken('shape')?.reason ?? '', /color/);
    assert.equal(catalogue.findBroken('typo')?.folder, 'typo');
  });
});

test('an id, a system or a label that is taken is refused by name', async () => {
  const files = {
    'a/manifest.json': sampleManifest(),
    'b/manifest.json': sampleManifest(),
    'c/manifest.json': sampleManifest({ id: 'c', systems: [sampleSystem('gamma'), sampleSystem('alpha')] }),
    'd/manifest.json': sampleManifest({ id: 'd', systems: [sampleSystem('delta', { label: 'BETA' })] }),
    'e/manifest.json': sampleManifest({ id: 'e', systems: [sampleSystem('gamma')] }),
  };
  await withFolder(files, async (folder) => {
    const catalogue = await createCatalogue([folder]);
    assert.deepEqual(
      catalogue.broken.map(({ folder, reason }) => [folder, reason.replace(/ by .*/, '')]),
      [
        ['b', 'the id sample is taken'],
        ['c', 'the system alpha is taken'],
        ['d', 'the label BETA is taken'],
      ],
    );
    // What a refused manifest asked for is not taken by it.
    assert.equal(catalogue.findSystem('gamma')?.pipeline.manifest.id, 'e');
  });
});

test('a manifest that was mended is there after a reload', async () => {
  await withFolder({ 'a/manifest.json': '{}' }, async (folder) => {
    const catalogue = await createCatalogue([folder]);
    assert.equal(catalogue.pipelines.length, 0);
    await writeFiles(folder, { 'a/manifest.json': JSON.stringify(sampleManifest()) });
    await catalogue.reload();
    assert.equal(catalogue.broken.length, 0);
    assert.equal(catalogue.findSystem('beta')?.definition.label, 'BETA');
  });
});
