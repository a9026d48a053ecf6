import assert from 'node:assert/strict';
import { it } from 'node:test';
import { toMicroUsd, toUsd } from './numbers.ts';

it('money is read by its digits: what lies on a half goes up, whatever a double makes of it', () => {
  for (const [written, micro] of [
    [0.1, 100_000],
    ['0.0000005', 1],
    ['1.0000005', 1_000_001],
    ['2.6730455', 2_673_046],
    [1e-7, 0],
    ['5e-7', 1],
    [5.55e-5, 56],
    ['1.5E2', 150_000_000],
    [128, 128_000_000],
    ['.25', 250_000],
    ['12.', 12_000_000],
    ['-0.25', -250_000],
    [-0, 0],
    ['0', 0],
    ['1234567.891234', 1_234_567_891_234],
  ] as const) {
    assert.equal(toMicroUsd(written), micro, String(written));
  }
  for (const wrong of ['', '.', '-', '1,5', 'NaN', Number.NaN, Infinity, '1e30', '0x10'])
    assert.throws(() => toMicroUsd(wrong), RangeError, String(wrong));
});

it('every micro-dollar amount survives the way to the wire and back', () => {
  for (let micro = 1; micro < 128_000_000; micro = Math.ceil(micro * 1.013)) {
    assert.equal(toMicroUsd(toUsd(micro)), micro);
    assert.equal(toMicroUsd(JSON.parse(JSON.stringify(toUsd(micro))) as number), micro);
  }
});
