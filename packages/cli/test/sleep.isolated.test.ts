import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findObstacle } from '@dumont/simulator/machines';
import { startTestCloud } from './cloud.ts';
import { compileCache } from './compile-cache.ts';
import { makeSshKey, withOpenSsh } from './open-ssh.ts';
import { type Home, startTestServer } from './server.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const obstacle = await findObstacle();
const options = obstacle === undefined ? withOpenSsh : { skip: `machines with processes: ${obstacle}` };

const beds = new AsyncDisposableStack();
let home: Home;
before(async () => {
  if (options.skip !== false) return;
  const cloud = beds.use(await startTestCloud({ bodies: 'process', machines: 3, speed: 20 }));
  const server = beds.use(await startTestServer(cloud.environment));
  home = await server.signIn();
  await makeSshKey(join(home.folder, '.ssh/id_ed25519'));
});
after(() => beds.disposeAsync());

/** What a command in the machine prints, through `dumont machine ssh` as a process of its own. */
const inMachine = async (command: string): Promise<string> => {
  const key = join(home.folder, '.ssh/id_ed25519');
  const argv = [main, 'machine', 'ssh', 'sleeper', '-i', key, '--', command];
  const child = spawn(process.execPath, argv, {
    env: { PATH: process.env['PATH'], HOME: home.folder, ...compileCache, ...home.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0, command);
  return stdout;
};

interface Snapshot {
  readonly id: string;
  readonly state: string;
  readonly tags: readonly string[];
}

test('files are saved, changed, and brought back from the shell', options, async () => {
  await home.ok('ssh-key', 'add');
  await home.ok('machine', 'deploy', '--gpu-ram', '4', '--name', 'sleeper', '--idle-after', 'never');
  await inMachine('mkdir -p /workspace && echo first > /workspace/a.txt && echo x > /workspace/b.tmp');
  const made = await home.json<Snapshot>(
    'snapshot',
    'create',
    'sleeper',
    '--exclude',
    '*.tmp',
    '--tag',
    'mine',
  );
  assert.equal(made.state, 'verified');
  assert.ok(made.tags.includes('mine'));
  const id = made.id.slice(-8);
  assert.match(
    await home.ok('snapshot', 'list', '--machine', 'sleeper'),
    new RegExp(`^${id} +sleeper +verified`, 'm'),
  );
  assert.match(await home.ok('snapshot', 'show', id), /^Left out +\*\.tmp$/m);

  await inMachine('echo second > /workspace/a.txt');
  await home.refused(
    2,
    /Files of "sleeper" get the content of .*: newer content is lost/,
    'snapshot',
    'restore',
    id,
  );
  assert.match(await home.ok('snapshot', 'restore', id, '--yes'), /^Back: 1 file, 6 B after /);
  assert.equal(await inMachine('cat /workspace/a.txt'), 'first\n');
  await home.ok('snapshot', 'restore', id, '--to', '/tmp/back', '--only', '/workspace/a.txt');
  assert.equal(await inMachine('cat /tmp/back/workspace/a.txt'), 'first\n');

  assert.match(await home.ok('snapshot', 'keep', id), /is kept forever/);
  await home.refused(
    1,
    /kept forever[\s\S]*Try: dumont snapshot keep --off/,
    'snapshot',
    'delete',
    id,
    '--yes',
  );
  await home.ok('snapshot', 'keep', id, '--off');
  await home.refused(1, /No other verified snapshot[\s\S]*delete --force/, 'snapshot', 'delete', id, '--yes');
  assert.match(await home.ok('snapshot', 'delete', id, '--force', '--yes'), /is deleted/);
});

test('a machine is put to sleep and wakes with its files; its files outlive it', options, async () => {
  await inMachine('echo awake > /workspace/a.txt');
  assert.match(await home.ok('machine', 'hibernate', 'sleeper'), /^"sleeper" sleeps: nothing is billed/);
  await home.refused(
    1,
    /is hibernated: .* Wake it: dumont machine wake sleeper/,
    'machine',
    'ssh',
    'sleeper',
  );
  assert.match(await home.ok('machine', 'list'), /^sleeper +hibernated .*\$0\.000 /m);
  const woken = await home.ok('machine', 'wake', 'sleeper');
  assert.match(woken, /^"sleeper" is awake: .*\nEnter it: dumont machine ssh sleeper\nssh -p \d+ root@/);
  assert.equal(await inMachine('cat /workspace/a.txt'), 'awake\n');
  assert.match(await home.ok('machine', 'events', 'sleeper'), /woke +user[\s\S]*fell asleep +user/);
  assert.match((await home.dumont(['machine', 'cost', 'sleeper'])).stderr, /^Baseline: /m);

  const gone = await home.ok('machine', 'destroy', 'sleeper', '--yes');
  const [, last = ''] = /^"sleeper" is destroyed .*Its files are in snapshot (\w+)\.$/m.exec(gone) ?? [];
  assert.match(
    await home.ok('snapshot', 'list', '--machine', 'sleeper'),
    new RegExp(`^${last} .* verified`, 'm'),
  );
});
