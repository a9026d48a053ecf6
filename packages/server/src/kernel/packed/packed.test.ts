import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, gunzipSync } from 'node:zlib';
import { joinChecksums } from './checksum.ts';
import { isGzip, pack, unpack, unpackedLength } from './packed.ts';
import { spliceGzip } from './splice.ts';

const long = JSON.stringify(Array.from({ length: 40_000 }, (_, at) => ({ id: at, name: `peça ${at % 13}` })));
const lengths = [0, 1, 2, 17, 1023, 1024, 8191, 8192, 65_535, 65_536, 300_000];

test('a text comes back as it was, and says its length in bytes', async () => {
  for (const text of ['', '{}', 'é'.repeat(5000), long, ...lengths.map((length) => 'x'.repeat(length))]) {
    const packed = await pack(Buffer.from(text));
    assert.equal(await unpack(packed), text);
    assert.equal(unpackedLength(packed), Buffer.byteLength(text));
  }
});

test('a long one is a gzip file for everybody, and a short one what it was', async () => {
  const packed = await pack(Buffer.from(long));
  assert.ok(isGzip(packed));
  assert.ok(packed.length < long.length / 4);
  assert.equal(gunzipSync(packed).toString(), long);
  assert.deepEqual(await pack(Buffer.from('{"a":1}')), Buffer.from('{"a":1}'));
});

test('checksums of parts make that of the whole', () => {
  const whole = Buffer.from(long);
  for (const at of lengths) {
    const [first, second] = [whole.subarray(0, at), whole.subarray(at)];
    assert.equal(joinChecksums(crc32(first), crc32(second), second.length), crc32(whole), `split at ${at}`);
  }
});

test('what is packed and what is not go into one gzip file, in their order', async () => {
  const other = JSON.stringify({ rows: long });
  const texts = ['{"data":', long, ',"solution":', other, ',"checks":', 'y'.repeat(70_000), '', '}'];
  const packed = await Promise.all([long, other].map((text) => pack(Buffer.from(text))));
  const pieces = texts.map((text) => {
    const at = [long, other].indexOf(text);
    return packed[at] ?? Buffer.from(text);
  });
  assert.equal(gunzipSync(await spliceGzip(pieces)).toString(), texts.join(''));
  assert.equal(gunzipSync(await spliceGzip([])).toString(), '');
});
