import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseExpired, type Candidate } from './retention.ts';

const now = new Date('2026-03-31T12:00:00Z');
const at = (daysAgo: number, more: Partial<Candidate> = {}): Candidate => ({
  id: `${daysAgo}`,
  kind: 'auto',
  state: 'verified',
  createdAt: new Date(now.getTime() - daysAgo * 24 * 3600 * 1000),
  keepForever: false,
  paths: ['/root', '/workspace'],
  excludes: [],
  ...more,
});
const expired = (
  snapshots: readonly Candidate[],
  policy: { keepLast?: number; keepDaily?: number; keepWeekly?: number },
): readonly string[] =>
  chooseExpired(snapshots, { keepLast: 1, keepDaily: 0, keepWeekly: 0, ...policy }, now).map(({ id }) => id);

test('the newest ones stay', () => {
  assert.deepEqual(expired([at(3), at(1), at(2)], { keepLast: 2 }), ['3']);
});

test('the newest of each day and of each week stay', () => {
  const two = [at(0), at(0.1), at(1), at(1.1), at(2), at(8), at(15), at(40)];
  assert.deepEqual(expired(two, { keepDaily: 2 }), ['0.1', '1.1', '2', '8', '15', '40']);
  // A Tuesday: the day before it belongs to the same week, the Sunday before to the last.
  assert.deepEqual(expired(two, { keepWeekly: 3 }), ['0.1', '1', '1.1', '8', '40']);
});

test('what is kept forever stays, and so does what a destroyed machine would come back from', () => {
  const list = [
    at(0),
    at(5, { keepForever: true }),
    at(6, { kind: 'hibernate' }),
    at(7, { kind: 'hibernate' }),
  ];
  assert.deepEqual(expired(list, {}), ['7']);
});

test('the last verified one never goes, however few are to be kept', () => {
  assert.deepEqual(expired([at(300)], { keepLast: 0 }), []);
});

test('the last one that holds a folder stays, however many of a part of it are newer', () => {
  const part = { paths: ['/workspace/data'] };
  assert.deepEqual(expired([at(0, part), at(1, part), at(9), at(12)], {}), ['1', '12']);
  assert.deepEqual(expired([at(0, { excludes: ['*.tmp'] }), at(2), at(3)], {}), ['3']);
});

test('partial ones stay while nothing better is newer', () => {
  assert.deepEqual(expired([at(1, { state: 'partial' }), at(2, { state: 'partial' })], {}), ['2']);
  assert.deepEqual(expired([at(0), at(1, { state: 'partial' })], {}), ['1']);
  assert.deepEqual(expired([at(1), at(0, { state: 'partial' })], {}), []);
});

test('failed ones are shown for a week', () => {
  assert.deepEqual(expired([at(0), at(3, { state: 'failed' }), at(8, { state: 'failed' })], {}), ['8']);
});
