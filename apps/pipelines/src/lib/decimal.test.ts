import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, formatDecimal, multiply, negate, parseDecimal, zero } from './decimal.ts';

const decimal = (text: string) => {
  const value = parseDecimal(text);
  assert.ok(value, text);
  return value;
};

test('amounts are added and multiplied without rounding', () => {
  assert.equal(formatDecimal(add(decimal('0.1'), decimal('0.2'))), '0.3');
  assert.equal(formatDecimal(add(decimal('99999999999999999.99'), decimal('0.01'))), '100000000000000000.00');
  assert.equal(formatDecimal(multiply(decimal('1000.5'), decimal('-200.00000001'))), '-200100.000010005');
  assert.equal(formatDecimal(negate(decimal('-0.05'))), '0.05');
  assert.equal(formatDecimal(zero), '0');
  assert.equal(parseDecimal('1,5'), undefined);
});
