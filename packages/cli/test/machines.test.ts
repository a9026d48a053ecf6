import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClient } from '@dumont/contracts/client';
import type { Instance } from '@dumont/contracts/machines/instances';
import { startTestCloud } from './cloud.ts';
import { type Home, startTestServer, type TestServer } from './server.ts';

/**
 * Machines here are virtual: they boot and never answer SSH, so that a race goes on until it is given up. There are
 * three of them: the server gives machines back one by one, some seconds apart, and of the first two alone each is in
 * the hands of others at some times of the day.
 */
const beds = new AsyncDisposableStack();
let home: Home;
let server: TestServer;
before(async () => {
  const cloud = beds.use(await startTestCloud({ bodies: 'virtual', machines: 3 }));
  server = beds.use(await startTestServer(cloud.environment));
  home = await server.signIn();
});
after(() => beds.disposeAsync());

/** Presses Ctrl-C once the output says so. */
const leftAt = async (pattern: RegExp, ...argv: string[]): Promise<string> => {
  const interrupt = new AbortController();
  const { exitCode, stderr } = await home.dumont(argv, {
    interrupted: interrupt.signal,
    onOutput: (stdout, said) => {
      if (pattern.test(stdout + said)) interrupt.abort();
    },
  });
  assert.equal(exitCode, 130, stderr);
  return stderr;
};

test('a race is shown machine by machine, goes on without its watcher, and is given up', async () => {
  const deploy = ['machine', 'deploy', '--gpu-ram', '4', '--max-price', '50', '--name', 'my race'];
  const left = await leftAt(/: (ordered|waiting)/, ...deploy);
  assert.match(left, /^\d\d:\d\d:\d\d {2}host \d+, \dx .*, \$\d+\.\d+\/h, .*: (ordered|waiting)$/m);
  assert.match(
    left,
    /Left; "my race" goes on being deployed\. Watch it again: dumont machine watch 'my race'/,
  );

  const [listed] = await home.json<{ id: string; status: string }[]>('machine', 'list');
  assert.equal(listed?.status, 'deploying');
  const shown = await home.ok('machine', 'show', listed.id.slice(-8));
  assert.match(shown, /^Work +being deployed \(/m);
  assert.match(shown, /^ +1 +\d+ +\dx .* (ordered|waiting)/m);
  await home.refused(
    1,
    /"my race" is deploying: there is nothing to sign in to/,
    'machine',
    'ssh',
    'my race',
  );
  await home.refused(
    4,
    /There is no machine "my rase" \(did you mean "my race"\?\)/,
    'machine',
    'show',
    'my rase',
  );
  await home.refused(1, /machine\.(busy|state)/, 'machine', 'hibernate', 'my race');
  assert.match(await leftAt(/host \d+/, 'machine', 'watch', 'my race'), /goes on being deployed/);

  assert.match(await home.ok('machine', 'cancel', 'my race'), /^Given up: deploy of "my race", after /);
  await home.refused(1, /nothing_to_cancel/, 'machine', 'cancel', 'my race');
  assert.match(await home.ok('machine', 'list'), /^my race +failed/m);
  await home.refused(
    1,
    /is failed: .* Try again: dumont machine wake 'my race'/,
    'machine',
    'ssh',
    'my race',
  );

  await home.refused(
    2,
    /--yes if this is meant: "my race" never ran: no files are lost/,
    'machine',
    'destroy',
    'my race',
  );
  assert.match(await home.ok('machine', 'destroy', 'my race', '--yes'), /^"my race" is destroyed/);
  assert.deepEqual(await home.json('machine', 'list'), []);
  assert.match(await home.ok('machine', 'list', '--status', 'destroyed'), /^my race +destroyed/m);
  assert.match(await home.ok('machine', 'show', 'my race'), /^State +destroyed$/m);
});

test('what nobody offers fails, and leaves a machine to try again with', async () => {
  const { exitCode, stderr } = await home.dumont([
    'machine',
    'deploy',
    '--gpu',
    'Abacus 9',
    '--name',
    'abacus',
  ]);
  assert.match(stderr, /"abacus" could not be deployed: Nothing that fits is offered/);
  assert.match(stderr, /Try again: dumont machine wake abacus\. Remove it: dumont machine destroy abacus/);
  assert.equal(exitCode, 1);
  await home.refused(1, /Nothing that fits is offered/, 'machine', 'watch', 'abacus');
  const set = ['machine', 'set', 'abacus', '--name', 'counter', '--sleep-at', '0 20 * * 1-5'];
  assert.match(await home.ok(...set), /^"counter" is changed\. It sleeps next at \d{4}-/);
  await home.refused(
    1,
    /cron expression is not valid/,
    'machine',
    'set',
    'counter',
    '--wake-at',
    '0 99 * * *',
  );
  assert.doesNotMatch(await home.ok('machine', 'set', 'counter', '--sleep-at', 'never'), /sleeps next/);
  await home.ok('machine', 'destroy', 'counter', '--yes');
});

test('without machines the list says how to rent one', async () => {
  const { exitCode, stdout, stderr } = await home.dumont(['machine', 'list', '--status', 'running']);
  assert.match(stderr, /No machine is like that/);
  assert.equal(stdout, '');
  assert.equal(exitCode, 0);
  await home.refused(4, /There is no machine "nope"/, 'snapshot', 'create', 'nope');
  await home.refused(4, /There is no machine "nope"/, 'machine', 'keep-alive', 'nope');
});

test('a deployment that is told nothing is as its user’s settings have it', async () => {
  const nothing = ['machine', 'deploy', '--no-wait', '--name', 'mine'];
  await home.refused(
    2,
    /Which GPU\? Say --gpu, --gpu-ram or --offer, or choose one in your settings/,
    ...nothing,
  );
  const { token } = await home.json<{ token: string }>('token', 'create', 'settings');
  const client = createClient({ baseUrl: server.url, headers: () => ({ authorization: `Bearer ${token}` }) });
  await client.putSettings({
    body: { deployment: { needs: { gpu_name: 'Abacus 9', machine_type: 'bid' }, disk_size: 33 } },
  });
  const { needs, disk_size: disk } = await home.json<Instance>(...nothing);
  assert.deepEqual([needs.gpu_name, needs.machine_type, disk], ['Abacus 9', 'bid', 33]);
  const told = [...nothing.slice(0, -1), 'told', '--gpu', 'Abacus 8', '--no-spot', '--disk', '44'];
  const other = await home.json<Instance>(...told);
  assert.deepEqual(
    [other.needs.gpu_name, other.needs.machine_type, other.disk_size],
    ['Abacus 8', 'on-demand', 44],
  );
});
