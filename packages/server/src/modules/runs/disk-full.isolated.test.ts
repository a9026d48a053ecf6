import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statfsSync } from 'node:fs';
import { mkdtemp, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { finalStates, type Run } from '@dumont/contracts/runs/runs';
import { startServerProcess, type ServerProcess } from '../../../test/server-process.ts';
import { waitFor } from '../../../test/wait.ts';

/** A disk of its own, as small as the test likes. Undefined where nothing can be mounted. */
const mountDisk = (t: TestContext, folder: string, size: string) => {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'dumont-test', folder], {
      stdio: 'pipe',
    });
  } catch (error) {
    t.skip(`no file system can be mounted here: ${String((error as { stderr?: Buffer }).stderr).trim()}`);
    return undefined;
  }
  return {
    grow: (to: string) => execFileSync('mount', ['-o', `remount,size=${to}`, folder]),
    unmount: () => execFileSync('umount', ['--lazy', folder]),
  };
};

const shell = (server: ServerProcess, script: string): Promise<Run> =>
  server.client.startRun({ body: { kind: 'command', command: ['sh', '-c', script] } });

const settled = (server: ServerProcess, run: Run): Promise<Run> =>
  waitFor(
    `run ${run.number} to settle`,
    async () => {
      const found = await server.client.getRun({ params: { id: run.id } }).catch(() => undefined);
      return found !== undefined && finalStates.includes(found.state) && found;
    },
    60_000,
  );

const linesOf = async (server: ServerProcess, run: Run, source = 'stdout'): Promise<string[]> => {
  const { lines } = await server.client.listRunLogs({
    params: { id: run.id },
    query: { after: 0, limit: 5000 },
  });
  return lines.filter((line) => line.source === source).map((line) => line.message);
};

const withFolder = async (work: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-full-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe('on a full disk', () => {
  it('a run that fills the folder of runs ends as failed because of it, keeps every line it could write, and the next one works', (t) =>
    withFolder(async (folder) => {
      const disk = mountDisk(t, join(folder, 'runs'), '4m');
      if (disk === undefined) return;
      try {
        await using server = await startServerProcess({}, folder);
        const full = await shell(
          server,
          'echo before; head -c 100000000 /dev/zero > "$DUMONT_OUTPUT/big" || exit 3',
        );
        const ended = await settled(server, full);
        assert.equal(ended.state, 'failed');
        assert.deepEqual(ended.error, {
          code: 'disk_full',
          message: 'It ended with exit code 3 while the disk of the server is full.',
        });
        assert.equal(ended.exitCode, 3);
        assert.deepEqual(await linesOf(server, full), ['before']);

        // A log that fills the disk: what reached it stands, in order and once.
        const chatter = await shell(
          server,
          'head -c 4000000 /dev/zero > ballast; truncate -s -96K ballast; i=0; while :; do i=$((i+1)); echo "line $i" || exit 4; done',
        );
        const chattered = await settled(server, chatter);
        assert.equal(chattered.error?.code, 'disk_full');
        const lines = await linesOf(server, chatter);
        assert.ok(lines.length > 10);
        const whole = lines.slice(0, -1);
        assert.deepEqual(
          whole,
          whole.map((_, index) => `line ${index + 1}`),
        );

        const next = await settled(
          server,
          await shell(server, 'echo again > "$DUMONT_OUTPUT/file"; echo up'),
        );
        assert.equal(next.state, 'succeeded');
        const { items } = await server.client.listArtifacts({ params: { id: next.id } });
        assert.deepEqual(
          items.map(({ name, sizeBytes }) => [name, sizeBytes]),
          [['file', 6]],
        );
      } finally {
        disk.unmount();
      }
    }));

  it('a run cannot start, is told why, and the server goes on', (t) =>
    withFolder(async (folder) => {
      const disk = mountDisk(t, join(folder, 'runs'), '4m');
      if (disk === undefined) return;
      try {
        await using server = await startServerProcess({}, folder);
        await writeFile(join(folder, 'runs/ballast'), Buffer.alloc(8_000_000)).catch(() => undefined);
        const refused = await settled(server, await shell(server, 'echo up; exit 0'));
        assert.equal(refused.state, 'failed', JSON.stringify(refused.error));
        assert.equal(refused.error?.code, 'disk_full', JSON.stringify(refused.error));
        await unlink(join(folder, 'runs/ballast'));
        assert.equal((await settled(server, await shell(server, 'echo up'))).state, 'succeeded');
      } finally {
        disk.unmount();
      }
    }));

  it('a file that cannot be kept whole is not kept at all, the run says so and has failed, the others are whole', (t) =>
    withFolder(async (folder) => {
      const blobs = join(folder, 'blobs');
      const disk = mountDisk(t, blobs, '1m');
      if (disk === undefined) return;
      try {
        await using server = await startServerProcess({}, folder);
        const script =
          'cd "$DUMONT_OUTPUT"; head -c 20000 /dev/zero > a-small; head -c 3000000 /dev/zero > b-large; head -c 30000 /dev/zero > c-small';
        const run = await settled(server, await shell(server, script));
        assert.equal(run.state, 'failed');
        assert.deepEqual(run.error, {
          code: 'disk_full',
          message: 'Its file b-large could not be kept: the disk of the server is full.',
        });
        assert.deepEqual(await linesOf(server, run, 'dumont'), [
          'The file b-large was not kept: the disk of the server is full.',
        ]);
        const { items } = await server.client.listArtifacts({ params: { id: run.id } });
        assert.deepEqual(
          items.map(({ name, sizeBytes }) => [name, sizeBytes]),
          [
            ['a-small', 20_000],
            ['c-small', 30_000],
          ],
        );
        assert.equal(filesBelow(blobs).length, 2, 'nothing of the large one is left');
        disk.grow('8m');
        const again = await settled(server, await shell(server, script));
        assert.equal(again.state, 'succeeded');
        assert.equal((await server.client.listArtifacts({ params: { id: again.id } })).items.length, 3);
      } finally {
        disk.unmount();
      }
    }));

  it('the database stops taking changes and takes them again; no line that was seen is gone, and what ran has its right end', (t) =>
    withFolder(async (folder) => {
      const disk = mountDisk(t, folder, '400m');
      if (disk === undefined) return;
      const ballast = join(folder, 'ballast');
      try {
        await using server = await startServerProcess({ DUMONT_LOG_LEVEL: 'silent' }, folder);
        const before = await settled(server, await shell(server, 'echo kept'));
        const run = await shell(
          server,
          'i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo "line $i"; sleep 0.05; done',
        );
        const seen = await waitFor('lines', async () => {
          const lines = await linesOf(server, run);
          return lines.length > 5 && lines;
        });
        const { bavail, bsize } = statfsSync(folder);
        execFileSync('fallocate', ['-l', String(bavail * bsize), ballast]);
        const large = Array.from({ length: 100 }, () => 'x'.repeat(8000));
        // Grows what the database must write until it finds no room.
        const refusal = await waitFor(
          'a change to be refused',
          async () => {
            try {
              await server.client.startRun({ body: { kind: 'command', command: ['true', ...large] } });
              return undefined;
            } catch (error) {
              return error as { status?: number; problem?: { code: string } };
            }
          },
          60_000,
        );
        assert.ok(
          ['server.disk_full', 'server.database'].includes(refusal.problem?.code ?? ''),
          JSON.stringify(refusal),
        );
        await truncate(ballast, 0);
        await unlink(ballast);
        const next = await waitFor(
          'the server to take runs again',
          () => shell(server, 'echo after').catch(() => undefined),
          60_000,
        );
        assert.equal((await settled(server, next)).state, 'succeeded');
        assert.deepEqual(await linesOf(server, before), ['kept']);
        const ended = await settled(server, run);
        const lines = await linesOf(server, run);
        assert.ok(lines.length >= seen.length, 'no line that was seen is gone');
        const whole = ended.state === 'succeeded' ? lines : lines.slice(0, -1);
        assert.deepEqual(
          whole,
          whole.map((_, index) => `line ${index + 1}`),
        );
        assert.ok(
          ended.state === 'succeeded' || ['disk_full', 'worker_lost'].includes(ended.error?.code ?? ''),
          JSON.stringify(ended.error),
        );
        t.diagnostic(`the run ended ${ended.state} ${ended.error?.code ?? ''}`);
      } finally {
        disk.unmount();
      }
    }));
});
