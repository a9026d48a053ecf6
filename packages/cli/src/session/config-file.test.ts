import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { createTestHost } from '../../test/run-in-process.ts';
import { createConfigFile } from './config-file.ts';

const base = await mkdtemp(join(tmpdir(), 'dumont-cli-config-'));
after(() => rm(base, { recursive: true }));

const freshFile = async () => {
  const home = await mkdtemp(join(base, 'home-'));
  return createConfigFile(createTestHost({ homeFolder: home }).host);
};
const profile = (token: string) => ({ user: 'Ana', credentials: { kind: 'token', token } as const });

test('the file lies where XDG_CONFIG_HOME says, else below ~/.config', () => {
  const at = (environment: Record<string, string>): string =>
    createConfigFile(createTestHost({ homeFolder: '/home/ana', environment }).host).path;
  assert.equal(at({ XDG_CONFIG_HOME: '/xdg' }), '/xdg/dumont/config.json');
  assert.equal(at({ XDG_CONFIG_HOME: '' }), '/home/ana/.config/dumont/config.json');
});

test('tokens are readable by their owner alone, also when the file was open to others before', async () => {
  const file = await freshFile();
  const save = (token: string) =>
    file.change(async (config) => [{ ...config, profiles: { a: profile(token) } }, undefined]);
  await save('one');
  assert.equal((await stat(file.path)).mode & 0o777, 0o600);
  assert.equal((await stat(dirname(file.path))).mode & 0o777, 0o700);
  assert.equal(await file.exposed(), false);
  await chmod(file.path, 0o644);
  assert.equal(await file.exposed(), true);
  await save('two');
  assert.equal((await stat(file.path)).mode & 0o777, 0o600);
});

test('many changes at once lose none, and leave nothing but the file', async () => {
  const file = await freshFile();
  const names = Array.from({ length: 20 }, (_, index) => `https://${index}.example`);
  await Promise.all(
    names.map((name) =>
      file.change(async (config) => [
        { ...config, profiles: { ...config.profiles, [name]: profile(name) } },
        undefined,
      ]),
    ),
  );
  assert.deepEqual(Object.keys((await file.read()).profiles).toSorted(), names.toSorted());
  assert.deepEqual(await readdir(dirname(file.path)), ['config.json']);
});

test('a change that fails leaves the file as it was and the lock free', async () => {
  const file = await freshFile();
  await file.change(async (config) => [{ ...config, current: 'https://a.example' }, undefined]);
  const before = await readFile(file.path, 'utf8');
  await assert.rejects(
    file.change(async () => {
      throw new Error('no network');
    }),
    /no network/,
  );
  assert.equal(await readFile(file.path, 'utf8'), before);
  await file.change(async (config) => [config, undefined]);
});

test('a file that is not ours any more is named, not overwritten', async () => {
  const file = await freshFile();
  await file.change(async (config) => [{ ...config, current: 'https://a.example' }, undefined]);
  for (const content of ['{"version": 1, "prof', '[]', '{"version": 2, "profiles": {}}']) {
    await writeFile(file.path, content);
    await assert.rejects(file.read(), /cannot be understood/);
    await assert.rejects(
      file.change(async (config) => [{ ...config, current: 'x' }, undefined]),
      /cannot be understood/,
    );
    assert.equal(await readFile(file.path, 'utf8'), content);
  }
});
