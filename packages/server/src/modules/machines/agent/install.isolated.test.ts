import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findObstacle } from '@dumont/simulator/machines';
import { AppError } from '../../../kernel/errors.ts';
import type { SshConnection } from '../ssh/connection.ts';
import {
  never,
  openInstallBed,
  random,
  startBeatTaker,
  type Beat,
  type BeatTaker,
  type InstallBed,
} from './install-test-kit.ts';
import { createInstall, type InstallSetup } from './install.ts';
import { createPrograms } from './programs.ts';
import { agentTokenOf } from './token.ts';

const obstacle = await findObstacle();
const skip = obstacle === undefined ? false : `machines with processes: ${obstacle}`;

describe('the agent in a rented machine', { skip }, () => {
  let bed: InstallBed;
  let taker: BeatTaker;
  let connection: SshConnection;
  const machine = { id: random.id() };
  const first = agentTokenOf({ derive: () => random.secret(32) }, '').token;
  const second = agentTokenOf({ derive: () => random.secret(32) }, '').token;

  const install = (setup: InstallSetup, on = connection) =>
    createInstall({ programs: bed.programs, publicUrl: `http://127.0.0.1:${taker.port}` })(on, setup, never);
  const run = (script: string): Promise<string> => bed.run(connection, script);

  before(async () => {
    [bed, taker] = await Promise.all([openInstallBed(), startBeatTaker()]);
    connection = await bed.enter();
  });
  after(async () => {
    await connection[Symbol.asyncDispose]();
    await bed[Symbol.asyncDispose]();
    await taker[Symbol.asyncDispose]();
  });

  it('comes with all that it needs, into an image that has no Node, and beats', async () => {
    assert.match(await run('command -v node restic || echo none'), /none/);
    const beat = taker.next();
    await install({ machine, epoch: 1, agentToken: first });
    const { token, status } = await beat;
    assert.equal(token, first);
    assert.deepEqual([status.instance_id, status.status], [machine.id, 'starting']);
    const { num_gpus: count } = await bed.bed.readInstance(bed.machineId);
    assert.equal(status.gpu_metrics?.gpu_count, count);
    assert.ok(status.gpu_metrics?.gpu_utilizations.every((use) => use !== null && use <= 2));
    const next = await taker.next();
    assert.equal(typeof next.status.figures?.cpu_percent, 'number');
    assert.equal(typeof next.status.figures?.disk_mbps, 'number');
    assert.equal(typeof next.status.figures?.network_mbps, 'number');
    assert.equal(next.status.figures?.sessions, 0);
  });

  it('keeps its token to itself (D25)', async () => {
    assert.equal(await run('stat -c %a /opt/dumont/agent.json'), '600');
    const seen = await run(
      'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ /opt/dumont/agent.log | tr "\\0" "\\n"',
    );
    assert.match(seen, /agent\.mjs/);
    assert.equal(seen.includes(first), false);
    const environment = await run(
      'for p in /proc/[0-9]*; do case "$(tr "\\0" " " < $p/cmdline)" in ./node*) tr "\\0" "\\n" < $p/environ;; esac; done',
    );
    assert.deepEqual(environment.split('\n').toSorted(), ['HOME=/root', 'PATH=/usr/local/bin:/usr/bin:/bin']);
  });

  it('is not sent again where it is, and goes on undisturbed', async () => {
    const before = await run(
      'cat /opt/dumont/agent.lock; stat -c "%n %i" /opt/dumont/node /opt/dumont/agent.mjs',
    );
    await install({ machine, epoch: 1, agentToken: first });
    await taker.next();
    assert.equal(
      await run('cat /opt/dumont/agent.lock; stat -c "%n %i" /opt/dumont/node /opt/dumont/agent.mjs'),
      before,
    );
    assert.equal(await run('grep -c dumont /root/onstart.sh'), '1');
  });

  it('is sent again where somebody broke it', async () => {
    const files = 'sha256sum /opt/dumont/agent.mjs; ls /opt/dumont';
    const before = await run(files);
    await run('echo broken > /opt/dumont/agent.mjs; echo half > /opt/dumont/node.part');
    await install({ machine, epoch: 1, agentToken: first });
    assert.equal(await run(files), before);
    await taker.next();
  });

  it('tells what nvidia-smi says, and what it cannot say as unknown (D10)', async () => {
    const shows =
      (uses: readonly (number | null)[]) =>
      ({ status }: Beat): boolean =>
        uses.every((use, index) => status.gpu_metrics?.gpu_utilizations[index] === use);
    for (const [load, figures] of [
      ['97 20000\\n3 100', [97, 3]],
      ['unsupported', [null, null]],
      ['mig', [null]],
    ] as const) {
      const beat = taker.next(shows(figures));
      await run(`printf '${load}\\n' > /etc/gpu-load`);
      await beat;
    }
    const failed = taker.next(({ status }) => status.gpu_metrics === null);
    await run('echo failed > /etc/gpu-load');
    await failed;
    await run('rm /etc/gpu-load');
  });

  it('sees a program at work on a processor', async () => {
    const busy = taker.next(({ status }) => (status.figures?.cpu_percent ?? 0) >= 5);
    const over = new AbortController();
    const working = connection.run(['/bin/sh', '-c', 'while :; do :; done'], {
      onStdout: () => undefined,
      onStderr: () => undefined,
      signal: over.signal,
      timeoutSeconds: 60,
    });
    await busy;
    over.abort();
    await working;
  });

  it('sees that somebody types in a terminal, and warns there', async () => {
    const terminal = await connection.openTerminal({ columns: 80, rows: 24, term: 'xterm' });
    let screen = '';
    const warned = Promise.withResolvers<void>();
    terminal.readable.on('data', (part: Buffer) => {
      screen += part.toString();
      if (screen.includes('*** it sleeps in 60 seconds ***')) warned.resolve();
    });
    const typed = taker.next(
      ({ status }) => status.figures?.sessions === 1 && (status.figures.input_seconds_ago ?? 99) < 60,
    );
    await terminal.write('true\r');
    await typed;
    taker.reply = { action: 'prepare_hibernate', message: 'it sleeps in 60 seconds' };
    await warned.promise;
    taker.reply = {};
    terminal.close();
    await taker.next(({ status }) => status.figures?.sessions === 0);
  });

  it('goes on when the connection that brought it ends', async () => {
    await connection[Symbol.asyncDispose]();
    await taker.next();
    connection = await bed.enter();
  });

  it('is replaced by the one of a newer epoch', async () => {
    const newer = taker.next(({ token }) => token === second);
    await install({ machine, epoch: 2, agentToken: second });
    await newer;
    const from = taker.beats.length;
    await taker.next();
    await taker.next();
    assert.ok(taker.beats.slice(from).every(({ token }) => token === second));
  });

  it('is back with its container', async () => {
    await connection[Symbol.asyncDispose]();
    const path = `/api/v0/instances/${bed.machineId}/`;
    await bed.bed.call('PUT', path, { state: 'stopped' });
    while ((await bed.bed.readInstance(bed.machineId))['actual_status'] === 'running');
    const again = taker.next(({ status }) => status.status === 'starting');
    const started = await bed.bed.call('PUT', path, { state: 'running' });
    assert.equal(started['success'], true);
    assert.equal((await again).token, second);
    connection = await bed.enter();
  });

  it('is not put where something else arrives than was sent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dumont-wrong-'));
    const good = await bed.programs.list('Linux', process.arch === 'arm64' ? 'aarch64' : 'x86_64');
    const wrong = good.map((program) =>
      program.name === 'agent.mjs' ? { ...program, sha256: '0'.repeat(64) } : program,
    );
    const installWrong = createInstall({ programs: { list: async () => wrong }, publicUrl: 'http://x' });
    await assert.rejects(
      installWrong(connection, { machine, epoch: 2, agentToken: second }, never),
      (error) =>
        error instanceof AppError && error.code === 'machine.internal' && /other bytes/.test(error.message),
    );
    assert.match(await run('ls /opt/dumont'), /agent\.mjs/);
    await rm(folder, { recursive: true });
    await taker.next();
  });
});

describe('programs for machines', () => {
  it('are none for a machine of another kind, and that is said', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dumont-programs-'));
    const file = join(folder, 'file');
    await writeFile(file, 'content');
    const files = { cacheFolder: folder, agentFile: file, nodeFile: file, resticFile: file, random };
    const here = createPrograms({ ...files, platform: { system: 'linux', architecture: 'x64' } });
    await assert.rejects(here.list('Linux', 'aarch64'), /no runtime for a machine with Linux aarch64/);
    await assert.rejects(here.list('Darwin', 'x86_64'), /no runtime/);
    const mac = createPrograms({ ...files, platform: { system: 'darwin', architecture: 'arm64' } });
    await assert.rejects(mac.list('Linux', 'aarch64'), /no runtime/);
    assert.deepEqual(
      (await here.list('Linux', 'x86_64')).map(({ name }) => name),
      ['agent.mjs', 'node', 'restic'],
    );
    const unbuilt = createPrograms({
      ...files,
      agentFile: join(folder, 'none'),
      platform: { system: 'linux', architecture: 'x64' },
    });
    await assert.rejects(unbuilt.list('Linux', 'x86_64'), /not built/);
    await rm(folder, { recursive: true });
  });
});
