import assert from 'node:assert/strict';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { waitFor } from '../../../../test/wait.ts';
import { createJobBed, type JobBed, type TestMachine } from '../job-test-kit.ts';
import { never, random } from '../snapshots-test-kit.ts';

let bed: JobBed;
let workers: AsyncDisposable;

before(async () => {
  bed = await createJobBed();
  workers = bed.startWorkers();
});
after(async () => {
  await workers[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const everywhere = { everywhere: true, projectIds: [], ownProjectIds: [], userId: '' };

/** A snapshot of one file with this text. */
const snapshot = async (machine: TestMachine, text: string) => {
  const work = join(machine.folder, 'work');
  await writeFile(join(work, 'a'), text);
  const row = await bed.api.create(machine.machine, { kind: 'manual', paths: [work] });
  return bed.api.waitFor(row.id, AbortSignal.timeout(60_000));
};

/** The snapshot can be restored, and its file has this text. */
const bringBack = async (machine: TestMachine, snapshotId: string, text: string): Promise<void> => {
  const target = join(machine.folder, 'back');
  const asked = await bed.api.restore(machine.machine, { snapshotId, targetPath: target });
  const restored = await bed.api.waitForRestore(asked.id, AbortSignal.timeout(60_000));
  assert.equal(restored.state, 'complete', restored.error_message ?? '');
  assert.equal(await readFile(join(target, machine.folder, 'work', 'a'), 'utf8'), text);
};

/** How a repository is when nothing is at work on it and it was checked. */
const atRest = (machine: TestMachine) =>
  waitFor('the end of its maintenance', async () => {
    const [row] = await bed.maintenance.listRepositories(everywhere, machine.machine.id);
    return row?.lease_token === null && row.checked_at !== null && !row.prune_requested && row;
  });

test('what was deleted and what the policy does not keep leaves the repository', async () => {
  const machine = await bed.addMachine();
  const made = [];
  for (let at = 0; at < 3; at += 1) {
    made.push(await snapshot(machine, `version ${at}`));
  }
  const [first, second, third] = made.map(({ id }) => id);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  await bed.snapshots.setKeepForever(first, true);
  await bed.retention.put(bed.projectId, machine.machine.id, { keepLast: 1, keepDaily: 0, keepWeekly: 0 });
  await bed.maintenance.wake([machine.machine.id], new Date(), true);
  const server = await bed.repositories.serverRestic(machine.machine.id);
  await atRest(machine);
  const tags = (await server.listSnapshots([], never)).flatMap((found) =>
    found.tags.filter((tag) => tag.startsWith('snapshot:')),
  );
  assert.deepEqual(tags, [`snapshot:${first}`, `snapshot:${third}`]);
  assert.equal(await bed.manifests.find(second), undefined);
  await server.check({ part: 1, parts: 1 }, never);
});

test('of what was made before a clone of the database goes nothing by a policy, and what a user deletes does', async () => {
  const machine = await bed.addMachine();
  const made: string[] = [];
  for (let at = 0; at < 3; at += 1) made.push((await snapshot(machine, `version ${at}`)).id);
  const { id: machineId } = machine.machine;
  const stored = async (): Promise<readonly (string | undefined)[]> => {
    const server = await bed.repositories.serverRestic(machineId);
    const found = await server.listSnapshots([], never);
    return made.filter((id) => found.some(({ tags }) => tags.includes(`snapshot:${id}`)));
  };
  await atRest(machine);
  bed.market.idSince = new Date();
  try {
    made.push((await snapshot(machine, 'version 3')).id, (await snapshot(machine, 'version 4')).id);
    await bed.retention.put(bed.projectId, machineId, { keepLast: 1, keepDaily: 0, keepWeekly: 0 });
    await bed.snapshots.requestDelete([made[1] ?? ''], new Date());
    await bed.maintenance.wake([machineId], new Date(), true);
    await atRest(machine);
    assert.deepEqual(await stored(), [made[0], made[2], made[4]]);
  } finally {
    bed.market.idSince = null;
  }
});

test('what no row knows of is found, kept, and can be brought back', async () => {
  const machine = await bed.addMachine();
  const earlier = await snapshot(machine, 'of before the backup');
  const later = await snapshot(machine, 'of after the backup');
  const { id: machineId } = machine.machine;
  await atRest(machine);
  // As a database is that was restored from a backup.
  await bed.database.pool.query('DELETE FROM app.snapshots WHERE id = $1', [later.id]);
  const newerThan = async ({ id }: { id: string }, paths: readonly string[]): Promise<string | undefined> =>
    (await bed.api.findNewer(machineId, id, paths, never))?.id;
  assert.equal(
    await newerThan(earlier, later.paths),
    later.id,
    'who would bring back the earlier one is told',
  );
  assert.equal(await newerThan(earlier, ['/elsewhere']), undefined);
  assert.equal(await newerThan(later, later.paths), undefined);
  await bed.retention.put(bed.projectId, machineId, { keepLast: 1, keepDaily: 0, keepWeekly: 0 });
  await bed.maintenance.wake([machineId], new Date(), true);
  await atRest(machine);
  const found = await bed.api.find(later.id);
  assert.deepEqual(
    [found?.state, found?.keep_forever, found?.restic_id, found?.kind, found?.paths],
    ['partial', true, later.restic_id, 'manual', later.paths],
  );
  await bringBack(machine, later.id, 'of after the backup');
});

test('a repository whose row was lost opens again, and what is in it can be brought back', async () => {
  const machine = await bed.addMachine();
  const made = await snapshot(machine, 'of before');
  const { id: machineId } = machine.machine;
  await atRest(machine);
  // As a database is that is new.
  for (const table of ['snapshots', 'snapshot_grants', 'snapshot_repositories'])
    await bed.database.pool.query(`DELETE FROM app.${table} WHERE machine_id = $1`, [machineId]);
  await bed.repositories.ensure(machine.machine, never);
  await bed.maintenance.wake([machineId], new Date(), true);
  await waitFor('its row', async () => (await bed.api.find(made.id)) !== undefined);
  await atRest(machine);
  assert.equal((await snapshot(machine, 'of after')).state, 'verified');
  await bringBack(machine, made.id, 'of before');
});

test('what is asked of a repository while it is looked after is done at once after that, not an hour later', async () => {
  const machine = await bed.addMachine();
  await snapshot(machine, 'one');
  const { id } = machine.machine;
  const row = await atRest(machine);
  const token = random.id();
  await bed.database.pool.query(
    "UPDATE app.snapshot_repositories SET lease_token = $2, lease_expires_at = now() + interval '1 minute' WHERE machine_id = $1",
    [id, token],
  );
  const askedAt = new Date();
  await bed.maintenance.wake([id], askedAt, true);
  const nextAt = new Date(Date.now() + 3600 * 1000);
  await bed.maintenance.finishLeased(bed.database.db, row, token, { size_bytes: 1, nextAt });
  const [asked] = await bed.maintenance.listRepositories(everywhere, id);
  assert.deepEqual([asked?.maintenance_at, asked?.prune_requested], [askedAt, true]);
});

test('a repository that is damaged is found by the check', async () => {
  const machine = await bed.addMachine();
  await snapshot(machine, 'x'.repeat(100_000));
  // The first look at it is over: what is found now is found by the next.
  await atRest(machine);
  const folder = bed.place.forServer(machine.machine.id).environment['RESTIC_REPOSITORY'] ?? '';
  const packs = await readdir(join(folder, 'data'), { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    packs
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path, content: await readFile(path) };
      }),
  );
  const [largest] = sizes.toSorted((a, b) => b.content.length - a.content.length);
  assert.ok(largest);
  await chmod(largest.path, 0o600);
  await writeFile(largest.path, largest.content.subarray(0, -10));
  await bed.database.pool.query(
    'UPDATE app.snapshot_repositories SET checked_at = NULL, maintenance_at = now() WHERE machine_id = $1',
    [machine.machine.id],
  );
  await waitFor('the finding', () => bed.events.includes('repository.damaged'));
});
