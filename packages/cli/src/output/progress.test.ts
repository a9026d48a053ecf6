import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestHost } from '../../test/run-in-process.ts';
import { createProgressLine, formatProgress } from './progress.ts';
import { createStyle, type Style } from './style.ts';
import { widthOf } from './text.ts';

const plain: Style = { colours: false, signs: false, paint: (_tone, text) => text };
const now = new Date('2026-11-21T12:00:42Z');
const view = {
  label: 'run 5 running',
  percent: 45,
  message: 'CVM: reading inf_diario_fi_202610.csv',
  since: '2026-11-21T12:00:00Z',
};

test('the line shows bar, figure, time and message, and fits the terminal', () => {
  assert.equal(
    formatProgress(view, now, 100, plain),
    'run 5 running  [#########...........] 45 %  42 s  CVM: reading inf_diario_fi_202610.csv',
  );
  for (const columns of [80, 60, 50, 20]) {
    assert.ok(widthOf(formatProgress(view, now, columns, plain)) <= columns);
  }
});

test('a run that waits shows neither a bar nor a time', () => {
  const waiting = { label: 'run 5 queued', percent: null, message: null, since: null };
  assert.equal(formatProgress(waiting, now, 80, plain), 'run 5 queued');
});

test('on a terminal the line is taken away before log lines and at the end', async () => {
  const { host, stderr } = createTestHost({ terminal: 80, now: () => now });
  const line = createProgressLine(host, createStyle(host, host.stderr, false));
  line.show(view);
  const before = stderr().length;
  await line.above(async () => void host.stderr.write('a log line\n'));
  assert.ok(stderr().slice(before).startsWith('\r\u001b[2Ka log line\n\r\u001b[2Krun 5'));
  await line[Symbol.asyncDispose]();
  assert.ok(stderr().endsWith('\r\u001b[2K'));
});

test('without a terminal nothing is drawn', async () => {
  const { host, stderr } = createTestHost({});
  await using line = createProgressLine(host, plain);
  line.show(view);
  assert.equal(stderr(), '');
});
