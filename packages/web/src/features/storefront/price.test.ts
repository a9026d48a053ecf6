import { expect, test } from 'vitest';
import { editPrice, parsePrice } from './price.ts';

test('a price is understood with either decimal sign, and never turned into another amount', () => {
  expect(parsePrice('24,90')).toBe('24.90');
  expect(parsePrice(' R$ 24.9 ')).toBe('24.90');
  expect(parsePrice('7')).toBe('7.00');
  expect(parsePrice('0,01')).toBe('0.01');
  for (const wrong of ['', '0', '0,00', '1.234,50', '1,234', '-3', '24,905', '100000', 'abc'])
    expect(parsePrice(wrong)).toBeUndefined();
});

test('a price is edited as it is read', () => {
  expect(editPrice('24.90', 'pt-BR')).toBe('24,90');
  expect(editPrice('24.90', 'en')).toBe('24.90');
});
