import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { RepositoryAccess } from '../restic/access.ts';
import { ResticFailure } from '../restic/failure.ts';
import {
  createLocalMachine,
  createRepositoryBed,
  createTestRestic,
  never,
  type RepositoryBed,
} from '../snapshots-test-kit.ts';
import type { MachineRef } from '../machines-port.ts';

let bed: RepositoryBed;
let machine: MachineRef;

before(async () => {
  bed = await createRepositoryBed();
  machine = bed.newMachine();
  await bed.repositories.ensure(machine, never);
});
after(() => bed[Symbol.asyncDispose]());

const credentials = (of: MachineRef = machine, epoch = of.epoch) =>
  bed.repositories.storageCredentialsFor({ machineId: of.id, epoch, serverUrl: bed.url });

/** The address and the header of a machine's credentials. */
const asHttp = async (
  of: MachineRef = machine,
  given?: RepositoryAccess,
): Promise<{ url: string; authorization: string }> => {
  const access = given ?? (await credentials(of));
  const url = new URL((access.environment['RESTIC_REPOSITORY'] ?? '').replace('rest:', ''));
  const authorization = `Basic ${Buffer.from(`${url.username}:${decodeURIComponent(url.password)}`).toString('base64')}`;
  url.username = '';
  url.password = '';
  return { url: url.href, authorization };
};

const backup = async (access: Awaited<ReturnType<typeof credentials>>, name = 'a.txt'): Promise<void> => {
  await bed.folder.write({ [`work/${name}`]: `content of ${name}` });
  const restic = createTestRestic(createLocalMachine(bed.folder.path), access);
  await restic.backup(
    { host: 'machine', tags: [`name:${name}`], excludes: [], paths: [join(bed.folder.path, 'work')] },
    never,
  );
};

const refusedBy = (run: Promise<unknown>): Promise<void> =>
  assert.rejects(run, (error) => {
    assert.ok(error instanceof ResticFailure, String(error));
    assert.equal(error.kind, 'refused', error.message);
    return true;
  });

test('a machine backs up, lists, restores and reads its repository through the gateway', async () => {
  const access = await credentials();
  await backup(access);
  const restic = createTestRestic(createLocalMachine(bed.folder.path), access);
  const [snapshot] = await restic.listSnapshots(['name:a.txt'], never);
  assert.ok(snapshot);
  const target = join(bed.folder.path, 'out');
  await restic.restore({ snapshotId: snapshot.id, target }, never);
  assert.deepEqual(await readdir(join(target, bed.folder.path, 'work')), ['a.txt']);
  await restic.check({ part: 1, parts: 1 }, never);
  const server = await bed.repositories.serverRestic(machine.id);
  assert.equal((await server.listSnapshots([], never)).length, 1);
  assert.deepEqual(await bed.repositories.files(machine.id).list('locks', never), []);
});

test('what is there stays: a machine cannot forget, prune, delete or make a repository', async () => {
  const access = await credentials();
  await backup(access, 'b.txt');
  const restic = createTestRestic(createLocalMachine(bed.folder.path), access);
  const [snapshot] = await restic.listSnapshots(['name:b.txt'], never);
  assert.ok(snapshot);
  const { url, authorization } = await asHttp();
  for (const [method, path] of [
    ['DELETE', `snapshots/${snapshot.id}`],
    ['DELETE', 'config'],
    ['DELETE', ''],
    ['POST', '?create=true'],
    ['POST', 'config'],
    ['POST', `keys/${'a'.repeat(64)}`],
    ['DELETE', `locks/${'a'.repeat(64)}`],
  ] as const) {
    const answer = await fetch(url + path, { method, headers: { authorization } });
    assert.equal(answer.status, 403, `${method} ${path}`);
  }
  assert.equal((await restic.listSnapshots(['name:b.txt'], never)).length, 1);
});

test('credentials of an older epoch are refused, also in the middle of an upload', async () => {
  const own = bed.newMachine();
  await bed.repositories.ensure(own, never);
  const stale = await credentials(own);
  const { url, authorization } = await asHttp(own);
  const content = Buffer.from('a pack');
  const name = createHash('sha256').update(content).digest('hex');
  const hasBegun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const body = (async function* () {
    yield content.subarray(0, 3);
    hasBegun.resolve();
    await goOn.promise;
    yield content.subarray(3);
  })();
  const upload = fetch(`${url}data/${name}`, {
    method: 'POST',
    headers: { authorization },
    body: body as never,
    duplex: 'half',
  });
  await hasBegun.promise;
  await bed.repositories.raiseEpoch(own.id, 2);
  goOn.resolve();
  assert.equal((await upload).status, 403);
  assert.equal(await bed.repositories.files(own.id).findSize({ kind: 'data', name }), undefined);

  await refusedBy(backup(stale));
  await assert.rejects(credentials(own, 1), { code: 'repository.epoch' });
  await backup(await credentials(own, 2));
});

test("another machine's repository is refused, and so is one that does not exist", async () => {
  const other = bed.newMachine();
  await bed.repositories.ensure(other, never);
  const { authorization } = await asHttp();
  const { url: otherUrl } = await asHttp(other);
  const nobody = otherUrl.replace(other.id, bed.newMachine().id);
  for (const url of [otherUrl, nobody]) {
    const answer = await fetch(`${url}config`, { headers: { authorization } });
    assert.deepEqual(
      [answer.status, ((await answer.json()) as { code: string }).code],
      [403, 'repository.refused'],
    );
  }
});

test('a wrong secret, an unknown name, and whatever else is shown are refused', async () => {
  const { url, authorization } = await asHttp();
  const text = Buffer.from(authorization.slice('Basic '.length), 'base64').toString();
  const basic = (shown: string): string => `Basic ${Buffer.from(shown).toString('base64')}`;
  for (const shown of [
    undefined,
    'Bearer x',
    'Basic !!!',
    basic('nobody'),
    basic(`${text}x`),
    basic(`${bed.newMachine().id}:${text.split(':')[1] ?? ''}`),
    basic("' or 1=1:x"),
  ]) {
    const answer = await fetch(`${url}config`, {
      headers: shown === undefined ? {} : { authorization: shown },
    });
    assert.equal(answer.status, 401, shown);
  }
});

test('credentials of a machine that is gone are refused', async () => {
  const own = bed.newMachine();
  await bed.repositories.ensure(own, never);
  const access = await credentials(own);
  await bed.repositories.revoke(own.id);
  await refusedBy(backup(access));
  await assert.rejects(credentials(own), { code: 'repository.epoch' });
});

test('a machine may read the repository of another when it is told to, and write nothing', async () => {
  const access = await credentials();
  await backup(access, 'c.txt');
  const reader = bed.newMachine();
  const given = await bed.repositories.readCredentialsFor({
    machineId: machine.id,
    holder: reader,
    serverUrl: bed.url,
  });
  const restic = createTestRestic(createLocalMachine(bed.folder.path), given);
  const [snapshot] = await restic.listSnapshots(['name:c.txt'], never);
  assert.ok(snapshot);
  await restic.restore({ snapshotId: snapshot.id, target: join(bed.folder.path, 'elsewhere') }, never);
  const { url, authorization } = await asHttp(reader, given);
  for (const kind of ['data', 'index', 'snapshots', 'locks']) {
    const name = createHash('sha256').update('x').digest('hex');
    const answer = await fetch(`${url}${kind}/${name}`, {
      method: 'POST',
      headers: { authorization },
      body: 'x',
    });
    assert.equal(answer.status, 403, kind);
  }
});

test('content that is not what its name says is not stored, nor is more than a file may have', async () => {
  const { url, authorization } = await asHttp();
  const name = createHash('sha256').update('right').digest('hex');
  const post = (kind: string, body: string | Buffer<ArrayBuffer>): Promise<Response> =>
    fetch(`${url}${kind}/${name}`, { method: 'POST', headers: { authorization }, body });
  assert.equal((await post('data', 'wrong')).status, 400);
  assert.equal((await post('locks', Buffer.alloc(1024 * 1024 + 1))).status, 413);
  assert.equal((await post('data', 'right')).status, 200);
  // Its reply may have been lost: sending it again is no failure.
  assert.equal((await post('data', 'right')).status, 200);
  for (const path of [`data/${name}/x`, 'other/', `other/${name}`, 'data/short'])
    assert.notEqual((await fetch(url + path, { headers: { authorization } })).status, 200, path);
});

test('a part of a file is answered as such', async () => {
  const { url, authorization } = await asHttp();
  const content = 'abcdefghij';
  const name = createHash('sha256').update(content).digest('hex');
  await fetch(`${url}data/${name}`, { method: 'POST', headers: { authorization }, body: content });
  const get = async (range: string): Promise<[number, string, string | null]> => {
    const answer = await fetch(`${url}data/${name}`, { headers: { authorization, range } });
    return [answer.status, await answer.text(), answer.headers.get('content-range')];
  };
  assert.deepEqual(await get('bytes=2-4'), [206, 'cde', 'bytes 2-4/10']);
  assert.deepEqual(await get('bytes=8-99'), [206, 'ij', 'bytes 8-9/10']);
  assert.deepEqual(await get('bytes=7-'), [206, 'hij', 'bytes 7-9/10']);
  assert.equal((await get('bytes=10-12'))[0], 416);
  const head = await fetch(`${url}data/${name}`, { method: 'HEAD', headers: { authorization } });
  assert.equal(head.headers.get('content-length'), '10');
});

test("a dead machine's lock is taken away with its authority, and no other", async () => {
  const own = bed.newMachine();
  await bed.repositories.ensure(own, never);
  const { url, authorization } = await asHttp(own);
  const post = async (lock: string, as: string): Promise<string> => {
    const name = createHash('sha256').update(lock).digest('hex');
    const answer = await fetch(`${url}locks/${name}`, {
      method: 'POST',
      headers: { authorization: as },
      body: lock,
    });
    assert.equal(answer.status, 200);
    return name;
  };
  await post('of a dead machine', authorization);
  assert.equal(await bed.repositories.releaseDeadLocks(own.id), 0);
  await bed.repositories.raiseEpoch(own.id, 2);
  const next = { ...own, epoch: 2 };
  const living = await post('of its successor', (await asHttp(next)).authorization);
  await bed.repositories.releaseDeadLocks(own.id);
  const left = await bed.repositories.files(own.id).list('locks', never);
  assert.deepEqual(
    left.map(({ name }) => name),
    [living],
  );
});
