import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compileCache } from './compile-cache.ts';

const launcher = fileURLToPath(new URL('../bin/dumont.js', import.meta.url));
const home = await mkdtemp(join(tmpdir(), 'dumont-cli-launcher-'));
after(() => rm(home, { recursive: true }));
const environment = { PATH: process.env['PATH'], HOME: home, ...compileCache, DUMONT_TOKEN: 'token' };

const majorOf = (program: string): number =>
  Number(spawnSync(program, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.split('.')[0]);
const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find(
  (path) => existsSync(path) && majorOf(path) < 24,
);

const dumont = (node: string, argv: readonly string[]) =>
  spawnSync(node, [launcher, ...argv], { encoding: 'utf8', env: environment, input: '' });

/** A server that takes requests and answers none. */
const startSilentServer = async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const asked = new Promise<void>((resolve) => server.once('request', () => resolve()));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const interrupt = async (node: string, signal: NodeJS.Signals): Promise<number | null> => {
  await using server = await startSilentServer();
  const child = spawn(node, [launcher, 'whoami', '--url', server.url], { env: environment, stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await server.asked;
  child.kill(signal);
  return await ended;
};

test('the launcher runs the CLI and hands its exit code on', () => {
  const version = dumont(process.execPath, ['--version']);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal(version.status, 0);
  assert.equal(dumont(process.execPath, ['nonsense']).status, 2);
});

test('a signal ends a command that waits, with the exit code of an interruption', async () => {
  assert.equal(await interrupt(process.execPath, 'SIGINT'), 130);
  assert.equal(await interrupt(process.execPath, 'SIGTERM'), 130);
});

test('a reader that goes away ends the command quietly', () => {
  const line = `"${process.execPath}" "${launcher}" completion bash | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8', env: environment });
  assert.match(stdout, /^# dumont completion for bash/);
  assert.equal(stdout.trimEnd().split('\n').at(-1), '0');
  assert.equal(stderr, '');
});

test(
  'on a host with an older Node the CLI runs on the Node that came with the packages',
  { skip: oldNode === undefined ? 'no Node older than 24 is installed here' : false },
  async () => {
    assert.ok(oldNode !== undefined);
    assert.match(dumont(oldNode, ['version']).stdout, /\(Node v2[4-9]\./);
    assert.equal(dumont(oldNode, ['nonsense']).status, 2);
    assert.equal(await interrupt(oldNode, 'SIGTERM'), 130);
  },
);
