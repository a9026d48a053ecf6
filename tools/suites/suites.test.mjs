import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../root.mjs';

const checkouts = [];
after(() => {
  for (const checkout of checkouts) rmSync(checkout, { recursive: true, force: true });
});

/** Runs `npm test` of a checkout that has only these test files, beside the tools. */
async function runTests(files, args = [], env = {}) {
  const checkout = mkdtempSync(join(tmpdir(), 'dumont-suites-'));
  checkouts.push(checkout);
  const isNoTest = (path) => !path.endsWith('.test.mjs');
  cpSync(join(root, 'tools'), join(checkout, 'tools'), { recursive: true, filter: isNoTest });
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    writeFileSync(
      join(checkout, path),
      `import { after, beforeEach, describe, test } from 'node:test';\n${source}`,
    );
  }
  // Node refuses to run tests inside of tests.
  const { NODE_TEST_CONTEXT: _, ...environment } = { ...process.env, ...env };
  const child = spawn(process.execPath, [join(checkout, 'tools/test.mjs'), ...args], { env: environment });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, output, lastLine: output.trimEnd().split('\n').at(-1) };
}

const contracts = (name) => `packages/contracts/src/${name}.test.ts`;

test('the last line counts passed, failed and skipped tests, and a failure is an exit code', async () => {
  const { code, output, lastLine } = await runTests({
    [contracts('good')]:
      "test('a', () => {}); describe('s', () => { test('b', () => {}); test.skip('c', () => {}); });",
    [contracts('bad')]:
      "describe('outer', () => { test('inner', () => { throw new Error('on purpose'); }); });",
    'tools/x.test.mjs': "test('d', () => {});",
  });
  assert.equal(lastLine, '3 passed, 1 failed, 1 skipped');
  assert.equal(code, 1);
  const failure = String.raw`✖ outer › inner \(packages\/contracts\/src\/bad\.test\.ts:2\)\n\s+Error: on purpose`;
  assert.match(output, new RegExp(`${failure}[^]*What failed:\n *${failure}[^]*contracts .* 1 failed`));
});

test('all green is exit code 0; no test at all is not', async () => {
  const file = { [contracts('one')]: "test('a', () => {});" };
  assert.equal((await runTests(file)).code, 0);
  const { code, output, lastLine } = await runTests(file, ['nowhere']);
  assert.equal(code, 1);
  assert.match(output, /No test matches nowhere/);
  assert.equal(lastLine, '0 passed, 0 failed, 0 skipped');
});

test('a filter picks files by their path', async () => {
  const files = { [contracts('one')]: "test('a', () => {});", [contracts('two')]: "test('b', () => {});" };
  assert.equal((await runTests(files, ['src/two'])).lastLine, '1 passed, 0 failed, 0 skipped');
});

test('hooks of a file hold for that file only', async () => {
  const { lastLine } = await runTests({
    [contracts('hooks')]: "beforeEach(() => { throw new Error('not for others'); }); test('a', () => {});",
    [contracts('others')]: "test('b', () => {}); test('c', () => {});",
  });
  assert.equal(lastLine, '2 passed, 1 failed, 0 skipped');
});

test('a file that cannot be loaded, holds no test, or ends the process is a failure of its own', async () => {
  const broken = await runTests({
    [contracts('broken')]: "throw new Error('cannot load');",
    [contracts('empty')]: 'export const nothing = 1;',
    [contracts('good')]: "test('a', () => {});",
  });
  assert.equal(broken.lastLine, '1 passed, 2 failed, 0 skipped');
  assert.match(broken.output, /broken\.test\.ts cannot be loaded/);
  assert.match(broken.output, /empty\.test\.ts: holds no test/);
  const killed = await runTests({
    [contracts('killed')]:
      "test('a', () => { console.log('last words'); process.kill(process.pid, 'SIGKILL'); });",
  });
  assert.equal(killed.code, 1);
  assert.match(killed.output, /killed\.test\.ts: the process was ended by SIGKILL/);
});

test('a process that breaks takes no other file with it, and what nobody could run is a failure', async () => {
  const kill = "test('a', () => process.kill(process.pid, 'SIGKILL'));";
  const one = await runTests({
    // The larger comes first.
    [contracts('killed')]: `${kill} // ${'x'.repeat(300)}`,
    [contracts('others')]: "test('b', () => {}); test('c', () => {});",
  });
  assert.equal(
    one.lastLine,
    availableParallelism() > 1 ? '2 passed, 1 failed, 0 skipped' : '0 passed, 2 failed, 0 skipped',
  );
  const killers = Array.from({ length: availableParallelism() }, (_, index) => [
    contracts(`killed${index}`),
    `${kill} // ${'x'.repeat(300)}`,
  ]);
  const all = await runTests({ ...Object.fromEntries(killers), [contracts('left')]: "test('b', () => {});" });
  assert.match(all.output, /left\.test\.ts: did not run, its process broke before/);
  assert.equal(all.lastLine, `0 passed, ${killers.length + 1} failed, 0 skipped`);
});

test('a test that leaves something open is a failure that names it', async () => {
  const { output, lastLine } = await runTests({
    [contracts('leak')]: "test('a', () => { setInterval(() => {}, 1000); });",
  });
  assert.equal(lastLine, '1 passed, 1 failed, 0 skipped');
  assert.match(output, /leak\.test\.ts: Tests left something open that keeps the process alive: Timeout/);
});

test('files that are isolated run in processes of their own', async () => {
  const source =
    "test('a', () => { if (globalThis.seen) throw new Error('shared'); globalThis.seen = true; });";
  const { lastLine } = await runTests({
    'packages/server/src/a.isolated.test.ts': source,
    'packages/server/src/b.isolated.test.ts': source,
  });
  assert.equal(lastLine, '2 passed, 0 failed, 0 skipped');
});

test('processes at the same time are tied to a core each, and a file that is split knows its share', async () => {
  const source = (name) => `test('a', () => {
    const { readFileSync } = process.getBuiltinModule('node:fs');
    const core = /Cpus_allowed_list:\\s*(.*)/.exec(readFileSync('/proc/self/status', 'utf8'))[1];
    console.log('${name} on', core, 'share', process.env['DUMONT_TEST_SHARE']);
    return new Promise((resolve) => setTimeout(resolve, 2000));
  });`;
  const { output } = await runTests({ 'packages/server/src/x.histories.ts': source('x') }, ['--output']);
  const told = output.match(/x on \S+ share \S+/g).toSorted();
  const cores = told.map((line) => line.split(' ')[2]);
  assert.equal(new Set(cores).size, availableParallelism());
  assert.ok(availableParallelism() === 1 || cores.every((core) => /^\d+$/.test(core)), cores.join(' '));
  assert.deepEqual(
    told.map((line) => line.split(' ')[4]).toSorted(),
    cores.map((_, index) => `${index}/${cores.length}`),
  );
});

test('the set-up of the database runs once, and what it sets reaches the tests', async () => {
  const seen =
    "test('a', () => { if (process.env['TEMPLATE'] !== 'once') throw new Error(process.env['TEMPLATE']); });";
  const { lastLine, output } = await runTests({
    'packages/server/test/global-setup.ts': `
      export const globalSetup = () => { process.env['TEMPLATE'] = (process.env['TEMPLATE'] ?? '') + 'once'; };
      export const globalTeardown = () => console.log('torn down');`,
    'packages/server/src/a.test.ts': seen,
    'packages/cli/src/b.test.ts': seen,
    'packages/cli/src/c.isolated.test.ts': seen,
  });
  assert.equal(lastLine, '3 passed, 0 failed, 0 skipped');
  assert.equal(output.match(/torn down/g).length, 1);
});

test('without a browser the browser tests are skipped aloud, and fail in CI', async () => {
  const files = {
    'packages/web/e2e/home.e2e.ts': "test('a', () => {});",
    [contracts('one')]: "test('a', () => {});",
  };
  const local = await runTests(files, [], { PATH: '/nowhere', CI: '' });
  assert.equal(local.lastLine, '1 passed, 0 failed, 1 skipped');
  assert.match(local.output, /no Chromium/);
  const ci = await runTests(files, [], { PATH: '/nowhere', CI: 'true' });
  assert.equal(ci.lastLine, '1 passed, 1 failed, 0 skipped');
  assert.equal(ci.code, 1);
});
