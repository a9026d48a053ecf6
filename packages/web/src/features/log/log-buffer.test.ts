import { expect, test } from 'vitest';
import { makeLines } from '../../testing/make-lines.ts';
import { createLogBuffer } from './log-buffer.ts';

const numbers = (buffer: ReturnType<typeof createLogBuffer>) => buffer.lines().map((line) => line.seq);

test('a line that comes twice is kept once', () => {
  const buffer = createLogBuffer(100);
  buffer.append(makeLines(1, 4));
  expect(buffer.append(makeLines(3, 6))).toBe(true);
  expect(buffer.append(makeLines(2, 6))).toBe(false);
  expect(numbers(buffer)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('earlier lines go before the first, later ones stay where they are', () => {
  const buffer = createLogBuffer(100);
  buffer.append(makeLines(8, 10));
  expect(buffer.prepend(makeLines(5, 9))).toBe(true);
  expect(buffer.prepend(makeLines(5, 7))).toBe(false);
  expect(numbers(buffer)).toEqual([5, 6, 7, 8, 9, 10]);
});

test('a flood leaves the newest lines and bounded memory', () => {
  const buffer = createLogBuffer(1000);
  for (let from = 1; from < 50_000; from += 500) buffer.append(makeLines(from, from + 499));
  expect(buffer.lines().length).toBeLessThanOrEqual(1100);
  expect(buffer.lastSeq()).toBe(50_000);
  expect(buffer.lines().at(-1000)?.seq).toBe(49_001);
});

test('the array stays the same while lines are only added, so that an index can go on', () => {
  const buffer = createLogBuffer(100);
  const before = buffer.lines();
  buffer.append(makeLines(5, 9));
  expect(buffer.lines()).toBe(before);
  buffer.prepend(makeLines(1, 4));
  expect(buffer.lines()).not.toBe(before);
});
