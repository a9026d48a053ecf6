import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ceilMoment, floorMoment, parseMoment, toNaive } from './naive-time.ts';

test('a time has six digits after the point and no zone, and no point where they are 0', () => {
  assert.equal(toNaive(new Date('2026-11-20T22:12:59.527Z')), '2026-11-20T22:12:59.527000');
  assert.equal(toNaive(new Date('2026-11-20T22:12:59.000Z')), '2026-11-20T22:12:59');
});

test('a moment is in UTC unless it says otherwise', () => {
  const seconds = (text: string) => (parseMoment(text)?.milliseconds ?? Number.NaN) / 1000;
  const expected = Date.parse('2026-11-20T22:12:00Z') / 1000;
  for (const text of [
    '2026-11-20T22:12',
    '2026-11-20 22:12:00',
    '2026-11-20T22:12:00.000000Z',
    '2026-11-20T19:12:00-03:00',
    '2026-11-21T00:12:00+0200',
    '2026-11-21T00:12:00+02',
  ])
    assert.equal(seconds(text), expected, text);
});

test('what is no moment is undefined', () => {
  for (const text of ['', '2026-11-20', '2026-02-30T00:00:00', '2026-01-01T25:00', '0000-01-01T00:00', 'now'])
    assert.equal(parseMoment(text), undefined, text);
});

test('bounds finer than a millisecond keep to their inside', () => {
  const moment = parseMoment('2026-11-20T22:12:59.527533');
  assert.ok(moment !== undefined);
  assert.equal(ceilMoment(moment).toISOString(), '2026-11-20T22:12:59.528Z');
  assert.equal(floorMoment(moment).toISOString(), '2026-11-20T22:12:59.527Z');
});
