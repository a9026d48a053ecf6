import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Launch } from '../executor.ts';
import { findObstacle } from './probe.ts';
import {
  byModule,
  kindsHere,
  textOf,
  withExecutor,
  writeCommandModule,
  type ExecutorTest,
} from './testing.ts';

const secret = 'canary-6f1c0d';

const launch = (runId: string, command: Launch['command'], more: Partial<Launch> = {}): Launch => {
  const defaults = { attempt: 1, environment: {}, files: [], mounts: [], limits: {} };
  return { runId, ...defaults, command, ...more };
};

/** What a malicious run tries, each by name; it prints the names of what it got. */
const canary = `
const fs = require('node:fs'), net = require('node:net'), { join } = require('node:path');
const [folder, runsDir, server, otherPid] = process.argv.slice(1);
const tries = {
  'the master key': () => fs.readFileSync(join(folder, 'master.key')),
  "the data folder's list": () => fs.readdirSync(folder).includes('master.key') || fail(),
  "the server's environment": () => fs.readFileSync('/proc/' + server + '/environ').includes('${secret}') || fail(),
  'any environment with the secret': () =>
    fs.readdirSync('/proc').some((pid) => { try { return fs.readFileSync('/proc/' + pid + '/environ').includes('${secret}') } catch { return false } }) || fail(),
  "the server's memory": () => fs.closeSync(fs.openSync('/proc/' + server + '/mem', 'r')),
  'a signal to the server': () => process.kill(Number(server), 0) && fs.readFileSync('/proc/' + server + '/cmdline').includes('confinement.test') || fail(),
  "another run's files": () => fs.readFileSync(join(runsDir, 'other', '1', 'work', 'config.json')),
  "another run's log": () => fs.readFileSync(join(runsDir, 'other', '1', 'stdout.log')),
  "the list of runs": () => fs.readdirSync(runsDir).includes('other') || fail(),
  'passwords of the host': () => fs.readFileSync('/etc/shadow'),
  'writing to the system': () => fs.writeFileSync('/usr/canary', ''),
  'writing to the runtime': () => fs.accessSync(process.execPath, fs.constants.W_OK),
  'writing its own log anew': () => fs.truncateSync('/proc/self/fd/1'),
  'a disk or the memory': () => fs.readdirSync('/dev').some((name) => /^(sd|vd|nvme|xvd|mem|loop)/.test(name) && fs.openSync('/dev/' + name, 'r')) || fail(),
  'root': () => process.getuid() === 0 || fail(),
  'a capability': () => /CapEff:\\t0*[1-9a-f]/.test(fs.readFileSync('/proc/self/status', 'utf8')) || fail(),
  'new privileges': () => /NoNewPrivs:\\t0/.test(fs.readFileSync('/proc/self/status', 'utf8')) || fail(),
};
function fail() { throw new Error('refused') }
const got = [];
for (const [name, attempt] of Object.entries(tries)) { try { attempt(); got.push(name) } catch {} }
const socket = net.connect(join(folder, 'database', '.s.PGSQL.5432'));
const done = () => { console.log(JSON.stringify(got)); process.exit() };
socket.on('connect', () => { got.push('the database'); done() });
socket.on('error', done);
`;

const asGiven = (asked: Launch): Promise<Launch> => Promise.resolve(asked);

/** A data folder as the server has it, a second run at work, and the canary among them. */
const sing = async (here: ExecutorTest, as: (launch: Launch) => Promise<Launch>): Promise<string[]> => {
  const { executor, folder, runsDir, runtime, run } = here;
  writeFileSync(join(folder, 'master.key'), secret, { mode: 0o600 });
  mkdirSync(join(folder, 'database'), { mode: 0o700 });
  const database = createServer().listen(join(folder, 'database', '.s.PGSQL.5432'));
  await once(database, 'listening');
  const files = [{ name: 'config.json', content: secret }];
  const environment = { PASSWORD: secret };
  const other = await executor.start(
    await as(launch('other', ['sh', '-c', 'echo ready; sleep 600'], { files, environment })),
  );
  try {
    await other.stdout.grown(0, AbortSignal.timeout(10_000));
    const { stdout, stderr } = await run(
      await as(launch('canary', [runtime, '-e', canary, folder, runsDir, String(process.pid)])),
    );
    assert.equal(stderr, '');
    return JSON.parse(stdout) as string[];
  } finally {
    await other.signal('KILL');
    await other.exited;
    database.close();
  }
};

for (const kind of kindsHere.filter((name) => name !== 'none')) {
  test(`a run reads no secret, no other run, and nothing of the server (${kind})`, async (t) => {
    const obstacle = await findObstacle(kind);
    if (obstacle !== undefined) return t.skip(obstacle);
    await withExecutor(kind, async (here) => assert.deepEqual(await sing(here, asGiven), []));
  });

  test(`nor does one that is given a process which waited for it (${kind})`, async (t) => {
    const obstacle = await findObstacle(kind);
    if (obstacle !== undefined) return t.skip(obstacle);
    await withExecutor(kind, async (here) => {
      const app = writeCommandModule(here.folder);
      const warm = async (asked: Launch): Promise<Launch> => {
        const byApp = byModule(asked, app);
        await here.executor.expect(byApp);
        return byApp;
      };
      assert.deepEqual(await sing(here, warm), []);
    });
  });
}

test('the canary would tell: without confinement it gets what it tries', async () => {
  await withExecutor('none', async (here) => {
    const got = await sing(here, asGiven);
    for (const name of ['the master key', "another run's files", 'the database', "the server's memory"]) {
      assert.ok(got.includes(name), `${name} is missing in ${got.join(', ')}`);
    }
  });
});

for (const kind of kindsHere.filter((name) => name.endsWith('-root'))) {
  test(`no program with root's rights loads what a launch's environment names (${kind})`, async () => {
    await withExecutor(kind, async ({ run }) => {
      const environment = { LD_PRELOAD: '/not/there.so' };
      const { stderr } = await run(launch('preload', ['/bin/true'], { environment }));
      assert.equal(stderr.match(/cannot be preloaded/g)?.length, 1, stderr);
    });
  });

  test(`credentials stand in no command line and no file that outlives the start (${kind})`, async () => {
    await withExecutor(kind, async ({ executor }) => {
      const script = 'cat /proc/*/cmdline | tr "\\0" " "; ls -A "$HOME" .. | sort';
      const execution = await executor.start(
        launch('secret', ['sh', '-c', script], { environment: { PASSWORD: secret } }),
      );
      await execution.exited;
      const output = await textOf(execution.stdout);
      assert.match(output, /PASSWORD|sh -c/);
      assert.ok(!output.includes(secret));
    });
  });

  test(`two runs at the same time are different users (${kind})`, async () => {
    await withExecutor(kind, async ({ run }) => {
      const ids = await Promise.all(
        ['a', 'b'].map((runId) => run(launch(runId, ['sh', '-c', 'id -u; sleep 0.1']))),
      );
      assert.notEqual(ids[0]?.stdout, ids[1]?.stdout);
      assert.match(ids[0]?.stdout ?? '', /^[1-9]\d{4,}\n$/);
    });
  });
}
