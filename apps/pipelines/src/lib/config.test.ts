import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../../testing/temp-folder.ts';
import { parseConfig, readConfig } from './config.ts';

test('an incomplete credential counts as missing', () => {
  const config = parseConfig({
    credentials: {
      maps: { url: 'https://x', username: 'u', password: '' },
      qore: { url: 'https://x', username: 'u', password: 'p' },
    },
  });
  assert.deepEqual(Object.keys(config.credentials), ['qore']);
});

test('selected funds lose their mask; without a choice all are meant', () => {
  const config = parseConfig({
    funds: { maps: { fundos_selecionados: ['00.017.024/0001-53'], usar_todos: false }, qore: {} },
  });
  assert.deepEqual(config.funds['maps'], { cnpjs: ['00017024000153'], all: false });
  assert.deepEqual(config.funds['qore'], { cnpjs: [], all: true });
});

test('what is wrong is named by its path', () => {
  assert.throws(
    () => parseConfig({ sources: { cvm: 5 }, download: { attempts: -1 } }),
    /sources\.cvm.*download\.attempts/,
  );
});

test('a broken configuration is reported without a word of its content', async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, 'c.json');
  await writeFile(file, '{"credentials": {"maps": {"password": "segredo');
  await assert.rejects(readConfig(file), (error: Error) => {
    assert.doesNotMatch(error.message, /segredo/);
    return /not valid JSON/.test(error.message);
  });
  await assert.rejects(readConfig(join(folder.path, 'missing.json')), /missing\.json: it does not exist/);
});
