import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFieldParser } from './fields.ts';

test('a CNPJ is read with and without signs, of digits or with letters, and refused when its check digits are wrong', () => {
  const cnpj = createFieldParser('cnpj');
  assert.equal(cnpj('00.017.024/0001-53'), '00017024000153');
  assert.equal(cnpj(' 12.ABC.345/01DE-35 '), '12ABC34501DE35');
  assert.equal(cnpj('12.ABC.345/01DE-36'), undefined);
  assert.equal(cnpj('17024000153'), undefined);
});

test('numbers have a decimal point, quotas at most fifteen digits before it', () => {
  const number = createFieldParser('number');
  for (const text of ['0', '-12.50', '.5', '1E-05', '123456789012345678901.99'])
    assert.equal(number(text), text);
  for (const text of ['1,5', '1.234,5', 'NaN', 'Infinity', '1e400', '--1', '0x10'])
    assert.equal(number(text), undefined, text);
  const quota = createFieldParser('quota');
  assert.equal(quota('123456789012345.123456789012'), '123456789012345.123456789012');
  assert.equal(quota('1234567890123456'), undefined);
});

test('an integer may be printed with zero decimals', () => {
  const integer = createFieldParser('integer');
  assert.equal(integer('12.00'), '12');
  assert.equal(integer('12.5'), undefined);
});

test('the last answer that a parser remembers is not given for another field', () => {
  const date = createFieldParser('date');
  assert.deepEqual(['2025-10-31', '2025-10-31', '2025-10-32', '2025-10-31'].map(date), [
    '2025-10-31',
    '2025-10-31',
    undefined,
    '2025-10-31',
  ]);
});
