import { execFile } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createJobBed, type TestMachine } from '../packages/server/src/modules/snapshots/job-test-kit.ts';
import { defaultTuning } from '../packages/server/src/modules/snapshots/restic/access.ts';
import {
  createTestRestic,
  createLocalMachine,
  never,
} from '../packages/server/src/modules/snapshots/snapshots-test-kit.ts';
import { startChildServer } from './lib/child-server.ts';
import { percentile, report, type Figure } from './lib/figures.ts';
import { startLink } from './lib/link.ts';
import { workspace, writeWorkspace } from './lib/workspace.ts';

/**
 * A workspace is restored through the gateway by the product's own job, and verified. Machine, gateway, link, database
 * and load share this host; everything is written out to the disk before a clock stops. Target: at least 90 % of the
 * slower of link and disk, the first command within 3 s.
 *
 * Link: a relay lets through what a machine's link would, and a plain download of the repository's files over the same
 * relay says what that is. Disk: a plain copy of the same files. Without a relay there is no link to speak of, and what
 * is measured is what this host's processors can decrypt, which the copy does not have to do: that figure is kept, and
 * promises nothing.
 */
const rounds = 3;
const links = [
  { name: '1 Gbit/s', bitsPerSecond: 1e9, rounds },
  { name: '500 Mbit/s', bitsPerSecond: 5e8, rounds: 1 },
] as const;
const timeoutMs = 600_000;

const run = promisify(execFile);

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1000;
};
const speed = (took: number): string =>
  `${took.toFixed(1)} s, ${(workspace.bytes / 1e6 / took).toFixed(0)} MB/s`;
const share = (took: number, ...others: readonly number[]): number => Math.max(...others) / took;
const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;
const middle = (values: readonly number[]): number => percentile(values, 0.5);

await using bed = await createJobBed({ tuning: defaultTuning });
const source = await bed.addMachine();
const work = join(source.folder, 'work');
writeWorkspace(work);
await using _workers = bed.startWorkers();
/** Until everything is on the disk. */
const flush = (): Promise<unknown> => run('sync', ['-f', bed.folder.path]);
await flush();

const asked = await bed.api.create(source.machine, { kind: 'hibernate', paths: [work] });
const made = await bed.api.waitFor(asked.id, AbortSignal.timeout(timeoutMs));
if (made.state !== 'verified') throw new Error(made.error_message ?? made.state);
const repository = bed.place.forServer(source.machine.id).environment['RESTIC_REPOSITORY'] ?? '';
const packs = (await readdir(join(repository, 'data'), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => `/data/${entry.name.slice(0, 2)}/${entry.name}`);

const scratch = join(bed.folder.path, 'scratch');
/** How long it takes to fill a folder, which is then emptied. */
const fill = async (write: () => Promise<unknown>): Promise<number> => {
  await mkdir(scratch);
  const took = await seconds(async () => {
    await write();
    await flush();
  });
  await rm(scratch, { recursive: true });
  return took;
};
const copy = (): Promise<number> => fill(() => run('cp', ['-r', work, scratch]));
const download = (url: string): Promise<number> =>
  fill(() =>
    run('curl', ['-sSf', '--remote-name-all', ...packs.map((path) => url + path)], { cwd: scratch }),
  );

interface Restored {
  readonly took: number;
  readonly first: number;
  readonly verified: number;
  /** Of this process, which is the gateway and whoever waits for the restore. */
  readonly processorSeconds: number;
}

const restoreTo = async (target: TestMachine): Promise<Restored> => {
  const before = process.cpuUsage();
  const { id } = await bed.api.restore(target.machine, { snapshotId: made.id, targetPath: target.folder });
  let row: Awaited<ReturnType<typeof bed.api.waitForRestore>> | undefined;
  const verified = await seconds(async () => {
    row = await bed.api.waitForRestore(id, AbortSignal.timeout(timeoutMs));
  });
  if (row?.state !== 'complete') throw new Error(row?.error_message ?? row?.state);
  const { user, system } = process.cpuUsage(before);
  const written = await seconds(flush);
  await rm(target.folder, { recursive: true });
  return {
    took: (row.complete_seconds ?? verified) + written,
    first: row.first_command_seconds ?? verified,
    verified,
    processorSeconds: (user + system) / 1e6,
  };
};

const disk: number[] = [];
const figures: Figure[] = [];
await using plain = await startChildServer(new URL('lib/file-server.ts', import.meta.url), [repository]);

for (const { name, bitsPerSecond, rounds: times } of links) {
  await using toPlain = await startLink(plain.url, bitsPerSecond);
  await using toGateway = await startLink(bed.url, bitsPerSecond);
  const downloads: number[] = [];
  const restores: Restored[] = [];
  // In turns, so that all meet the same host.
  for (let round = 0; round < times; round += 1) {
    disk.push(await copy());
    downloads.push(await download(toPlain.url));
    restores.push(await restoreTo(await bed.addMachine({ serverUrl: toGateway.url })));
  }
  const { bytes, processorSeconds } = await toGateway.carried();
  const [took, link] = [middle(restores.map((each) => each.took)), middle(downloads)];
  const first = Math.max(...restores.map((each) => each.first));
  const reached = share(took, link, middle(disk));
  figures.push(
    {
      what: `restore of ${(workspace.bytes / 1e9).toFixed(2)} GB in ${workspace.files} files over ${name}, median of ${times}`,
      value: speed(took),
      target: 'at least 90 % of the slower of link and disk',
      baseline: `download ${speed(link)}; copy ${speed(middle(disk))}: ${percent(reached)}`,
      met: reached >= 0.9,
    },
    {
      what: `first command over ${name}, the slowest`,
      value: `${first.toFixed(1)} s`,
      target: 'at most 3 s',
      met: first <= 3,
    },
    {
      what: `bytes over ${name} for each byte of a file`,
      value: (bytes / times / workspace.bytes).toFixed(3),
      target: null,
      baseline: `the relay itself took ${percent(processorSeconds / restores.reduce((sum, each) => sum + each.took, 0))} of a processor`,
      met: null,
    },
  );
}

const unshaped: Restored[] = [];
const alone: number[] = [];
const password = await bed.repositories.password(source.machine.id);
const machine = createLocalMachine(scratch);
const restic = createTestRestic(
  machine,
  { environment: { RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: password }, secrets: [] },
  { timeoutSeconds: timeoutMs / 1000 },
);
for (let round = 0; round < rounds; round += 1) {
  disk.push(await copy());
  unshaped.push(await restoreTo(await bed.addMachine()));
  alone.push(await fill(() => restic.restore({ snapshotId: made.restic_id ?? '', target: scratch }, never)));
}
const took = middle(unshaped.map((each) => each.took));
figures.push(
  {
    what: 'the same without a limit of the link',
    value: speed(took),
    target: null,
    baseline: `copy ${speed(middle(disk))}: ${percent(share(took, middle(disk)))}; restic alone from the folder ${speed(middle(alone))}`,
    met: null,
  },
  {
    what: 'first command without a limit, the slowest',
    value: `${Math.max(...unshaped.map(({ first }) => first)).toFixed(1)} s`,
    target: null,
    met: null,
  },
  {
    what: 'restored without a limit and every file compared',
    value: `${middle(unshaped.map(({ verified }) => verified)).toFixed(1)} s`,
    target: null,
    met: null,
  },
  {
    what: 'processor time of the server for one restore',
    value: `${middle(unshaped.map(({ processorSeconds }) => processorSeconds)).toFixed(1)} s`,
    target: null,
    met: null,
  },
  {
    what: 'snapshot made and verified',
    value: `${(made.duration_seconds ?? 0).toFixed(1)} s and ${(made.verify_seconds ?? 0).toFixed(1)} s`,
    target: null,
    met: null,
  },
);
report('Restore of a snapshot', figures);
