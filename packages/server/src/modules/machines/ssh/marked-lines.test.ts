import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMarkedLines } from './marked-lines.ts';

const read = (chunks: readonly Buffer[]) => {
  const seen: string[] = [];
  const lines = createMarkedLines('mark', {
    start: (text) => seen.push(`start ${text}`),
    line: (line) => seen.push(`<${line}>`),
    end: (text) => seen.push(`end ${text}`),
  });
  for (const chunk of chunks) lines.push(chunk);
  lines.finish();
  return seen;
};
const bytesOf = (text: string) => Array.from(Buffer.from(text), (byte) => Buffer.from([byte]));

test('what comes before the first mark and after the last is left out, however the bytes come', () => {
  const text = 'welcome\nto mark s 12\nüñ\n\nlast mark e 0\nleft behind\n';
  const expected = ['start 12', '<üñ>', '<>', '<last >', 'end 0'];
  assert.deepEqual(read([Buffer.from(text)]), expected);
  assert.deepEqual(read(bytesOf(text)), expected);
});

test('a mark is found at any place of a line that is cut', () => {
  const max = 1024 * 1024;
  for (const length of [max - 7, max - 1, max, max + 3, max + 200]) {
    const [start, line, end] = read([Buffer.from(`mark s 1\n${'x'.repeat(length)}mark e 3\n`)]);
    assert.deepEqual([start, end], ['start 1', 'end 3']);
    assert.match(line ?? '', /^<x+[mark e]*>$/);
    assert.ok((line ?? '').length >= Math.min(length, max) + 2);
    assert.ok((line ?? '').length <= max + 2);
  }
});

test('without a first mark all that was said is handed over', () => {
  assert.deepEqual(read([Buffer.from('This account is not available.\nSorry')]), [
    '<This account is not available.>',
    '<Sorry>',
  ]);
  assert.deepEqual(read([Buffer.from('no setsid\nmark e 127\n')]), ['<no setsid>', 'end 127']);
});
