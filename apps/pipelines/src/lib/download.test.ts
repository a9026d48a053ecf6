import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { recordedRuntime } from '../../testing/runtime.ts';
import { startSite } from '../../testing/site.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { download } from './download.ts';
import { isTemporary } from './failure.ts';
import { createHttpClient } from './http-client.ts';
import { NotFoundFailure } from './http-status.ts';
import { createLogger } from './logger.ts';

/** Far more than fits into the buffers on the way: what was in them when a connection broke is lost. */
const fileBytes = 8_000_000;
const brokenAfterBytes = 6_000_000;

async function start() {
  await using cleanup = new AsyncDisposableStack();
  const folder = cleanup.use(await tempFolder());
  const served = join(folder.path, 'site');
  await mkdir(served);
  const content = Buffer.concat([Buffer.from('PK'), Buffer.alloc(fileBytes, 'conteúdo;')]);
  await writeFile(join(served, 'a.zip'), content);
  const site = cleanup.use(await startSite({ folder: served }));
  const client = cleanup.use(createHttpClient({ stallSeconds: 1 }));
  const runtime = recordedRuntime('2025-11-03');
  const log = createLogger(runtime.write, 'T');
  const settings = { stallSeconds: 1, attempts: 3, backoffSeconds: 2 };
  const target = join(folder.path, 'cache', 'a.zip');
  const kept = cleanup.move();
  return {
    site,
    served,
    content,
    runtime,
    target,
    get: (name = 'a.zip', fresh = false) =>
      download(
        { url: `${site.url}/${name}`, target, kind: 'zip', fresh },
        { client, settings, runtime, log },
      ),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

test('a file comes whole, once: the second time the site is only asked whether it changed', async () => {
  await using t = await start();
  assert.equal((await t.get()).fetched, true);
  assert.deepEqual(await readFile(t.target), t.content);
  assert.equal((await t.get()).fetched, false);
  assert.equal((await t.get('a.zip', true)).fetched, true);
  assert.deepEqual(
    t.site.requests.map(({ status }) => status),
    [200, 304, 200],
  );
});

for (const kind of ['cut', 'stall'] as const)
  test(`a transfer that is ${kind} goes on at the byte where it stopped`, async () => {
    await using t = await start();
    t.site.addFault({ path: 'a.zip', kind, afterBytes: brokenAfterBytes, times: 1 });
    await t.get();
    assert.deepEqual(await readFile(t.target), t.content);
    const position = Number(/bytes=(\d+)-/.exec(t.site.requests[1]?.range ?? '')?.[1]);
    assert.ok(position > brokenAfterBytes / 2 && position <= brokenAfterBytes, String(position));
  });

test('a file that was replaced meanwhile is not glued to the old half', async () => {
  await using t = await start();
  // So early that all attempts together do not reach the end.
  t.site.addFault({ path: 'a.zip', kind: 'cut', afterBytes: 2_000_000 });
  await assert.rejects(t.get(), /cut the transfer/);
  t.site.clearFaults();
  const other = Buffer.concat([Buffer.from('PK'), Buffer.alloc(fileBytes, 'novo;')]);
  await writeFile(join(t.served, 'a.zip'), other);
  await t.get();
  assert.deepEqual(await readFile(t.target), other);
});

test('a kept file that was damaged on this disk is fetched again', async () => {
  await using t = await start();
  await t.get();
  await writeFile(t.target, Buffer.alloc(t.content.length));
  assert.equal((await t.get()).fetched, true);
  assert.deepEqual(await readFile(t.target), t.content);
});

test('a busy site is asked again with growing waits, then it is a temporary failure with its address', async () => {
  await using t = await start();
  t.site.addFault({ path: 'a.zip', kind: 'status', status: 503, times: 2 });
  await t.get();
  assert.deepEqual(t.runtime.waits, [2000, 4000]);
  t.site.addFault({ path: 'a.zip', kind: 'status', status: 503 });
  await assert.rejects(
    t.get('a.zip', true),
    (error: Error) => isTemporary(error) && /\/a\.zip .*503/.test(error.message),
  );
});

test('a site that never answers is a temporary failure that says so', async () => {
  await using t = await start();
  t.site.addFault({ path: 'a.zip', kind: 'no_answer' });
  await assert.rejects(
    t.get(),
    (error: Error) => isTemporary(error) && /stalled: nothing came for 1 s/.test(error.message),
  );
});

test('a site that cannot be reached is a temporary failure', async () => {
  await using t = await start();
  await t.site[Symbol.asyncDispose]();
  await assert.rejects(
    t.get(),
    (error: Error) => isTemporary(error) && /cannot be reached/.test(error.message),
  );
});

test('a file that does not exist is not asked for again', async () => {
  await using t = await start();
  await assert.rejects(t.get('b.zip'), NotFoundFailure);
  assert.equal(t.site.requests.length, 1);
});

test('a page that comes instead of the file is not taken for it', async () => {
  await using t = await start();
  t.site.addFault({ path: 'a.zip', kind: 'page' });
  await assert.rejects(t.get(), /web page instead of the file/);
  await assert.rejects(readFile(t.target));
});

test('a full disk is named with the path, and is not tried again', async () => {
  await using t = await start();
  await mkdir(join(t.target, '..'), { recursive: true });
  // One of the files beside the target is the device that is always full.
  await symlink('/dev/full', `${t.target}.part.json`);
  await assert.rejects(
    t.get(),
    (error: Error) => !isTemporary(error) && /the disk is full/.test(error.message),
  );
});
