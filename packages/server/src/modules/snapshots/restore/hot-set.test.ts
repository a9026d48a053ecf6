import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HashedEntry } from '../manifest/manifest.ts';
import { chooseHotSet } from './hot-set.ts';
import { patternOf } from './patterns.ts';

const now = 1_000_000_000;
const day = 24 * 3600;
const file = (path: string, ageSeconds: number, sizeBytes = 100, accessedAgo = ageSeconds): HashedEntry => ({
  path,
  sizeBytes,
  modified: `${now - ageSeconds}.000000000`,
  changed: '0.0',
  accessed: `${now - accessedAgo}.000000000`,
  inode: '1',
  sha256: null,
  stored: '',
  content: '',
});
const paths = (files: readonly HashedEntry[]): readonly string[] => files.map(({ path }) => path);

test('what a shell reads comes first, then small files by their last use', () => {
  const { first, hot } = chooseHotSet(
    [
      file('/w/old.py', 40 * day),
      file('/w/new.py', 10),
      file('/root/.bashrc', 400 * day),
      file('/root/.ssh/id', 300 * day),
      file('/w/model.bin', 60, 500_000_000),
      file('/w/archive.bin', 90 * day, 500_000_000),
      file('/w/read.bin', 90 * day, 400_000_000, 3600),
    ],
    now,
  );
  assert.deepEqual(paths(first), ['/root/.ssh/id', '/root/.bashrc', '/w/new.py', '/w/old.py']);
  assert.deepEqual(paths(hot), ['/w/model.bin', '/w/read.bin']);
});

test('neither part grows beyond its bounds', () => {
  const many = Array.from({ length: 5000 }, (_, at) => file(`/w/${at}`, at));
  const { first, hot } = chooseHotSet(many, now);
  assert.deepEqual([first.length, hot.length], [400, 600]);
  assert.deepEqual([first[0]?.path, hot[0]?.path], ['/w/0', '/w/400']);
  const large = Array.from({ length: 10 }, (_, at) => file(`/w/${at}`, at, 400_000_000));
  assert.equal(chooseHotSet(large, now).hot.length, 2);
});

test('a pattern means one path, whatever is in its name', () => {
  const bytes = (text: string): string => Buffer.from(text).toString('latin1');
  assert.equal(patternOf(bytes('/w/ü [1]*?\\.txt')), '/w/ü \\[1\\]\\*\\?\\\\.txt');
  assert.equal(patternOf('/w/a\u00ff\u00feb/c'), '/w/a*b/c');
});
