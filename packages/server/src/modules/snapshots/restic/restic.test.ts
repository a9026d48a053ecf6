import assert from 'node:assert/strict';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  createLocalMachine,
  createTestFolder,
  createTestRestic,
  folderAccess,
  never,
  plainUser,
} from '../snapshots-test-kit.ts';
import { classify, ResticFailure } from './failure.ts';
import { parseMessage } from './messages.ts';
import { createRedaction } from './redact.ts';
import { parseVersion } from './version.ts';

const request = { host: 'machine-1', tags: ['snapshot:1', 'machine:1'], excludes: [] };

test('a backup says what it did, is found by its tag, and comes back as it was', async () => {
  await using folder = await createTestFolder();
  await folder.write({ 'work/a.txt': 'hello', 'work/deep/b.bin': Buffer.alloc(300_000, 7) });
  const shell = createLocalMachine(folder.path);
  const restic = createTestRestic(shell, folderAccess(join(folder.path, 'repository')));
  assert.equal(await restic.exists(never), false);
  await restic.init(never);
  assert.equal(await restic.exists(never), true);

  const first = await restic.backup({ ...request, paths: [join(folder.path, 'work')] }, never);
  assert.deepEqual([first.summary.filesNew, first.summary.totalBytes, first.isPartial], [2, 300_005, false]);
  const again = await restic.backup(
    { ...request, tags: ['snapshot:2'], paths: [join(folder.path, 'work')] },
    never,
  );
  assert.deepEqual([again.summary.filesNew, again.summary.filesUnmodified], [0, 2]);

  const [found, ...others] = await restic.listSnapshots(['snapshot:1'], never);
  assert.equal(others.length, 0);
  assert.match(found?.id ?? '', new RegExp(`^${first.summary.snapshotId}`));
  assert.equal(found?.id.length, 64);

  const target = join(folder.path, 'out');
  const restored = await restic.restore({ snapshotId: found?.id ?? '', target }, never);
  assert.deepEqual(restored.errors, []);
  assert.equal(await readFile(join(target, folder.path, 'work/a.txt'), 'utf8'), 'hello');
  await restic.check({ part: 1, parts: 1 }, never);
  await restic.forget([found?.id ?? ''], never);
  await restic.prune(never);
  assert.deepEqual(await restic.listSnapshots(['snapshot:1'], never), []);
});

test('files that could not be read make a backup partial, and are named', async () => {
  await using folder = await createTestFolder();
  await folder.write({ 'work/a.txt': 'hello', 'work/secret.txt': 'mine' });
  await chmod(join(folder.path, 'work/secret.txt'), 0o600);
  const user = process.getuid?.() === 0 ? plainUser : undefined;
  if (user === undefined) await chmod(join(folder.path, 'work/secret.txt'), 0);
  const restic = createTestRestic(
    createLocalMachine(folder.path, user),
    folderAccess(join(folder.path, 'repository')),
  );
  await restic.init(never);
  const result = await restic.backup({ ...request, paths: [join(folder.path, 'work')] }, never);
  assert.equal(result.isPartial, true);
  assert.equal(result.summary.filesNew, 1);
  assert.match(result.unreadable.join(), /secret\.txt/);
});

test('a wrong password and a missing repository are told apart, in words without the password', async () => {
  await using folder = await createTestFolder();
  const shell = createLocalMachine(folder.path);
  const place = join(folder.path, 'repository');
  await createTestRestic(shell, folderAccess(place)).init(never);
  const wrong = createTestRestic(shell, folderAccess(place, 'not the password'));
  await assert.rejects(wrong.exists(never), (error) => {
    assert.ok(error instanceof ResticFailure);
    assert.equal(error.kind, 'wrong_password');
    assert.doesNotMatch(error.message, /not the password/);
    return true;
  });
  await assert.rejects(
    createTestRestic(shell, folderAccess(`${place}-elsewhere`)).listSnapshots([], never),
    (error) => error instanceof ResticFailure && error.kind === 'no_repository',
  );
});

test('a cancelled backup leaves neither a process nor a lock behind', async () => {
  await using folder = await createTestFolder();
  await folder.write({ 'work/large.bin': Buffer.alloc(150_000_000, 'abcdefghijk') });
  const place = join(folder.path, 'repository');
  const restic = createTestRestic(createLocalMachine(folder.path), folderAccess(place));
  await restic.init(never);
  const cancel = new AbortController();
  // Its lock is there before it reads the first file.
  const onProgress = (): void => cancel.abort();
  const backup = restic.backup({ ...request, onProgress, paths: [join(folder.path, 'work')] }, cancel.signal);
  await assert.rejects(backup, (error) => error instanceof ResticFailure && error.kind === 'cancelled');
  assert.deepEqual(await readdir(join(place, 'locks')), []);
});

test('a program that does not end when asked to is killed', async () => {
  await using folder = await createTestFolder();
  const shell = createLocalMachine(folder.path);
  const said: string[] = [];
  const cancel = new AbortController();
  const exit = await shell.run(['sh', '-c', 'trap : INT TERM; echo ready; while :; do sleep 0.1; done'], {
    onStdout: (line) => {
      said.push(line);
      cancel.abort();
    },
    signal: cancel.signal,
    timeoutSeconds: 60,
  });
  assert.deepEqual(said, ['ready']);
  assert.deepEqual(exit, { code: null, signal: 'SIGKILL' });
});

test('a program gets its input, and only the environment that it is given', async () => {
  await using folder = await createTestFolder();
  const said: string[] = [];
  const exit = await createLocalMachine(folder.path).run(['sh', '-c', 'cat; env; exit 7'], {
    environment: { ONE: 'two' },
    stdin: 'line one\nline two',
    onStdout: (line) => said.push(line),
    signal: never,
    timeoutSeconds: 10,
  });
  assert.deepEqual(exit, { code: 7, signal: null });
  assert.equal(said[0], 'line one');
  assert.match(said[1] ?? '', /^line two/);
  assert.ok(said.some((line) => line.endsWith('ONE=two')));
  assert.ok(!said.some((line) => /HOME=|USER=|DUMONT/.test(line)));
});

test('a file is put whole, with its mode', async () => {
  await using folder = await createTestFolder();
  const shell = createLocalMachine(folder.path);
  const file = join(folder.path, 'tools/password');
  await shell.putFile(file, Buffer.from('secret'), 0o600);
  assert.equal(await readFile(file, 'utf8'), 'secret');
  assert.deepEqual(await readdir(join(folder.path, 'tools')), ['password']);
});

test('exit codes of newer versions and words of older ones mean the same', () => {
  const exit = (code: number | null): { code: number | null; signal: null } => ({ code, signal: null });
  assert.equal(classify(exit(10), ''), 'no_repository');
  assert.equal(classify(exit(11), ''), 'locked');
  assert.equal(classify(exit(12), ''), 'wrong_password');
  assert.equal(classify(exit(1), 'Fatal: wrong password or no key found'), 'wrong_password');
  assert.equal(classify(exit(1), 'unable to create lock in backend: repository is already locked'), 'locked');
  assert.equal(classify(exit(1), 'Fatal: unable to open config file: does not exist'), 'no_repository');
  assert.equal(
    classify(exit(10), 'unable to open config file: unexpected HTTP response (403): 403 Forbidden'),
    'refused',
  );
  assert.equal(classify(exit(1), 'something else'), 'failed');
  assert.equal(classify(exit(null), ''), 'cancelled');
});

test('progress and errors are read from any version, and nonsense is passed over', () => {
  const status =
    '{"message_type":"status","seconds_elapsed":3,"percent_done":0.5,"total_bytes":10,"bytes_done":5}';
  assert.deepEqual(parseMessage(status), {
    type: 'status',
    progress: { percent: 50, bytesDone: 5, totalBytes: 10, secondsElapsed: 3, secondsRemaining: null },
  });
  const old = '{"message_type":"error","error":{"Op":"open","Path":"/x","Err":13},"item":"/x"}';
  assert.deepEqual(parseMessage(old), { type: 'error', text: 'open failed: /x' });
  const recent = '{"message_type":"error","error":{"message":"open /x: denied"},"item":"/x"}';
  assert.deepEqual(parseMessage(recent), { type: 'error', text: 'open /x: denied: /x' });
  for (const line of ['', 'Warning: x', '{', '[1]', '{"a":']) assert.equal(parseMessage(line), undefined);
});

test('a version that cannot do what we need is refused', () => {
  assert.equal(parseVersion('restic 0.14.0 compiled with go1.19.8 on linux/amd64'), '0.14.0');
  assert.equal(parseVersion('restic 1.2.3 compiled with go1.30'), '1.2.3');
  assert.throws(() => parseVersion('restic 0.13.1 compiled'), /too old/);
  assert.throws(() => parseVersion('bash: restic: command not found'));
});

test('no secret is left in what is said', () => {
  const redact = createRedaction(['p@ss word', 'abc']);
  assert.equal(
    redact('at rest:http://me:p%40ss%20word@host/ with p@ss word and abc'),
    'at rest:http://me:********@host/ with ******** and abc',
  );
});
