import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPipelinesBed, sampleManifest, sampleSystem } from './test-kit.ts';

const manifest = sampleManifest({
  systems: [
    sampleSystem('alpha', { credentials: ['amplis.reag'] }),
    sampleSystem('beta', { credentials: ['maps'] }),
  ],
});

test('files of an earlier installation are taken once', async () => {
  await using bed = await createPipelinesBed({
    worker: false,
    manifest,
    files: {
      'data/import/credentials.json': JSON.stringify({
        amplis: { reag: { url: 'https://reag.example/', username: 'ana', password: 'old-secret' } },
        maps: { url: '', username: '', password: '' },
        paths: { csv: 'C:\\dados' },
      }),
      'data/import/sistemas_state.json': JSON.stringify({
        alpha: { ativo: false, opcoes: { pdf: false, cor: 'azul' } },
        gone: { ativo: true },
      }),
    },
  });
  const [reag, maps] = (await bed.call('listCredentials')).items;
  assert.deepEqual([reag?.username, reag?.hasPassword, maps?.saved], ['ana', true, false]);
  const alpha = await bed.call('lerSistema', { params: { id: 'alpha' } });
  assert.deepEqual([alpha.ativo, alpha.opcoes['pdf']], [false, false]);
  const folder = join(bed.folder, 'data/import');
  assert.deepEqual((await readdir(folder)).toSorted(), [
    'credentials.json.imported',
    'sistemas_state.json.imported',
  ]);
  assert.equal((await stat(join(folder, 'credentials.json.imported'))).mode & 0o777, 0o600);
  assert.ok(bed.logged.some((line) => line.includes('gone') && line.includes('alpha.cor')));
  assert.ok(bed.logged.every((line) => !line.includes('old-secret')));
});

test('a file that cannot be read stays where it is, is named in the log, and shows none of its text', async () => {
  await using bed = await createPipelinesBed({
    worker: false,
    manifest,
    files: { 'data/import/credentials.json': '{"maps": {"password": "open-secret",' },
  });
  assert.deepEqual(await readdir(join(bed.folder, 'data/import')), ['credentials.json']);
  assert.ok(bed.logged.some((line) => line.includes('credentials.json') && line.includes('not valid JSON')));
  assert.ok(bed.logged.every((line) => !line.includes('open-secret')));
});
