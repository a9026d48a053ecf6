import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compileCache } from './compile-cache.ts';
import { startTestServer } from './server.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

test('a followed run is watched on through a restart of the server', async () => {
  await using server = await startTestServer();
  const home = await server.signIn();
  let restarted: Promise<void> | undefined;
  const restart = async (): Promise<void> => {
    assert.equal(await server.stop(), 0, 'Ctrl-C ends the server well');
    await server.start();
  };
  const argv = ['run', 'start', '--command', '--follow', '--', 'sh', '-c', 'echo first; sleep 60; echo last'];
  const { stdout, exitCode } = await home.dumont(argv, {
    onOutput: (output) => {
      if (output.includes('first')) restarted ??= restart();
    },
  });
  await restarted;
  assert.match(stdout, /first\n/);
  // The run itself ended with the server's stop or was taken up again: either way its end was seen.
  assert.match(stdout, /Run \d+ \(sh\) (failed|succeeded|cancelled)/);
  assert.ok(exitCode === 0 || exitCode === 1);
});

/** A module that holds its process up for as long as it takes to be told to stop, once it has said that it is ready. */
const holdsUpOnceReady = `data:text/javascript,${encodeURIComponent(`
  const write = process.stdout.write;
  process.stdout.write = function (chunk, ...rest) {
    const result = write.call(this, chunk, ...rest);
    if (String(chunk).includes('Dumont is ready')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    return result;
  };
`)}`;

test('Ctrl-C in the moment in which the server says that it is ready ends it well', async () => {
  await using server = await startTestServer({ NODE_OPTIONS: `--import=${holdsUpOnceReady}` });
  assert.equal(await server.stop(), 0);
});

test('settings that are wrong are named, and the exit code is that of the server', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-cli-up-'));
  try {
    const argv = [
      'up',
      '--data-dir',
      join(folder, 'data'),
      '--log-level',
      'loud',
      '--set',
      'DUMONT_LOCAL_RUNS=0',
    ];
    const { status, stderr } = spawnSync(process.execPath, [main, ...argv], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, ...compileCache },
    });
    assert.match(stderr, /DUMONT_LOG_LEVEL: found "loud", allowed: /);
    assert.match(stderr, /DUMONT_LOCAL_RUNS: found "0", allowed: /);
    assert.equal(status, 78);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
