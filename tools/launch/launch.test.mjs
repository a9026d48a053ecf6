import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../root.mjs';

/** A checkout with the launcher, nothing to install, and a program in the place of the command line's. */
const checkout = mkdtempSync(join(tmpdir(), 'dumont-launch-'));
const children = [];

before(() => {
  cpSync(join(root, 'tools'), join(checkout, 'tools'), { recursive: true });
  mkdirSync(join(checkout, 'node_modules'));
  writeFileSync(join(checkout, 'package-lock.json'), JSON.stringify({ packages: {} }));
  writeFileSync(join(checkout, 'node_modules/.package-lock.json'), JSON.stringify({ packages: {} }));
  mkdirSync(join(checkout, 'packages/cli/src'), { recursive: true });
  writeFileSync(
    join(checkout, 'packages/cli/src/main.ts'),
    `const said: string[] = [process.version, ...process.argv.slice(2)];
     process.on('SIGTERM', () => { console.log('TERM'); process.exit(7); });
     process.on('SIGHUP', () => { process.removeAllListeners('SIGHUP'); process.kill(process.pid, 'SIGHUP'); });
     setTimeout(() => process.exit(9), 30_000);
     console.log(JSON.stringify({ pid: process.pid, said, leaked: process.env['DUMONT_LAUNCHED_BY'] ?? null }));`,
  );
});
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(checkout, { recursive: true, force: true });
});

/** Starts the launcher; `ready` has what the program said of itself. */
async function launch({ args = ['a', '--b'], env = {}, preload } = {}) {
  const flags = preload === undefined ? [] : ['--import', preload];
  const child = spawn(process.execPath, [...flags, join(checkout, 'tools/launch.mjs'), 'dumont', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
  const ready = JSON.parse((await lines.next()).value);
  return { child, ready, lines };
}

/**
 * Makes the launcher believe that the host's Node is 20, and gives it this Node as the one of the dependencies.
 */
function oldHost() {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(checkout, 'node_modules', name, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  const preload = join(checkout, 'old-host.mjs');
  writeFileSync(
    preload,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } });`,
  );
  return preload;
}

test('the program runs in the process of the launcher when its Node is new enough', async () => {
  const { child, ready } = await launch();
  assert.equal(ready.pid, child.pid);
  assert.deepEqual(ready.said, [process.version, 'a', '--b']);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [7, null]);
});

test('on an older Node the program runs on the one of the dependencies, and its exit code comes back', async () => {
  const { child, ready, lines } = await launch({ preload: oldHost() });
  assert.notEqual(ready.pid, child.pid);
  assert.deepEqual(ready, { pid: ready.pid, said: [process.version, 'a', '--b'], leaked: null });
  child.kill('SIGTERM');
  assert.equal((await lines.next()).value, 'TERM\n');
  assert.deepEqual(await once(child, 'exit'), [7, null]);
});

test('the launcher dies by the signal that ended the program', async () => {
  const { child } = await launch({ preload: oldHost() });
  child.kill('SIGHUP');
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGHUP']);
});

test('the program ends when its launcher is killed', async () => {
  const { child, lines } = await launch({ preload: oldHost() });
  child.kill('SIGKILL');
  assert.equal((await lines.next()).value, 'TERM\n');
});

test('an unknown command is answered with the ones that there are', async () => {
  const child = spawn(process.execPath, [join(checkout, 'tools/launch.mjs'), 'nonsense'], { stdio: 'pipe' });
  const [text] = await once(child.stderr.setEncoding('utf8'), 'data');
  assert.match(text, /start \| dumont \| simulator \| mercado-pago \| test/);
  assert.deepEqual(await once(child, 'exit'), [1, null]);
});
