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

/** More than all of which come first. */
const ballast = Array.from({ length: 300 }, (_, at) => file(`/ballast/${at}`, 500 * day, 250_000));

test('all small files come first where they are few', () => {
  const { first, hasAllSmall, hot } = chooseHotSet(
    [file('/w/old.py', 40 * day), file('/w/new.py', 10), file('/w/model.bin', 60, 500_000_000)],
    now,
  );
  assert.equal(hasAllSmall, true);
  assert.deepEqual(paths(first), ['/w/new.py', '/w/old.py']);
  assert.deepEqual(paths(hot), ['/w/model.bin']);
});

test('of many, what a shell reads comes first, then by their last use', () => {
  const { first, hasAllSmall, hot } = chooseHotSet(
    [
      ...ballast,
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
  assert.equal(hasAllSmall, false);
  assert.deepEqual(paths(first).slice(0, 4), ['/root/.ssh/id', '/root/.bashrc', '/w/new.py', '/w/old.py']);
  assert.deepEqual(paths(hot), ['/w/model.bin', '/w/read.bin']);
});

test('files that were all read lately say nothing by that: what was changed last comes first', () => {
  const large = 300_000_000;
  const changed = file('/w/changed.bin', 3600, large, 3000);
  const hashed = Array.from({ length: 8 }, (_, at) => file(`/w/${at}.bin`, 90 * day, large, 60 + at));
  assert.deepEqual(paths(chooseHotSet([...hashed, changed], now).hot), ['/w/changed.bin']);
  const few = [
    ...hashed.slice(0, 1),
    ...Array.from({ length: 8 }, (_, at) => file(`/o/${at}.bin`, 90 * day, large)),
  ];
  assert.deepEqual(paths(chooseHotSet(few, now).hot), ['/w/0.bin'], 'a few that were read are in use');
});

test('neither part grows beyond its bounds', () => {
  const many = Array.from({ length: 5000 }, (_, at) => file(`/w/${at}`, at, 20_000));
  const { first, hot } = chooseHotSet(many, now);
  assert.deepEqual([first.length, hot.length], [400, 600]);
  assert.deepEqual([first[0]?.path, hot[0]?.path], ['/w/0', '/w/400']);
  const others = Array.from({ length: 1001 }, (_, at) => file(`/w/${at}`, at, 400_000));
  assert.equal(chooseHotSet(others, now).hasAllSmall, false, 'more than can be named');
  const large = Array.from({ length: 10 }, (_, at) => file(`/w/${at}`, at, 400_000_000));
  assert.equal(chooseHotSet(large, now).hot.length, 2);
});

test('a pattern means one path, whatever is in its name', () => {
  const bytes = (text: string): string => Buffer.from(text).toString('latin1');
  assert.equal(patternOf(bytes('/w/ü [1]*?\\.txt')), '/w/ü \\[1\\]\\*\\?\\\\.txt');
  assert.equal(patternOf('/w/a\u00ff\u00feb/c'), '/w/a*b/c');
});
