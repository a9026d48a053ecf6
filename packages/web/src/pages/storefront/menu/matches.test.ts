import { expect, test } from 'vitest';
import { matches } from './matches.ts';

const acai = { name: 'Açaí na tigela', description: 'com granola', category: 'Sobremesa' } as const;

test('a search finds every word in name or description, whatever the accents and the case', () => {
  expect(matches(acai, { q: 'ACAI granola' })).toBe(true);
  expect(matches(acai, { q: 'acai banana' })).toBe(false);
  expect(matches(acai, {})).toBe(true);
});

test('a category narrows it down', () => {
  expect(matches(acai, { category: 'Bebida' })).toBe(false);
  expect(matches(acai, { category: 'Sobremesa', q: ' ' })).toBe(true);
});
