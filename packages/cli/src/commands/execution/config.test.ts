import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestHost } from '../../../test/run-in-process.ts';
import { configText } from './config.ts';

test('values are JSON where they are JSON, with numbers as they are written, and text otherwise', async () => {
  const { host } = createTestHost({});
  assert.equal(
    await configText(host, ['timeLimit=1.50', 'solver=mip.cbc', 'msg=true', 'name=a=b']),
    '{"timeLimit":1.50,"solver":"mip.cbc","msg":true,"name":"a=b"}',
  );
  assert.equal(await configText(host, undefined), undefined);
});

test('a file gives many, and what comes later goes before', async () => {
  const workingFolder = await mkdtemp(join(tmpdir(), 'dumont-config-'));
  try {
    await writeFile(join(workingFolder, 'config.json'), '{"solver": "mip", "timeLimit": 10}');
    await writeFile(join(workingFolder, 'list.json'), '[1]');
    const { host } = createTestHost({ workingFolder });
    assert.equal(await configText(host, ['@config.json', 'timeLimit=3']), '{"solver":"mip","timeLimit":3}');
    await assert.rejects(configText(host, ['@list.json']), /list\.json is not a JSON object/);
    await assert.rejects(
      configText(host, ['@none.json']),
      /none\.json cannot be read: there is no such file/,
    );
  } finally {
    await rm(workingFolder, { recursive: true });
  }
});
