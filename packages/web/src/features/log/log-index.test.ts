import { expect, test } from 'vitest';
import type { LogLine } from '@dumont/contracts/runs/logs';
import { makeLines } from '../../testing/make-lines.ts';
import { createLogIndex, type LogFilter } from './log-index.ts';

const everything: LogFilter = { level: null, system: null, search: '', onlyMatches: false };
const seqs = (lines: readonly LogLine[]) => lines.map((line) => line.seq);

const mixed = [
  ...makeLines(1, 2),
  ...makeLines(3, 3, { level: 'ERROR', system: 'CVM', message: 'Row REJECTED' }),
  ...makeLines(4, 5, { level: 'DEBUG', system: 'BCB' }),
  ...makeLines(6, 6, { level: 'ERROR', system: 'BCB', message: 'rejected again' }),
];

test('a level leaves itself and what is worse', () => {
  const index = createLogIndex();
  expect(seqs(index(mixed, { ...everything, level: 'INFO' }).shown)).toEqual([1, 2, 3, 6]);
  expect(seqs(index(mixed, { ...everything, level: 'ERROR', system: 'BCB' }).shown)).toEqual([6]);
});

test('a search marks matches in any case and hides nothing unless asked', () => {
  const index = createLogIndex();
  const marked = index(mixed, { ...everything, search: 'Rejected' });
  expect(marked.shown.length).toBe(6);
  expect(marked.matches).toEqual([2, 5]);
  const only = index(mixed, { ...everything, search: 'rejected', onlyMatches: true });
  expect(seqs(only.shown)).toEqual([3, 6]);
  expect(only.matches).toEqual([0, 1]);
});

test('positions of errors count within what is shown', () => {
  const index = createLogIndex();
  expect(index(mixed, everything).errors).toEqual([2, 5]);
  expect(index(mixed, { ...everything, system: 'BCB' }).errors).toEqual([2]);
});

test('new lines are added to the view without reading the old ones again', () => {
  const index = createLogIndex();
  const lines = makeLines(1, 3);
  index(lines, everything);
  let looked = 0;
  lines[0] = new Proxy(makeLines(1, 1)[0] as LogLine, {
    get: (line, key: keyof LogLine) => {
      looked += 1;
      return line[key];
    },
  });
  lines.push(...makeLines(4, 5, { level: 'ERROR' }));
  const view = index(lines, everything);
  expect(view.shown.length).toBe(5);
  expect(view.errors).toEqual([3, 4]);
  expect(looked).toBe(0);
});

test('earlier lines (another array) are read from the beginning', () => {
  const index = createLogIndex();
  index(makeLines(5, 6), everything);
  expect(seqs(index(makeLines(1, 6), everything).shown)).toEqual([1, 2, 3, 4, 5, 6]);
});
