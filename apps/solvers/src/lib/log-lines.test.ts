import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogLines } from './log-lines.ts';

const linesOf = () => {
  const written: string[] = [];
  return { written, lines: createLogLines('app', (line) => written.push(line)) };
};
const messages = (written: readonly string[]) =>
  written.map((line) => (JSON.parse(line) as { progress: object }).progress);

test('progress that says what was said before is not written again', async () => {
  const { written, lines } = linesOf();
  lines.progress(0);
  for (const done of [0.1, 0.1001, 0.1002]) {
    await delay(220);
    lines.progress(done);
  }
  await delay(220);
  lines.progress(0.1003, 42);
  assert.deepEqual(messages(written), [
    { percent: 0, text: 'started' },
    { percent: 10, text: 'working' },
    { percent: 10, text: 'best 42' },
  ]);
});

test('what comes in quick succession is dropped, but for the end', () => {
  const { written, lines } = linesOf();
  lines.progress(0);
  lines.progress(0.5);
  lines.progress(1, 7);
  assert.deepEqual(messages(written), [
    { percent: 0, text: 'started' },
    { percent: 100, text: 'best 7' },
  ]);
});
