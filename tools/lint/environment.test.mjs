import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintFiles } from './lint-files.mjs';

const rule = 'environment-in-kernel-only';

test('a module does not read the environment in any spelling', async () => {
  const bad = [
    'export const a = process.env.HOME;',
    "export const b = process['env'];",
    'export const { env } = process;',
    'export const { env: { HOME } } = process;',
    "import { env } from 'node:process'; export const c = env.HOME;",
  ];
  const files = Object.fromEntries(
    bad.map((line, index) => [`packages/server/src/modules/mail/${index}.ts`, line]),
  );
  const messages = await lintFiles(rule, files);
  for (const [path, source] of Object.entries(files)) assert.equal(messages[path].length, 1, source);
});

test('the kernel, mains, tests and configuration files read it', async () => {
  const allowed = [
    'packages/server/src/kernel/config/environment.ts',
    'packages/server/src/main.ts',
    'packages/cli/src/main.ts',
    'packages/web/vite.config.ts',
    'packages/server/test/global-setup.ts',
    'apps/pipelines/src/lib/runtime.ts',
  ];
  const files = Object.fromEntries(allowed.map((path) => [path, 'export const home = process.env.HOME;']));
  assert.deepEqual(await lintFiles(rule, files), Object.fromEntries(allowed.map((path) => [path, []])));
});

test('other properties of the process are fine', async () => {
  const path = 'packages/server/src/modules/mail/mail.ts';
  assert.deepEqual(await lintFiles(rule, { [path]: 'export const { pid } = process; process.uptime();' }), {
    [path]: [],
  });
});
