import assert from 'node:assert/strict';
import { chmod, readdir, readFile, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { proseOfAll } from '@dumont/contracts/findings';
import { problemsOf } from './snapshot-store.ts';
import { createJobBed, type JobBed, type TestMachine } from './job-test-kit.ts';
import {
  ShellLost,
  type MachineShell,
  type RestoreRequest,
  type ShellExit,
  type SnapshotRequest,
} from './index.ts';
import { createTestRestic, createLocalMachine, never, plainUser, random } from './snapshots-test-kit.ts';

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

const write = async (
  machine: TestMachine,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<void> => {
  const below = machine.folder.slice(bed.folder.path.length + 1);
  await bed.folder.write(
    Object.fromEntries(Object.entries(files).map(([name, content]) => [join(below, 'work', name), content])),
  );
};

const snapshot = async (machine: TestMachine, more: Partial<SnapshotRequest> = {}) => {
  const row = await bed.api.create(machine.machine, {
    kind: 'manual',
    paths: [join(machine.folder, 'work')],
    ...more,
  });
  return bed.api.waitFor(row.id, AbortSignal.timeout(60_000));
};

const restore = async (to: TestMachine, snapshotId: string, more: Partial<RestoreRequest> = {}) => {
  const row = await bed.api.restore(to.machine, { snapshotId, targetPath: '/', ...more });
  return bed.api.waitForRestore(row.id, AbortSignal.timeout(60_000));
};

/** Large enough that restic is at it for a while, and different in each place. */
const noise = (sizeBytes: number, seed = 1): Buffer => {
  const content = Buffer.alloc(sizeBytes);
  let value = seed;
  for (let at = 0; at < sizeBytes; at += 4) {
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
    content.writeUInt32LE(value, at);
  }
  return content;
};

/** Not `deepEqual`: the difference of megabytes takes minutes to describe. */
const sameBytes = (found: Buffer, expected: Buffer): void => assert.ok(found.equals(expected), 'other bytes');

test('a snapshot is verified, and comes back on another machine with the same bytes', async () => {
  const source = await bed.addMachine();
  await write(source, { 'a.txt': 'hello', 'deep/b.bin': noise(3_000_000), '.bashrc': 'alias x=y' });
  const made = await snapshot(source, { kind: 'hibernate', tags: ['mine'], excludes: ['*.tmp'] });
  assert.deepEqual([made.state, made.error_message, made.problems], ['verified', null, []]);
  assert.deepEqual([made.files_new, made.total_bytes, made.files_hashed], [3, 3_000_014, 3]);
  assert.ok(bed.events.includes('snapshot.verified'));

  await rm(join(source.folder, 'work'), { recursive: true });
  const target = await bed.addMachine();
  const restored = await restore(target, made.id);
  assert.deepEqual([restored.state, restored.errors], ['complete', []]);
  assert.equal(restored.files_restored, 3);
  const { first_command_seconds: first, hot_seconds: hot, complete_seconds: complete } = restored;
  assert.ok(first !== null && hot !== null && complete !== null && first <= hot && hot <= complete);
  sameBytes(await readFile(join(source.folder, 'work/deep/b.bin')), noise(3_000_000));
  assert.equal(await bed.read(join(source.folder, 'work/.bashrc')), 'alias x=y');

  await write(source, { 'c.txt': 'new' });
  const later = await snapshot(source, { excludes: ['*.tmp'] });
  assert.deepEqual([later.state, later.files_new, later.total_files], ['verified', 1, 4]);
  assert.ok(
    (later.data_added_bytes ?? Number.POSITIVE_INFINITY) < 100_000,
    'what is there already is not stored again',
  );
});

test('asking twice with the same key is one snapshot', async () => {
  const machine = await bed.addMachine();
  await write(machine, { a: 'x' });
  const request = { kind: 'manual', paths: [join(machine.folder, 'work')], requestKey: random.id() } as const;
  const [first, second] = await Promise.all([
    bed.api.create(machine.machine, request),
    bed.api.create(machine.machine, request),
  ]);
  assert.equal(first.id, second.id);
});

test(
  'what could not be read makes it partial, and it says what',
  { skip: process.getuid?.() !== 0 },
  async () => {
    const machine = await bed.addMachine({ user: plainUser });
    await chmod(machine.folder, 0o777);
    await write(machine, { a: 'x', secret: 'mine', 'closed/b': 'x' });
    await chmod(join(machine.folder, 'work/secret'), 0o600);
    await chmod(join(machine.folder, 'work/closed'), 0o700);
    const made = await snapshot(machine, { kind: 'hibernate' });
    assert.equal(made.state, 'partial');
    assert.match(proseOfAll(problemsOf(made)), /secret/);
    assert.equal((await bed.api.findLastVerified(machine.machine.id, []))?.id, undefined);
  },
);

/** A shell that calls `hook` before each program of this kind. */
const hooked = (
  shell: MachineShell,
  isMeant: (command: readonly string[]) => boolean,
  hook: (run: () => Promise<ShellExit>) => Promise<ShellExit>,
): MachineShell => ({
  ...shell,
  run: (command, options) => {
    const run = () => shell.run(command, options);
    return isMeant(command) ? hook(run) : run();
  },
});

test('a file that changes while it sleeps in is no licence to destroy, and none to call a failure', async () => {
  for (const [kind, expected] of [
    ['hibernate', 'partial'],
    ['auto', 'verified'],
  ] as const) {
    const machine = await bed.addMachine();
    await write(machine, { log: 'one' });
    machine.shell = hooked(
      machine.shell,
      (command) => command.includes('backup'),
      async (run) => {
        const exit = await run();
        await write(machine, { log: 'one and more' });
        return exit;
      },
    );
    const made = await snapshot(machine, { kind });
    assert.equal(made.state, expected);
    assert.equal(made.files_in_motion, 1);
    assert.match(proseOfAll(problemsOf(made)), /changed meanwhile: .*log/);
  }
});

test('restic is killed in the middle: the next attempt makes the one snapshot that counts', async () => {
  const machine = await bed.addMachine();
  await write(machine, { 'large.bin': noise(60_000_000) });
  let attempts = 0;
  const { shell } = machine;
  machine.shell = {
    ...shell,
    run: (command, options) => {
      if (!command.includes('backup')) return shell.run(command, options);
      attempts += 1;
      if (attempts > 1) return shell.run(command, options);
      // As the kernel's out-of-memory killer does it, once a part of the data is stored.
      const stored = `until [ -n "$(find "$0/data" -type f | head -n 1)" ]; do sleep 0.01; done`;
      const killed = `"$@" & restic=$!; ${stored}; kill -KILL $restic; wait $restic`;
      const { RESTIC_REPOSITORY: folder = '' } = bed.place.forServer(machine.machine.id).environment;
      return shell.run(['sh', '-c', killed, folder, ...command], options);
    },
  };
  const made = await snapshot(machine);
  assert.deepEqual([made.state, made.attempts], ['verified', 2]);
  const server = await bed.repositories.serverRestic(machine.machine.id);
  assert.equal((await server.listSnapshots([`snapshot:${made.id}`], never)).length, 1);
});

test('a backup whose record was lost is found by its tag and not made again', async () => {
  const machine = await bed.addMachine();
  await write(machine, { a: 'x' });
  let backups = 0;
  machine.shell = hooked(
    machine.shell,
    (command) => command.includes('backup'),
    async (run) => {
      backups += 1;
      await run();
      // The connection breaks in the moment in which it ends.
      throw new ShellLost('the connection was closed');
    },
  );
  const made = await snapshot(machine);
  assert.deepEqual([made.state, made.attempts, backups], ['verified', 2, 1]);
  assert.equal(made.error_message, null, 'what went wrong in the first attempt is over');
});

test('another worker takes over from one that died', async () => {
  const machine = await bed.addMachine();
  await write(machine, { a: 'x' });
  const row = await bed.snapshots.insert({
    id: random.id(),
    request_key: null,
    machine_id: (await bed.repositories.register(machine.machine), machine.machine.id),
    project_id: bed.projectId,
    owner_id: null,
    epoch: 1,
    kind: 'manual',
    paths: [join(machine.folder, 'work')],
    excludes: [],
    tags: [],
    created_at: new Date(),
    due_at: new Date(Date.now() + 3_600_000),
  });
  // As a dead worker leaves it: at work, leased, and the lease has run out.
  await bed.database.pool.query(
    `UPDATE app.snapshots SET attempts = 1, lease_token = $2, lease_expires_at = now() - interval '1 second', due_at = now() WHERE id = $1`,
    [row.id, random.id()],
  );
  const made = await bed.api.waitFor(row.id, AbortSignal.timeout(30_000));
  assert.deepEqual([made.state, made.attempts], ['verified', 2]);
});

test('a machine that lost its authority makes no snapshot', async () => {
  const machine = await bed.addMachine();
  await write(machine, { a: 'x' });
  await bed.repositories.register(machine.machine);
  await bed.api.repositories.raiseEpoch(machine.machine.id, 2);
  const made = await snapshot(machine);
  assert.deepEqual([made.state, made.error_code], ['failed', 'repository.epoch']);
  assert.ok(bed.events.includes('snapshot.failed'));
});

const isNaming = (command: readonly string[]): boolean =>
  command.some((part) => part.startsWith('--include'));

for (const { small, title } of [
  { small: 1, title: 'few small files' },
  // More than what comes first at once: then it is these that are named, and not the others.
  { small: 270, title: 'many small files' },
]) {
  test(`a restore of ${title} that was interrupted goes on, leaves no holes, and does not touch what is worked on`, async () => {
    const source = await bed.addMachine();
    const sizeBytes = small === 1 ? 1000 : 250_000;
    await write(source, {
      ...Object.fromEntries(
        Array.from({ length: small }, (_, at) => [`small/${at}`, noise(sizeBytes, 3 + at)]),
      ),
      'notes.txt': 'before',
      'one.bin': noise(40_000_000, 1),
      'two.bin': noise(40_000_000, 2),
    });
    const old = new Date(Date.now() - 30 * 24 * 3600 * 1000);
    for (const name of ['one.bin', 'two.bin']) await utimes(join(source.folder, 'work', name), old, old);
    for (const name of ['link', 'own']) await symlink('notes.txt', join(source.folder, 'work', name));
    const made = await snapshot(source);
    assert.equal(made.state, 'verified');
    await rm(join(source.folder, 'work'), { recursive: true });

    const target = await bed.addMachine();
    const passes: string[][] = [];
    const { shell } = target;
    target.shell = {
      ...shell,
      run: async (command, options) => {
        // That of the rest.
        if (!command.includes('restore') || isNaming(command) !== (small === 1))
          return shell.run(command, options);
        passes.push([...command]);
        if (passes.length > 1) return shell.run(command, options);
        // The user is at work already when the connection breaks; one file has its full size and a hole.
        await shell.run(command, options);
        await writeFile(join(source.folder, 'work/notes.txt'), 'edited');
        await rm(join(source.folder, 'work/own'));
        await symlink('elsewhere', join(source.folder, 'work/own'));
        const holed = await readFile(join(source.folder, 'work/two.bin'));
        holed.fill(0, 1_000_000, 2_000_000);
        await writeFile(join(source.folder, 'work/two.bin'), holed);
        throw new ShellLost('the connection was closed');
      },
    };
    const restored = await restore(target, made.id);
    assert.deepEqual([restored.state, restored.errors, passes.length], ['complete', [], 2]);
    const isOfOne = passes[1]?.some((part) => part.startsWith('--include') && part.endsWith('one.bin'));
    assert.equal(isOfOne, false, 'what is right is not fetched again');
    sameBytes(await readFile(join(source.folder, 'work/one.bin')), noise(40_000_000, 1));
    sameBytes(await readFile(join(source.folder, 'work/two.bin')), noise(40_000_000, 2));
    sameBytes(await readFile(join(source.folder, `work/small/${small - 1}`)), noise(sizeBytes, 2 + small));
    assert.equal(await bed.read(join(source.folder, 'work/notes.txt')), 'edited');
    assert.equal(await readlink(join(source.folder, 'work/link')), 'notes.txt');
    assert.equal(await readlink(join(source.folder, 'work/own')), 'elsewhere');
  });
}

test('a file that a restore left wrong is noticed and brought back again', async () => {
  const source = await bed.addMachine();
  await write(source, { 'model.bin': noise(2_000_000) });
  const made = await snapshot(source);
  const target = await bed.addMachine();
  const manifest = await bed.manifests.find(made.id);
  let passes = 0;
  const { shell } = target;
  target.shell = {
    ...shell,
    run: async (command, options) => {
      const exit = await shell.run(command, options);
      if (command.includes('restore') && isNaming(command)) {
        passes += 1;
        if (passes > 1) return exit;
        const file = join(target.folder, source.folder, 'work/model.bin');
        await writeFile(file, Buffer.alloc(2_000_000));
        await shell.run(['touch', '-d', `@${manifest?.files[0]?.modified ?? ''}`, file], options);
      }
      return exit;
    },
  };
  const restored = await restore(target, made.id, { targetPath: target.folder });
  assert.deepEqual([restored.state, passes], ['complete', 2]);
  sameBytes(await readFile(join(target.folder, source.folder, 'work/model.bin')), noise(2_000_000));
});

test('what lies where a link belongs makes way for it', async () => {
  const source = await bed.addMachine();
  await write(source, { 'notes.txt': 'notes' });
  for (const name of ['one', 'two']) await symlink('notes.txt', join(source.folder, 'work', name));
  const made = await snapshot(source);
  // As an image may come with it.
  await rm(join(source.folder, 'work/one'));
  await symlink('of the image', join(source.folder, 'work/one'));
  await rm(join(source.folder, 'work/two'));
  await writeFile(join(source.folder, 'work/two'), 'of the image');
  const restored = await restore(await bed.addMachine(), made.id);
  assert.deepEqual([restored.state, restored.errors], ['complete', []]);
  for (const name of ['one', 'two'])
    assert.equal(await readlink(join(source.folder, 'work', name)), 'notes.txt');
});

test('a part of a snapshot comes back alone', async () => {
  const source = await bed.addMachine();
  await write(source, { 'keep/a [1].txt': 'a', 'other/b': 'b' });
  const made = await snapshot(source);
  const target = await bed.addMachine();
  const restored = await restore(target, made.id, {
    targetPath: target.folder,
    paths: [join(source.folder, 'work/keep')],
  });
  assert.deepEqual([restored.state, restored.files_restored], ['complete', 1]);
  assert.deepEqual(await readdir(join(target.folder, source.folder, 'work')), ['keep']);
});

test('a user reads the repository with restic alone', async () => {
  const source = await bed.addMachine();
  await write(source, { 'a.txt': 'portable' });
  const made = await snapshot(source);
  const exported = {
    environment: {
      ...bed.place.forServer(source.machine.id).environment,
      RESTIC_PASSWORD: await bed.repositories.password(source.machine.id),
    },
    secrets: [],
  };
  const target = join(bed.folder.path, 'laptop');
  const restic = createTestRestic(createLocalMachine(target), exported);
  await restic.restore({ snapshotId: made.restic_id ?? '', target }, never);
  assert.equal(await bed.read(join(target, source.folder, 'work/a.txt')), 'portable');
});
