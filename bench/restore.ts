import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createJobBed,
  type JobBed,
  type TestMachine,
} from '../packages/server/src/modules/snapshots/job-test-kit.ts';
import {
  createTestRestic,
  createLocalMachine,
  never,
} from '../packages/server/src/modules/snapshots/snapshots-test-kit.ts';
import { report, type Figure } from './lib/figures.ts';

/**
 * A workspace (models, many small files, what was worked on last) is restored through the gateway by the product's own
 * job, verified, on this host: so the link is the loopback, and the disk is what a plain copy of the same files takes,
 * both with everything written out. Target: at least 90 % of the slower of link and disk; the first command within 3 s.
 */
const modelBytes = 256 * 1024 * 1024;
const models = 4;
const smallFiles = 3000;
const smallBytes = 20_000;
const totalBytes = models * modelBytes + smallFiles * smallBytes;

const run = promisify(execFile);

/** Half noise, half zeros in stretches: as compressible as weights are, which is hardly. */
const writeFiles = async (folder: string): Promise<void> => {
  const program = `
    import { openSync, writeSync, closeSync, mkdirSync, utimesSync } from 'node:fs';
    import { randomBytes } from 'node:crypto';
    const [folder] = process.argv.slice(1);
    const old = Date.now() / 1000 - 90 * 86400;
    for (let model = 0; model < ${models}; model += 1) {
      const path = folder + '/model-' + model + '.safetensors';
      const file = openSync(path, 'w');
      for (let at = 0; at < ${modelBytes}; at += 1 << 20) writeSync(file, randomBytes(1 << 20));
      closeSync(file);
      utimesSync(path, old, old);
    }
    for (let at = 0; at < ${smallFiles}; at += 1) {
      const sub = folder + '/project/' + at % 100;
      mkdirSync(sub, { recursive: true });
      const path = sub + '/file-' + at + '.py';
      const file = openSync(path, 'w');
      writeSync(file, randomBytes(${smallBytes / 2}).toString('hex'));
      closeSync(file);
      if (at > 100) utimesSync(path, old, old);
    }`;
  await run(process.execPath, ['--input-type=module', '-e', program, folder]);
};

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1000;
};

/** Until everything is on the disk. */
const flush = (folder: string): Promise<unknown> => run('sync', ['-f', folder]);

const speed = (took: number): string => `${(totalBytes / 1e6 / took).toFixed(0)} MB/s`;

const restore = async (bed: JobBed, to: TestMachine, snapshotId: string) => {
  const asked = await bed.api.restore(to.machine, { snapshotId, targetPath: to.folder });
  const row = await bed.api.waitForRestore(asked.id, AbortSignal.timeout(600_000));
  if (row.state !== 'complete') throw new Error(row.error_message ?? row.state);
  return row;
};

await using bed = await createJobBed();
await using _workers = bed.startWorkers();
const source = await bed.addMachine();
await writeFiles(join(source.folder, 'work'));
await flush(bed.folder.path);
const asked = await bed.api.create(source.machine, {
  kind: 'hibernate',
  paths: [join(source.folder, 'work')],
});
const made = await bed.api.waitFor(asked.id, AbortSignal.timeout(600_000));
if (made.state !== 'verified') throw new Error(made.error_message ?? made.state);

const copy = join(bed.folder.path, 'copy');
const copySeconds: number[] = [];
const restoreSeconds: number[] = [];
let first = 0;
let verified = 0;
// In turns, so that both meet the same disk.
for (let round = 0; round < 3; round += 1) {
  copySeconds.push(
    await seconds(async () => {
      await run('cp', ['-r', join(source.folder, 'work'), copy]);
      await flush(bed.folder.path);
    }),
  );
  await rm(copy, { recursive: true });
  const target = await bed.addMachine();
  let row: Awaited<ReturnType<typeof restore>> | undefined;
  const took = await seconds(async () => {
    row = await restore(bed, target, made.id);
  });
  const written = await seconds(() => flush(bed.folder.path));
  const complete = row?.complete_seconds ?? took;
  restoreSeconds.push(complete + written);
  first = Math.max(first, row?.first_command_seconds ?? took);
  verified = Math.max(verified, took);
  await rm(target.folder, { recursive: true });
}

// Without the gateway: what restic itself makes of this host.
const repository = bed.place.forServer(source.machine.id).environment['RESTIC_REPOSITORY'] ?? '';
const password = await bed.repositories.password(source.machine.id);
const server = { environment: { RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: password }, secrets: [] };
const plain = join(bed.folder.path, 'plain');
const plainRestic = createTestRestic(createLocalMachine(plain), server, { timeoutSeconds: 600 });
const plainSeconds = await seconds(async () => {
  await plainRestic.restore({ snapshotId: made.restic_id ?? '', target: plain }, never);
  await flush(bed.folder.path);
});
await rm(plain, { recursive: true });
// Two processes, each with half of the models.
const work = join(source.folder, 'work');
const half = Array.from({ length: models / 2 }, (_, at) => `${work}/model-${at}.safetensors`);
const twoSeconds = await seconds(async () => {
  await Promise.all([
    plainRestic.restore({ snapshotId: made.restic_id ?? '', target: plain, include: half }, never),
    plainRestic.restore({ snapshotId: made.restic_id ?? '', target: plain, exclude: half }, never),
  ]);
  await flush(bed.folder.path);
});

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[1] ?? Number.NaN;
const disk = middle(copySeconds);
const took = middle(restoreSeconds);
const figures: readonly Figure[] = [
  {
    what: `restore of ${(totalBytes / 1e9).toFixed(2)} GB in ${models + smallFiles} files, through the gateway`,
    value: `${took.toFixed(1)} s, ${speed(took)}`,
    target: 'at least 90 % of the speed of a plain copy',
    baseline: `copy ${disk.toFixed(1)} s, ${speed(disk)}: ${((disk / took) * 100).toFixed(0)} %`,
    met: disk / took >= 0.9,
  },
  {
    what: 'first command',
    value: `${first.toFixed(1)} s`,
    target: 'at most 3 s',
    met: first <= 3,
  },
  { what: 'restored and every file compared', value: `${verified.toFixed(1)} s`, target: null, met: null },
  {
    what: 'restic alone from the folder',
    value: `${plainSeconds.toFixed(1)} s, ${speed(plainSeconds)}`,
    target: null,
    met: null,
  },
  {
    what: 'two processes of restic, half each',
    value: `${twoSeconds.toFixed(1)} s, ${speed(twoSeconds)}`,
    target: null,
    met: null,
  },
  {
    what: 'snapshot made and verified',
    value: `${(made.duration_seconds ?? 0).toFixed(1)} s and ${(made.verify_seconds ?? 0).toFixed(1)} s`,
    target: null,
    met: null,
  },
];
report('Restore of a snapshot', figures);
