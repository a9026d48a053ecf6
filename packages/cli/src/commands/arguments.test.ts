import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  byteSize,
  collectAssignments,
  day,
  durationSeconds,
  positiveNumber,
  price,
  wholeNumber,
} from './arguments.ts';

test('days are taken as Brazilians and as computers write them', () => {
  assert.equal(day('05/02/2026'), '2026-02-05');
  assert.equal(day('2026-02-05'), '2026-02-05');
  assert.equal(day('29/02/2028'), '2028-02-29');
});

test('days that do not exist, and what is no day, are refused', () => {
  for (const text of ['31/02/2026', '29/02/2026', '00/01/2026', '2026-13-01'])
    assert.throws(() => day(text), /no such day/);
  for (const text of ['5/2/2026', 'yesterday', '', '05-02-2026'])
    assert.throws(() => day(text), /DD\/MM\/YYYY/);
});

test('sizes and durations are taken with their units', () => {
  assert.equal(byteSize('512M'), 512 * 1024 ** 2);
  assert.equal(byteSize('4GiB'), 4 * 1024 ** 3);
  assert.equal(byteSize('4gb'), 4 * 1024 ** 3);
  assert.equal(byteSize('100'), 100);
  assert.equal(durationSeconds('90'), 90);
  assert.equal(durationSeconds('15min'), 900);
  assert.equal(durationSeconds('2h'), 7200);
  for (const text of ['', 'M', '1.5G', '-1', '5X']) assert.throws(() => byteSize(text));
  for (const text of ['', '0', '0s', '5 weeks', '-5']) assert.throws(() => durationSeconds(text));
});

test('numbers outside of their range are refused', () => {
  assert.equal(wholeNumber(-100, 100)('-7'), -7);
  for (const text of ['101', '1.5', '1e2', '', ' ']) assert.throws(() => wholeNumber(-100, 100)(text));
  assert.equal(positiveNumber('0.5'), 0.5);
  for (const text of ['0', '-1', 'x']) assert.throws(() => positiveNumber(text));
});

test('a price is of reais and centavos, with a comma too, and never nothing', () => {
  assert.equal(price('24.90'), '24.90');
  assert.equal(price('24,9'), '24.90');
  assert.equal(price('007'), '7.00');
  for (const text of ['0', '0.00', '1.234', '100000', '-1', 'R$ 5', '1.234,50', ''])
    assert.throws(() => price(text));
});

test('an assignment keeps every = after the first', () => {
  assert.deepEqual(collectAssignments('b=1=2', [['a', '']]), [
    ['a', ''],
    ['b', '1=2'],
  ]);
  assert.throws(() => collectAssignments('=x'), /name=value/);
  assert.throws(() => collectAssignments('x'), /name=value/);
});
