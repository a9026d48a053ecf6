import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { call, md5, presign, type Call, type Signer } from '../../test/s3-client.ts';
import { startS3 } from './s3.ts';

const keys = { accessKeyId: 'test', secretAccessKey: 'secret' };

const openBed = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-s3-'));
  let now = new Date('2026-11-20T12:00:00Z');
  const slept: number[] = [];
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      slept.push(ms);
      return Promise.resolve();
    },
  };
  const start = () => startS3({ port: 0, ...keys, buckets: ['one', 'two'], folder, clock });
  let s3 = await start();
  const signer = (): Signer => ({ url: s3.url, ...keys, now });
  return {
    slept,
    signer,
    faults: () => s3.faults,
    call: (what: Call, as: Partial<Signer> = {}) => call({ ...signer(), ...as }, what),
    advance: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
    restart: async () => {
      await s3[Symbol.asyncDispose]();
      s3 = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await s3[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const codeOf = async (response: Response): Promise<string> =>
  `${response.status} ${/<Code>(\w+)<\/Code>/.exec(await response.text())?.[1]}`;

test('an object survives a restart with its ETag, type and metadata', async () => {
  await using bed = await openBed();
  const headers = { 'content-type': 'text/plain', 'x-amz-meta-who': 'me' };
  await bed.call({ method: 'PUT', path: '/one/a b/ç&<>.txt', body: 'hello', headers });
  await bed.restart();
  const answer = await bed.call({ path: '/one/a b/ç&<>.txt' });
  assert.equal(await answer.text(), 'hello');
  assert.equal(answer.headers.get('etag'), `"${md5('hello')}"`);
  assert.equal(answer.headers.get('content-type'), 'text/plain');
  assert.equal(answer.headers.get('x-amz-meta-who'), 'me');
  const list = await (await bed.call({ path: '/one', query: { 'list-type': '2' } })).text();
  assert.match(list, /<Key>a b\/ç&amp;&lt;&gt;.txt<\/Key>/);
});

test('what is not signed by the secret, now, is refused', async () => {
  await using bed = await openBed();
  const path = '/one/a';
  assert.equal(await codeOf(await bed.call({ path }, { secretAccessKey: 'x' })), '403 SignatureDoesNotMatch');
  assert.equal(await codeOf(await bed.call({ path }, { accessKeyId: 'x' })), '403 InvalidAccessKeyId');
  const late = new Date(bed.signer().now.getTime() - 16 * 60_000);
  assert.equal(await codeOf(await bed.call({ path }, { now: late })), '403 RequestTimeTooSkewed');
  assert.equal(await codeOf(await fetch(`${bed.signer().url}${path}`)), '403 AccessDenied');
  assert.equal(await codeOf(await bed.call({ path })), '404 NoSuchKey');
  assert.equal(await codeOf(await bed.call({ path: '/three/a' })), '404 NoSuchBucket');
});

test('a body that is not the one that was signed is not stored', async () => {
  await using bed = await openBed();
  const put = { method: 'PUT', path: '/one/a', body: 'hello' };
  assert.equal(
    await codeOf(await bed.call({ ...put, payloadHash: '0'.repeat(64) })),
    '400 XAmzContentSHA256Mismatch',
  );
  assert.equal(
    await codeOf(await bed.call({ ...put, headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } })),
    '400 BadDigest',
  );
  assert.equal((await bed.call({ path: '/one/a' })).status, 404);
  assert.equal((await bed.call({ ...put, payloadHash: 'UNSIGNED-PAYLOAD' })).status, 200);
});

test('signed chunks are decoded, and a changed one is refused', async () => {
  await using bed = await openBed();
  const text = 'x'.repeat(70_000);
  const good = [text, 'tail'].map((sent) => ({ sent, signed: sent }));
  assert.equal((await bed.call({ method: 'PUT', path: '/one/a', chunks: good })).status, 200);
  assert.equal(await (await bed.call({ path: '/one/a' })).text(), `${text}tail`);
  const bad = [
    { signed: text, sent: text },
    { signed: 'tail', sent: 'fail' },
  ];
  assert.equal(
    await codeOf(await bed.call({ method: 'PUT', path: '/one/b', chunks: bad })),
    '403 SignatureDoesNotMatch',
  );
  assert.equal((await bed.call({ path: '/one/b' })).status, 404);
});

test('unsigned chunks are decoded and their trailing checksum is checked', async () => {
  await using bed = await openBed();
  const put = (checksum: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(checksum);
    return bed.call({
      method: 'PUT',
      path: '/one/a',
      payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: { 'x-amz-decoded-content-length': '5', 'x-amz-trailer': 'x-amz-checksum-crc32' },
      body: `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${bytes.toString('base64')}\r\n\r\n`,
    });
  };
  assert.equal(await codeOf(await put(1)), '400 BadDigest');
  assert.equal((await put(crc32('hello'))).status, 200);
  assert.equal(await (await bed.call({ path: '/one/a' })).text(), 'hello');
});

test('a presigned address works until it expires, for its path only', async () => {
  await using bed = await openBed();
  await bed.call({ method: 'PUT', path: '/one/a', body: 'hello' });
  const url = presign(bed.signer(), '/one/a', 60);
  assert.equal(await (await fetch(url)).text(), 'hello');
  assert.equal(await codeOf(await fetch(url.replace('/one/a', '/one/b'))), '403 SignatureDoesNotMatch');
  bed.advance(61);
  assert.equal(await codeOf(await fetch(url)), '403 AccessDenied');
});

test('a list is paged in the order of bytes and folds what is below a delimiter', async () => {
  await using bed = await openBed();
  for (const key of ['b', 'a/2', 'a/1', 'c/1', 'a', 'Z'])
    await bed.call({ method: 'PUT', path: `/one/${key}` });
  const pages = async (query: Record<string, string>): Promise<string[]> => {
    const found: string[] = [];
    let token: string | undefined;
    do {
      const more: Record<string, string> = token === undefined ? {} : { 'continuation-token': token };
      const page = await bed.call({ path: '/one', query: { 'list-type': '2', ...query, ...more } });
      const xml = await page.text();
      found.push(
        [...xml.matchAll(/(?:<Key>|<CommonPrefixes><Prefix>)([^<]*)/g)].map((match) => match[1]).join(' '),
      );
      token = /<NextContinuationToken>([^<]*)/.exec(xml)?.[1];
    } while (token !== undefined);
    return found;
  };
  assert.deepEqual(await pages({ 'max-keys': '4' }), ['Z a a/1 a/2', 'b c/1']);
  assert.deepEqual(await pages({ 'max-keys': '3', prefix: 'a' }), ['a a/1 a/2']);
  assert.deepEqual(await pages({ 'max-keys': '1', delimiter: '/' }), ['Z', 'a', 'a/', 'b', 'c/']);
  assert.deepEqual(await pages({ 'start-after': 'a/2' }), ['b c/1']);
});

test('several objects are deleted by one request, and keys are unescaped', async () => {
  await using bed = await openBed();
  for (const key of ['a&b', 'c', 'd']) await bed.call({ method: 'PUT', path: `/one/${key}` });
  const remove = (body: string) => bed.call({ method: 'POST', path: '/one', query: { delete: '' }, body });
  const answer = await remove(
    '<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key></Object></Delete>',
  );
  assert.match(await answer.text(), /<Deleted><Key>a&amp;b<\/Key><\/Deleted>/);
  const list = await (await bed.call({ path: '/one', query: { 'list-type': '2' } })).text();
  assert.deepEqual(
    [...list.matchAll(/<Key>([^<]*)/g)].map((match) => match[1]),
    ['d'],
  );
  const tooMany = `<Delete>${'<Object><Key>d</Key></Object>'.repeat(1001)}</Delete>`;
  for (const bad of ['', '<Delete><Object>', tooMany])
    assert.equal(await codeOf(await remove(bad)), '400 MalformedXML');
});

test('faults meet as many requests as they say', async () => {
  await using bed = await openBed();
  bed.faults().add({ name: 'slow-down', times: 2, method: 'PUT' });
  const put = () => bed.call({ method: 'PUT', path: '/one/a', body: 'hello' });
  for (const expected of [503, 503, 200]) assert.equal((await put()).status, expected);
  bed.faults().add({ name: 'slow', delayMs: 3000, times: 1 });
  await put();
  assert.deepEqual(bed.slept, [3000]);
  bed.faults().add({ name: 'reset', afterBytes: 2, times: 1 });
  await assert.rejects(bed.call({ method: 'PUT', path: '/one/a', body: 'other' }));
  assert.equal(await (await bed.call({ path: '/one/a' })).text(), 'hello');
});

test('an operation that is not played is refused by name', async () => {
  await using bed = await openBed();
  for (const what of [
    { method: 'PUT', path: '/one/b', headers: { 'x-amz-copy-source': '/one/a' } },
    { path: '/one/a', query: { tagging: '' } },
    { path: '/one' },
  ])
    assert.equal(await codeOf(await bed.call(what)), '501 NotImplemented');
});
