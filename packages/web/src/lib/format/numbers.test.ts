import { expect, test } from 'vitest';
import { formatBytes, formatMoney, formatShare } from './numbers.ts';

const plain = (text: string) => text.replaceAll(/\s/g, ' ');

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [18_231, '18.2 kB'],
  [148_218_231, '148 MB'],
  [2.5e12, '2.5 TB'],
])('%d bytes read %s', (size, text) => {
  expect(formatBytes(size, 'en')).toBe(text);
});

test('money keeps every digit of a large sum', () => {
  expect(plain(formatMoney('90071992547409931.23', 'BRL', 'pt-BR'))).toBe('R$ 90.071.992.547.409.931,23');
});

test('money is in its currency, whatever the language', () => {
  expect(plain(formatMoney('0.42', 'USD', 'pt-BR'))).toBe('US$ 0,42');
  expect(plain(formatMoney(1_250_000, 'BRL', 'en', { compact: true }))).toBe('R$1.3M');
});

test('shares follow the language', () => {
  expect(formatShare(0.9167, 'pt-BR')).toBe('91,7%');
});
