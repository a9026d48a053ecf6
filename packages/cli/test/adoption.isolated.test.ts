import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findObstacle } from '@dumont/simulator/machines';
import { startTestCloud, type TestCloud } from './cloud.ts';
import { compileCache } from './compile-cache.ts';
import { makeSshKey, withOpenSsh } from './open-ssh.ts';
import { type Home, startTestServer, type TestServer } from './server.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const obstacle = await findObstacle();
const options = obstacle === undefined ? withOpenSsh : { skip: `machines with processes: ${obstacle}` };

const beds = new AsyncDisposableStack();
let cloud: TestCloud;
let server: TestServer;
let home: Home;
before(async () => {
  if (options.skip !== false) return;
  cloud = beds.use(await startTestCloud({ bodies: 'process', machines: 4, speed: 20 }));
  server = beds.use(await startTestServer(cloud.environment));
  home = await server.signIn();
  await makeSshKey(join(home.folder, '.ssh/id_ed25519'));
});
after(() => beds.disposeAsync());

const database = (): string => join(server.dataDir, 'postgres');
const backup = (): string => join(server.dataDir, '../backup');

/** Stops the server, copies its database aside, and starts it again: two starts more than the copy knows of. */
const backUp = async (): Promise<void> => {
  assert.equal(await server.stop(), 0);
  await rm(backup(), { recursive: true, force: true });
  await cp(database(), backup(), { recursive: true });
  await server.start();
};

/** What was written since the backup is gone, and the server goes by a new id. */
const restore = async (): Promise<void> => {
  assert.equal(await server.stop(), 0);
  await rm(database(), { recursive: true });
  await cp(backup(), database(), { recursive: true });
  await server.start();
};

const inMachine = (label: string, command: string): string => {
  const argv = [main, 'machine', 'ssh', label, '-i', join(home.folder, '.ssh/id_ed25519'), '--', command];
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, {
    env: { PATH: process.env['PATH'], HOME: home.folder, ...compileCache, ...home.environment },
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return stdout;
};

interface Stranger {
  readonly provider_instance_id: string;
  readonly standing: string;
}

/** Once the account was listed after a start. */
const strangers = async (count: number): Promise<readonly Stranger[]> => {
  for (let tries = 0; ; tries += 1) {
    const found = await home.json<Stranger[]>('machine', 'strangers');
    if (found.length === count || tries === 100) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

/** Somebody else rents in the same account. */
const rentElsewhere = async (): Promise<void> => {
  const { VAST_URL: url = '', VAST_API_KEY: key = '' } = cloud.environment;
  const [offer] = await home.json<{ id: string }[]>('offer', 'list');
  const answer = await fetch(`${url}/api/v0/asks/${offer?.id}/`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ image: 'x', disk: 10, label: 'somebody' }),
  });
  assert.equal(answer.status, 200, await answer.text());
};

test(
  'a machine that no book knows any more is listed, taken over by its number, and entered',
  options,
  async () => {
    await home.ok('ssh-key', 'add');
    assert.match((await home.dumont(['machine', 'strangers'])).stderr, /Every machine .* is in the books/);
    await rentElsewhere();
    await backUp();
    await home.ok('machine', 'deploy', '--gpu-ram', '4', '--name', 'alpha', '--idle-after', 'never');
    inMachine('alpha', 'echo precious > /workspace/model');
    await restore();

    const lost = (await strangers(2)).find(({ standing }) => standing === 'former');
    assert.ok(lost);
    const number = lost.provider_instance_id;
    assert.match(
      await home.ok('machine', 'strangers'),
      new RegExp(`^${number} +formerly ours +1x .* running +\\$0\\.\\d+/h +dumont/`, 'm'),
    );
    await home.refused(2, /missing required argument 'machine'/, 'machine', 'adopt');
    await home.refused(2, /does not take "b"/, 'machine', 'adopt', 'a', 'b');
    await home.refused(4, /There is no machine "nothing"/, 'machine', 'adopt', 'nothing');
    await home.refused(
      4,
      /no machine "999" in the accounts.*machine strangers/,
      'machine',
      'adopt',
      '999',
      '-y',
    );
    await home.refused(
      2,
      /--yes if this is meant: .* becomes a machine of this installation/,
      'machine',
      'adopt',
      number,
    );

    const taken = await home.ok('machine', 'adopt', number, '--yes');
    assert.match(
      taken,
      /^"machine \(found\)" is taken over: 1x .*\nEnter it: dumont machine ssh 'machine \(found\)'/,
    );
    assert.equal(inMachine('machine (found)', 'cat /workspace/model'), 'precious\n');
    await home.refused(1, /ours already/, 'machine', 'adopt', number, '--yes');
    assert.deepEqual(
      (await strangers(1)).map(({ standing }) => standing),
      ['other'],
    );
  },
);

test('a machine of a former id that the books know is taken over by its label', options, async () => {
  await backUp();
  await restore();
  await home.refused(2, /--yes if this is meant: "machine \(found\)"/, 'machine', 'adopt', 'machine (found)');
  const [known] = await home.json<{ status: string; adoptable: boolean }[]>('machine', 'list');
  assert.deepEqual([known?.status, known?.adoptable], ['running', true]);
  assert.match(
    await home.ok('machine', 'adopt', 'machine (found)', '--yes'),
    /^"machine \(found\)" is taken over/,
  );
  assert.equal(inMachine('machine (found)', 'cat /workspace/model'), 'precious\n');
});

test('a machine that somebody else rented is shown and never touched', options, async () => {
  const [other] = await strangers(1);
  assert.equal(other?.standing, 'other');
  await home.refused(
    1,
    /rented by somebody else: it is never touched/,
    'machine',
    'adopt',
    other.provider_instance_id,
    '--yes',
  );
  await home.ok('machine', 'destroy', 'machine (found)', '--no-snapshot', '--yes');
});
