import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AppError } from '../../../kernel/errors.ts';
import { createOptimizationBed } from '../test-kit.ts';
import { readApps, schemaNames } from './read-apps.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dumont-apps-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const writeApp = async (id: string, schemas: Readonly<Record<string, string>>): Promise<void> => {
  const app = join(folder, id);
  await mkdir(join(app, 'schemas'), { recursive: true });
  const name = { en: id, 'pt-BR': id };
  await writeFile(
    join(app, 'manifest.json'),
    JSON.stringify({ id, name, description: name, command: ['true'] }),
  );
  for (const schema of schemaNames)
    await writeFile(join(app, 'schemas', `${schema}.json`), schemas[schema] ?? '{}');
};

test('an app whose schema is no JSON is reported at the start, by the name of its file', async () => {
  await writeApp('torn', { kpis: '{"type":' });
  await writeApp('whole', {});
  const { apps, broken } = await readApps([folder]);
  assert.deepEqual(
    apps.map(({ manifest }) => manifest.id),
    ['whole'],
  );
  assert.deepEqual(
    broken.map(({ folder: at }) => at),
    [join(folder, 'torn')],
  );
  assert.match(broken[0]?.reason ?? '', /^schemas\/kpis\.json is not JSON/);
});

test('a schema that is published in another form is told apart from the one that documents are judged by', async () => {
  await writeApp('older', { instance: '{"type": "object"}' });
  const published = join(folder, 'older', 'published');
  await mkdir(published);
  await writeFile(join(published, 'instance.json'), '{"title": "old"}');
  const read = async () => {
    const { apps, broken } = await readApps([folder]);
    return [
      apps.find(({ manifest }) => manifest.id === 'older'),
      broken.find(({ folder: at }) => at.endsWith('older')),
    ] as const;
  };
  const [app] = await read();
  assert.equal(app?.schemaTexts.instance, '{"type": "object"}');
  assert.equal(app.publishedTexts.instance, '{"title": "old"}');
  assert.equal(app.publishedTexts.kpis, app.schemaTexts.kpis);
  await writeFile(join(published, 'instance.json'), '{"title"');
  const [torn, fault] = await read();
  assert.equal(torn, undefined);
  assert.match(fault?.reason ?? '', /^published\/instance\.json is not JSON/);
  await rm(join(folder, 'older'), { recursive: true });
});

test('a schema that is none is found when it is first needed: the refusal names app and schema, each time', async () => {
  await writeApp('misled', { instance: '{"type": "no such type"}' });
  await using bed = await createOptimizationBed({ appFolders: [folder] });
  const { instances } = bed.optimization.api;
  const add = (app: string) =>
    instances.create(bed.caller, { app, name: 'one', description: '', data: '{}' });
  for (const _ of [1, 2]) {
    await assert.rejects(add('misled'), (error: unknown) => {
      assert.ok(error instanceof AppError && error.code === 'optimization.app_broken');
      assert.match(error.message, /misled/);
      assert.match(error.message, /schema instance/);
      return true;
    });
  }
  assert.equal((await add('whole')).app, 'whole');
});
