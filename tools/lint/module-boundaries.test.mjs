import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintFiles } from './lint-files.mjs';

const rule = 'module-boundaries';
const server = 'packages/server/src';

/** Lints one file for each `[path, imported]`; says which were refused, with the message. */
async function judge(imports) {
  const files = Object.fromEntries(
    imports.map(([path, source], index) => [
      path.replace(/(\.[a-z0-9.]+)$/, `-${index}$1`),
      `export * from '${source}';`,
    ]),
  );
  return Object.values(await lintFiles(rule, files));
}

async function assertAllowed(imports) {
  const messages = await judge(imports);
  assert.deepEqual(
    messages,
    imports.map(() => []),
  );
}

async function assertRefused(imports, pattern) {
  const messages = await judge(imports);
  for (const [index, found] of messages.entries()) {
    assert.equal(found.length, 1, `${imports[index].join(' imports ')}`);
    assert.match(found[0], pattern);
  }
}

test('a module imports the modules before it, by their index.ts', async () => {
  await assertAllowed([
    [`${server}/modules/runs/run.ts`, '../identity/index.ts'],
    [`${server}/modules/runs/executors/local/local.ts`, '../../../machines/index.ts'],
    [`${server}/modules/pipelines/routes.ts`, '../runs/index.ts'],
    [`${server}/modules/gateway/routes.ts`, '../alarms/index.ts'],
    [`${server}/modules/runs/run.ts`, './executors/executor.ts'],
    [`${server}/modules/runs/run.ts`, '../../kernel/clock.ts'],
    [`${server}/modules/runs/run.ts`, '@dumont/contracts/runs/runs.ts'],
  ]);
});

test('a module does not import the modules after or beside it', async () => {
  await assertRefused(
    [
      [`${server}/modules/identity/user.ts`, '../mail/index.ts'],
      [`${server}/modules/runs/run.ts`, '../pipelines/index.ts'],
      [`${server}/modules/pipelines/pipeline.ts`, '../optimization/index.ts'],
      [`${server}/modules/gateway/route.ts`, '../runs/index.ts'],
      [`${server}/modules/runs/run.ts`, '../gateway/index.ts'],
    ],
    /order of modules/,
  );
});

test('nobody reaches behind the door of a module', async () => {
  await assertRefused(
    [
      [`${server}/modules/runs/run.ts`, '../identity/user-store.ts'],
      [`${server}/app.ts`, './modules/runs/run.ts'],
    ],
    /index\.ts only/,
  );
});

test('the kernel knows no module, modules not the composition root, and a new module needs a place', async () => {
  await assertRefused([[`${server}/kernel/clock.ts`, '../modules/runs/index.ts']], /kernel knows no module/);
  await assertRefused([[`${server}/kernel/clock.ts`, '../app.ts']], /kernel knows no module/);
  await assertRefused([[`${server}/modules/runs/run.ts`, '../../app.ts']], /composition root/);
  await assertRefused(
    [[`${server}/modules/weather/rain.ts`, '../../kernel/clock.ts']],
    /no place in the order/,
  );
  await assertAllowed([
    [`${server}/app.ts`, './modules/runs/index.ts'],
    [`${server}/main.ts`, './app.ts'],
    [`${server}/kernel/http/server.ts`, '../clock.ts'],
  ]);
});

test('the contracts load in a browser', async () => {
  await assertRefused(
    [
      ['packages/contracts/src/route.ts', 'node:fs'],
      ['packages/contracts/src/route.ts', '@dumont/server'],
      ['packages/contracts/src/route.ts', 'undici'],
    ],
    /loads in a browser/,
  );
  await assertAllowed([
    ['packages/contracts/src/route.ts', 'zod'],
    ['packages/contracts/src/route.ts', 'zod/mini'],
    ['packages/contracts/src/route.ts', './primitives.ts'],
    ['packages/contracts/src/route.test.ts', 'node:test'],
  ]);
});

test('other packages and apps import the contracts of ours, and nothing by a relative path', async () => {
  await assertRefused(
    [
      ['packages/web/src/main.tsx', '@dumont/server/src/app.ts'],
      ['packages/cli/src/main.ts', '@dumont/web'],
      ['packages/server/src/app.ts', '@dumont/pipelines'],
      ['apps/pipelines/src/lib/run.ts', '@dumont/server'],
    ],
    /of ours it may import @dumont\/contracts/,
  );
  await assertRefused(
    [
      ['packages/web/src/main.tsx', '../../contracts/src/route.ts'],
      ['apps/pipelines/src/lib/run.ts', '../../../../packages/contracts/src/route.ts'],
      ['packages/cli/test/login.test.ts', '../../server/src/app.ts'],
    ],
    /import another package by its name/,
  );
  await assertAllowed([
    ['packages/web/src/main.tsx', '@dumont/contracts'],
    ['packages/web/src/main.tsx', 'react'],
    ['packages/web/src/main.tsx', '../package.json'],
    ['apps/pipelines/src/lib/run.ts', 'pg'],
    ['apps/pipelines/testing/server.ts', '@dumont/server/test/harness.ts'],
    ['packages/cli/test/login.test.ts', '@dumont/server/test/harness.ts'],
  ]);
});

test('types and dynamic imports count', async () => {
  const path = `${server}/kernel/clock.ts`;
  const source = [
    "import type { Run } from '../modules/runs/index.ts';",
    "export type Other = import('../modules/runs/index.ts').Run | Run;",
    "export const later = () => import('../modules/runs/index.ts');",
  ].join('\n');
  assert.equal((await lintFiles(rule, { [path]: source }))[path].length, 3);
});
