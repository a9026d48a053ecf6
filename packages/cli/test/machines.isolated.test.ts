import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findObstacle } from '@dumont/simulator/machines';
import { startTestCloud } from './cloud.ts';
import { compileCache } from './compile-cache.ts';
import { makeSshKey, withOpenSsh } from './open-ssh.ts';
import type { CliResult } from './run-in-process.ts';
import { type Home, startTestServer } from './server.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const obstacle = await findObstacle();
const options = obstacle === undefined ? withOpenSsh : { skip: `machines with processes: ${obstacle}` };

const beds = new AsyncDisposableStack();
let home: Home;
let key: string;
before(async () => {
  if (options.skip !== false) return;
  const cloud = beds.use(await startTestCloud({ bodies: 'process', machines: 3, speed: 20 }));
  const server = beds.use(await startTestServer(cloud.environment));
  home = await server.signIn();
  key = join(home.folder, '.ssh/id_ed25519');
  await makeSshKey(key);
});
after(() => beds.disposeAsync());

/** As a process of its own: `ssh` is given its streams, not those of the tests. */
const run = async (program: string, argv: readonly string[], input = ''): Promise<CliResult> => {
  const child = spawn(program, argv, {
    env: { PATH: process.env['PATH'], HOME: home.folder, ...compileCache, ...home.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const exitCode = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  return { exitCode, stdout, stderr };
};
const inMachine = (command: string, input = ''): Promise<CliResult> =>
  run(process.execPath, [main, 'machine', 'ssh', 'trainer', '-i', key, '--', command], input);

interface Machine {
  readonly id: string;
  readonly status: string;
  readonly ssh_host_key: string | null;
}

test(
  'a machine is rented and entered with what goes in, what comes out and how it ends',
  options,
  async () => {
    await home.ok('ssh-key', 'add');
    const deploy = ['machine', 'deploy', '--gpu-ram', '4', '--name', 'trainer', '--idle-after', 'never'];
    const rented = await home.json<Machine>(...deploy);
    assert.equal(rented.status, 'running');
    assert.match(rented.ssh_host_key ?? '', /^ssh-ed25519 /);
    const entered = await inMachine(
      'cat > /workspace/a.txt; cat /workspace/a.txt; echo no >&2; exit 7',
      'bytes',
    );
    assert.deepEqual([entered.stdout, entered.exitCode], ['bytes', 7]);
    assert.match(entered.stderr, /^no$/m);
    const stranger = join(home.folder, 'stranger');
    await makeSshKey(stranger);
    const argv = ['machine', 'ssh', 'trainer', '-i', stranger, '--', 'true'];
    const out = await run(process.execPath, [main, ...argv]);
    assert.match(out.stderr, /Permission denied[\s\S]*Is your key known here\? See: dumont ssh-key list/);
    assert.equal(out.exitCode, 255);
  },
);

test('a machine that shows another host key than the server knows is not entered', options, async () => {
  const printed = await home.ok('machine', 'ssh', 'trainer', '-i', key, '--print', '--', 'echo', 'in');
  const asIs = spawnSync('sh', ['-c', printed], { encoding: 'utf8' });
  assert.equal(asIs.stdout, 'in\n', asIs.stderr);
  const { known_hosts: path } = await home.json<{ known_hosts: string }>('machine', 'ssh', 'trainer');
  const [alias] = (await readFile(path, 'utf8')).split(' ');
  const other = (await readFile(join(home.folder, 'stranger.pub'), 'utf8')).split(' ').slice(0, 2).join(' ');
  await writeFile(path, `${alias} ${other}\n`);
  const refusedThen = spawnSync('sh', ['-c', printed], { encoding: 'utf8' });
  assert.match(refusedThen.stderr, /Host key verification failed/);
  assert.equal(refusedThen.status, 255);
  assert.equal((await inMachine('true')).exitCode, 0, 'the file is written anew from what the server knows');
});

test('its story, its cost and what keeps it awake are told', options, async () => {
  assert.match(await home.ok('machine', 'keep-alive', 'trainer', '2h'), /^"trainer" /);
  assert.match(await home.ok('machine', 'events', 'trainer'), /keep alive[\s\S]*deployed +user/);
  assert.match(await home.ok('machine', 'show', 'trainer'), /^Sleeps +never by itself$/m);
  const cost = await home.json<{ dph_now: number; rentals: unknown[] }>('machine', 'cost', 'trainer');
  assert.ok(cost.dph_now > 0);
  assert.ok(cost.rentals.length > 0, 'what lost the race was paid for too');
  assert.match(await home.ok('machine', 'cost'), /^Asleep now +0$/m);
  assert.match((await home.dumont(['machine', 'list'])).stderr, /Together they cost \$\d+\.\d+ an hour/);
});

test('who destroys a machine is told first what becomes of its files', options, async () => {
  await home.refused(
    2,
    /once a snapshot of its files is made and verified; that stays/,
    'machine',
    'destroy',
    'trainer',
  );
  const destroy = ['machine', 'destroy', 'trainer', '--no-snapshot'];
  await home.refused(2, /WITH ALL ITS FILES/, ...destroy);
  assert.match(await home.ok(...destroy, '--yes'), /^"trainer" is destroyed/);
  await home.refused(
    1,
    /"trainer" is destroyed: there is nothing to sign in to/,
    'machine',
    'ssh',
    'trainer',
  );
});
