import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { buildConsole, hashConsoleSources, isConsoleBuilt } from './console.mjs';
import { SetupError } from './steps.mjs';

const checkout = mkdtempSync(join(tmpdir(), 'dumont-console-'));
after(() => rmSync(checkout, { recursive: true, force: true }));

/** A build tool that copies one file into the folder that `--outDir` names, or fails when it finds `broken`. */
const vite = `
  import { existsSync, mkdirSync, copyFileSync } from 'node:fs';
  const out = process.argv[process.argv.indexOf('--outDir') + 1];
  mkdirSync(out, { recursive: true });
  copyFileSync('src/main.ts', out + '/main.js');
  if (existsSync('src/broken')) { console.error('broken on purpose'); process.exit(1); }
`;

function write(path, text) {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

beforeEach(() => {
  rmSync(checkout, { recursive: true, force: true });
  write('package-lock.json', '{}');
  write('tsconfig.json', '{}');
  write('packages/web/package.json', '{"type": "module"}');
  write('packages/web/src/main.ts', 'one');
  write('packages/contracts/src/route.ts', 'route');
  write('node_modules/vite/package.json', '{"type": "module"}');
  write('node_modules/vite/bin/vite.js', vite);
});

const build = () => buildConsole(checkout, hashConsoleSources(checkout), { node: process.execPath });
const built = () => readFileSync(join(checkout, 'packages/web/dist/main.js'), 'utf8');
const isCurrent = () => isConsoleBuilt(checkout, hashConsoleSources(checkout));

test('a built console is current until a source, a contract or a dependency changes', async () => {
  assert.equal(isCurrent(), false);
  for (const path of ['packages/web/src/main.ts', 'packages/contracts/src/route.ts', 'package-lock.json']) {
    await build();
    assert.equal(isCurrent(), true);
    write(path, `{"changed": "${path}"}`);
    assert.equal(isCurrent(), false, path);
  }
});

test('the pages of the ordering service are built along', async () => {
  write('apps/storefront/web/package.json', '{"type": "module"}');
  write('apps/storefront/web/src/main.ts', 'pages');
  await build();
  assert.equal(readFileSync(join(checkout, 'apps/storefront/web/dist/main.js'), 'utf8'), 'pages');
  assert.equal(built(), 'one');
  assert.equal(isCurrent(), true);
  write('apps/storefront/web/src/main.ts', 'other pages');
  assert.equal(isCurrent(), false);
});

test('tests of the console are no part of it', async () => {
  await build();
  write('packages/web/src/main.test.tsx', 'test');
  write('packages/web/e2e/home.e2e.ts', 'test');
  assert.equal(isCurrent(), true);
});

test('a build that fails leaves the console of before, and says why', async () => {
  await build();
  write('packages/web/src/main.ts', 'two');
  write('packages/web/src/broken', '');
  await assert.rejects(
    build,
    (error) => error instanceof SetupError && /broken on purpose/.test(error.message),
  );
  assert.equal(built(), 'one');
  rmSync(join(checkout, 'packages/web/src/broken'));
  await build();
  assert.equal(built(), 'two');
  assert.equal(existsSync(join(checkout, '.cache/console')), false);
});
